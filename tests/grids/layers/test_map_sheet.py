from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image
from shapely.geometry import box

from grids.definition import GridDefinition
from grids.layers.fonts import FontError
from grids.layers.gridded import CodedName, GriddedEmissions
from grids.layers.map_sheet import chinese_number, class_breaks, write_map_sheet
from inventory.config import GridSpec
from inventory.errors import GridError

NX, NY = 30, 30
SPEC = GridSpec("EPSG:4510", 350_000.0, 3_450_000.0, 1_000.0, NX, NY)
TOP_CLASS = tuple(round(255 * part) for part in mpl.colormaps["magma_r"](0.95)[:3])
REMOVAL = (0x7F, 0xBF, 0x7B)


@pytest.fixture
def gridded():
    """One tonne in every cell of both species, a thousand in the south-west corner, a removal in the north-east."""
    mass = np.ones((1, 2, NY, NX))
    mass[:, :, :3, :3] = 1000.0
    mass[:, 0, -3:, -3:] = -1.0
    return GriddedEmissions(
        grid=GridDefinition(SPEC), inventory_year=2021, time_zone="Asia/Shanghai", title_zh="某市清单 $a$",
        map_approval_no="未送审", release_id="2021-0123456789ab", categories=(CodedName("FC", "燃烧", "combustion"),),
        species=(CodedName("CO2", "二氧化碳", "carbon dioxide"), CodedName("NOx", "氮氧化物", "nitrogen oxides")),
        emission_t=mass,
    )  # fmt: skip


@pytest.fixture
def districts():
    west, south = SPEC.x_min_m, SPEC.y_min_m
    return gpd.GeoDataFrame(
        {"region_code": ["310101", "310115"], "name_zh": ["黄浦区", "浦东新区"], "repaired": [False, False]},
        geometry=[
            box(west, south, west + 12_000, south + 30_000),
            box(west + 12_000, south, west + 24_000, south + 30_000),
        ],
        crs=SPEC.crs,
    ).to_crs("EPSG:4490")  # fmt: skip


def left_map(path):
    """Return the pixels of the left map, above its legend: shape (rows, columns, 3), row 0 = north."""
    pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
    high, wide, _ = pixels.shape
    return pixels[: int(high * 0.78), int(wide * 0.04) : int(wide * 0.5)]


def places_of(pixels, colour):
    """Return rows and columns of a colour, within rounding."""
    return np.nonzero(np.abs(pixels - np.array(colour)).max(axis=2) <= 1)


def test_sheet_is_a_png_of_a4_landscape(gridded, districts, tmp_path):
    write_map_sheet(gridded, districts, tmp_path / "map.png")
    with Image.open(tmp_path / "map.png") as image:
        assert image.format == "PNG"
        assert image.size == (2338, 1654)
        assert "Software" not in image.info


def test_south_west_cells_are_drawn_at_the_lower_left(gridded, districts, tmp_path):
    write_map_sheet(gridded, districts, tmp_path / "map.png")
    pixels = left_map(tmp_path / "map.png")
    rows, columns = places_of(pixels, TOP_CLASS)
    assert len(rows) > 1_000
    assert rows.min() > 0.8 * pixels.shape[0]
    assert columns.max() < 0.25 * pixels.shape[1]


def test_cells_with_a_net_removal_have_a_colour_of_their_own(gridded, districts, tmp_path):
    write_map_sheet(gridded, districts, tmp_path / "map.png")
    pixels = left_map(tmp_path / "map.png")
    rows, columns = places_of(pixels, REMOVAL)
    assert len(rows) > 1_000
    assert rows.max() < 0.5 * pixels.shape[0]
    assert columns.min() > 0.5 * pixels.shape[1]


def test_equal_input_gives_equal_bytes_whatever_the_settings_of_the_user(gridded, districts, tmp_path):
    write_map_sheet(gridded, districts, tmp_path / "one.png")
    with mpl.rc_context({"font.size": 30, "axes.formatter.use_locale": True, "lines.linewidth": 9}):
        write_map_sheet(gridded, districts, tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


@pytest.mark.parametrize(
    "change", [{"map_approval_no": "沪S〔2021〕001号"}, {"release_id": "2021-b"}, {"title_zh": "乙"}]
)
def test_approval_number_release_and_title_are_printed(gridded, districts, tmp_path, change):
    write_map_sheet(gridded, districts, tmp_path / "one.png")
    write_map_sheet(replace(gridded, **change), districts, tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() != (tmp_path / "two.png").read_bytes()


def test_a_character_that_no_font_has_stops_the_sheet(gridded, districts, tmp_path):
    with pytest.raises(FontError, match=r"U\+E000"):
        write_map_sheet(replace(gridded, title_zh="清单\ue000"), districts, tmp_path / "map.png")
    assert not (tmp_path / "map.png").exists()


def test_a_species_that_is_not_gridded_is_named(gridded, districts, tmp_path):
    with pytest.raises(GridError, match="SO2"):
        write_map_sheet(gridded, districts, tmp_path / "map.png", species=("CO2", "SO2"))


def test_class_limits_are_one_and_three_in_every_decade_from_the_bulk_to_the_largest():
    assert class_breaks(np.array([[2.0, 5.0], [40.0, 700.0]])) == (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
    assert class_breaks(np.array([[0.0, -4.0], [20.0, 0.0]])) == (10.0, 30.0)


@pytest.mark.parametrize(
    ("value", "text"), [(0.03, "0.03"), (300.0, "300"), (3000.0, "3000"), (3e4, "3万"), (1e7, "1000万"), (1e8, "1亿")]
)
def test_legend_prints_chinese_magnitudes(value, text):
    assert chinese_number(value) == text
