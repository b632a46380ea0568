"""Volume and mass of gases, and concentrations at a reference oxygen content turned back into actual ones."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from inventory.vocabulary import load

MOLAR_VOLUME_L_PER_MOL = 22.414
"""Ideal gas at 0 °C and 101.325 kPa, the standard state of HJ 75-2017."""

AIR_O2_PERCENT = 21.0
"""Oxygen in air, as the Chinese emission standards write it (GB 13223-2011, GB 13271-2014)."""


@cache
def mg_per_m3_of_ppm(species: str) -> float:
    """Return mg/m3 of 1 ppm [mg/m3] = M [g/mol] / 22.414 [L/mol]; nan for a species without a molar mass.

    CO2: 44.009 / 22.414 = 1.9635 mg/m3 per ppm, so 1 % of a cubic metre holds 19.635 g.
    """
    table = load("species")
    mass = dict(zip(table["code"], table["molar_mass_g_per_mol"], strict=True)).get(species, "")
    return float(mass or "nan") / MOLAR_VOLUME_L_PER_MOL


def actual_concentration(
    reference_mg_per_m3: NDArray[np.float64],
    o2_percent: NDArray[np.float64],
    o2_reference_percent: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the actual concentration = reference value × (21 − O2) / (21 − O2 of reference).

    nan where the oxygen is 21 % or more, or below 0: nothing can be turned back from air. All arrays have one shape.
    """
    can = (o2_percent >= 0.0) & (o2_percent < AIR_O2_PERCENT) & (o2_reference_percent < AIR_O2_PERCENT)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (AIR_O2_PERCENT - o2_percent) / (AIR_O2_PERCENT - o2_reference_percent)
    return np.where(can, reference_mg_per_m3 * ratio, np.nan)
