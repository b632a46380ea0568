"""The public formulas against the vectors that their implementations print, and back again."""

from __future__ import annotations

import numpy as np
import pytest

from grids.gcj02 import from_bd09, from_gcj02, gcj02_from_bd09, to_gcj02


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
    ids=["Shanghai", "Shenzhen", "Beijing"],
)
def test_published_vectors_of_eviltransform(wgs84, gcj02):
    assert to_gcj02(*wgs84) == pytest.approx(gcj02, abs=1e-12)
    assert from_gcj02(*gcj02) == pytest.approx(wgs84, abs=1e-9)


def test_published_vector_of_coordtransform_for_bd09():
    assert gcj02_from_bd09(116.404, 39.915) == pytest.approx((116.39762729119315, 39.90865673957631), abs=1e-12)


def test_the_inverse_undoes_the_shift_all_over_the_city():
    lon, lat = np.meshgrid(np.linspace(120.8, 122.2, 29), np.linspace(30.6, 31.9, 27))
    back = from_gcj02(*to_gcj02(lon, lat))
    assert np.abs(np.array(back) - np.array([lon, lat])).max() < 1e-11


def test_bd09_lies_about_a_kilometre_away():
    lon, lat = from_bd09(121.5, 31.2)
    away_m = np.hypot((121.5 - lon) * 95_200, (31.2 - lat) * 111_000)
    assert 900 < away_m < 1300
