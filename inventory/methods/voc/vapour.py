"""Vapour above a liquid: its density, and how much of it a loading or a breathing tank gives off."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import Amount

GAS_CONSTANT_J_PER_MOL_K = 8.314462618
"""Molar gas constant [J/(mol K)], CODATA 2018."""

_SATURATION_PER_KPA_M = 0.053 / (6.894757293168 * 0.3048)
"""0.053 per psi and foot of the vented vapour saturation factor [1/(kPa m)]."""


def vapour_kg_per_m3(vapour_pressure_kpa: Amount, *, molar_mass_g_per_mol: Amount, temperature_k: Amount) -> Amount:
    """Return the density of saturated vapour [kg/m3] = P [kPa] × M [g/mol] / (R × T [K]).

    References
    ----------
    Ideal gas; US EPA AP-42 section 7.1, vapour density W_V.

    """
    return vapour_pressure_kpa * molar_mass_g_per_mol / (GAS_CONSTANT_J_PER_MOL_K * np.asarray(temperature_k))


def expansion_factor(
    temperature_range_k: Amount,
    *,
    temperature_k: Amount,
    vapour_pressure_kpa: Amount,
    vapour_pressure_range_kpa: Amount,
    vent_range_kpa: Amount,
    air_pressure_kpa: Amount = 101.325,
) -> Amount:
    """Return K_E [1/day] = ΔT_V / T + (ΔP_V − ΔP_B) / (P_A − P_VA), never below 0.

    References
    ----------
    US EPA AP-42 section 7.1, vapour space expansion factor of a fixed-roof tank.

    """
    breathing = (vapour_pressure_range_kpa - np.asarray(vent_range_kpa)) / (
        air_pressure_kpa - np.asarray(vapour_pressure_kpa)
    )
    return np.maximum(temperature_range_k / np.asarray(temperature_k) + breathing, 0.0)


def saturation_of_vent(vapour_pressure_kpa: Amount, *, vapour_space_height_m: Amount) -> Amount:
    """Return K_S [1] = 1 / (1 + 0.053 × P [psia] × H_VO [ft]), with P in kPa and H in m converted here.

    References
    ----------
    US EPA AP-42 section 7.1, vented vapour saturation factor.

    """
    return 1.0 / (1.0 + _SATURATION_PER_KPA_M * np.asarray(vapour_pressure_kpa) * vapour_space_height_m)


def turnover_factor(turnovers_per_a: Amount) -> Amount:
    """Return K_N [1] = (180 + N) / (6 N) above 36 turnovers a year, else 1.

    References
    ----------
    US EPA AP-42 section 7.1, working loss turnover factor.

    """
    n = np.maximum(turnovers_per_a, 36.0)
    return (180.0 + n) / (6.0 * n)
