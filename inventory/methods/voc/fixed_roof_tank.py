"""VOC of fixed-roof tanks from the vapour pressure of what they hold: standing and working loss."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.voc.vapour import expansion_factor, saturation_of_vent, turnover_factor, vapour_kg_per_m3

VENT_RANGE_KPA = 0.06 * 6.894757293168
"""Usual range of a breather vent: ±0.03 psi [kPa], AP-42 section 7.1."""


def standing_loss_kg(
    vapour_space_m3: Amount,
    *,
    vapour_kg_per_m3: Amount,
    expansion_per_day: Amount,
    vent_saturation: Amount,
    days: Amount = 365.0,
) -> Amount:
    """Return standing loss of a tank [kg/a] = days × V_V [m3] × W_V [kg/m3] × K_E [1/day] × K_S.

    References
    ----------
    US EPA AP-42 section 7.1.3.1, standing loss of fixed-roof tanks.

    """
    return days * vapour_space_m3 * vapour_kg_per_m3 * expansion_per_day * vent_saturation


def working_loss_kg(
    throughput_m3: Amount,
    *,
    vapour_kg_per_m3: Amount,
    turnover_factor: Amount = 1.0,
    product_factor: Amount = 1.0,
) -> Amount:
    """Return working loss [kg/a] = Q [m3/a] × W_V [kg/m3] × K_N × K_P.

    K_P is 0.75 for crude oil and 1 for every other liquid.

    References
    ----------
    US EPA AP-42 section 7.1.3.1, working loss of fixed-roof tanks (vent setting factor K_B taken as 1).

    """
    return throughput_m3 * vapour_kg_per_m3 * turnover_factor * product_factor


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate standing loss of the tanks and working loss of their throughput [m3], then the control train."""
    throughput_m3 = record.amount_in("m3")
    density = vapour_kg_per_m3(
        record.parameter("vapour_pressure_kpa"),
        molar_mass_g_per_mol=record.parameter("vapour_molar_mass_g_per_mol"),
        temperature_k=record.parameter("liquid_temperature_k"),
    )
    turnovers = throughput_m3 / (record.parameter("tank_count") * record.parameter("tank_volume_m3"))
    working_kg = working_loss_kg(
        throughput_m3,
        vapour_kg_per_m3=density,
        turnover_factor=turnover_factor(turnovers),
        product_factor=np.where(record.fuel_or_product == "crude_oil", 0.75, 1.0),
    )
    standing_kg = record.parameter("tank_count") * _standing_kg(record, density)
    return context.controlled(record, species, (standing_kg + working_kg) / 1000.0)


def _standing_kg(record: ActivityRecord, density: Amount) -> Amount:
    """Return standing loss of one tank [kg/a]."""
    pressure_kpa, height_m = record.parameter("vapour_pressure_kpa"), record.parameter("vapour_space_height_m")
    return standing_loss_kg(
        np.pi / 4.0 * record.parameter("tank_diameter_m") ** 2 * height_m,
        vapour_kg_per_m3=density,
        expansion_per_day=expansion_factor(
            record.parameter("vapour_temperature_range_k"),
            temperature_k=record.parameter("liquid_temperature_k"),
            vapour_pressure_kpa=pressure_kpa,
            vapour_pressure_range_kpa=record.parameter("vapour_pressure_range_kpa"),
            vent_range_kpa=record.parameter_or("vent_range_kpa", VENT_RANGE_KPA),
        ),
        vent_saturation=saturation_of_vent(pressure_kpa, vapour_space_height_m=height_m),
    )


METHOD = Method(
    name="fixed_roof_tank",
    zh="固定顶罐静置与工作损失",
    en="standing and working loss of fixed-roof tanks",
    species=("NMVOC",),
    needs=(
        "vapour_pressure_kpa", "vapour_molar_mass_g_per_mol", "liquid_temperature_k", "vapour_temperature_range_k",
        "vapour_pressure_range_kpa", "vapour_space_height_m", "tank_diameter_m", "tank_volume_m3", "tank_count",
    ),
    optional=("vent_range_kpa",),
    categories=("IP.10.03", "IP.11", "IP.12", "ST.02"),
    estimate=_estimate,
    citation="US EPA AP-42 section 7.1.3.1 (2020), routine losses from fixed-roof tanks",
    tier="3",
)  # fmt: skip
