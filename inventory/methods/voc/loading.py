"""VOC that a liquid drives out of the vessel into which it is loaded."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.voc.controlled_voc import voc_of_activity
from inventory.methods.voc.tables import numbers
from inventory.methods.voc.vapour import vapour_kg_per_m3


def loading_loss_kg_per_m3(
    vapour_pressure_kpa: Amount, *, saturation_factor: Amount, molar_mass_g_per_mol: Amount, temperature_k: Amount
) -> Amount:
    """Return loading loss [kg per m3 loaded] = S × P [kPa] × M [g/mol] / (R × T [K]).

    12.46 × S × P × M / T of AP-42 in lb per 1000 gallons, psia and °R is the same.

    References
    ----------
    US EPA AP-42 section 5.2, equation 1; 石化行业VOCs污染源排查工作指南 (环办〔2015〕104号), from memory.

    """
    density = vapour_kg_per_m3(
        vapour_pressure_kpa, molar_mass_g_per_mol=molar_mass_g_per_mol, temperature_k=temperature_k
    )
    return saturation_factor * density


def voc_of_loading(
    volume_m3: Amount,
    *,
    ef_kg_per_m3: Amount,
    removal: Amount = 0.0,
    capture: Amount = 1.0,
    operation: Amount = 1.0,
) -> Amount:
    """Return VOC [t] = V [m3] × EF [kg/m3] × 10^-3 × (1 − η × γ × s).

    References
    ----------
    T/CSES 144-2024, equation (18) and table E.6.

    """
    return voc_of_activity(
        volume_m3, ef_kg_per_unit=ef_kg_per_m3, removal=removal, capture=capture, operation=operation
    )


def saturation_factor_of(mode: str) -> float:
    """Return the saturation factor S [1] of a way of loading; the codes stand in saturation_factors.csv.

    References
    ----------
    US EPA AP-42 section 5.2, table 5.2-1.

    """
    return numbers("saturation_factors", "saturation_factor")[mode]


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC of a volume loaded [m3], after the vapour recovery of the record."""
    kg_per_m3 = loading_loss_kg_per_m3(
        record.parameter("vapour_pressure_kpa"),
        saturation_factor=record.parameter("saturation_factor"),
        molar_mass_g_per_mol=record.parameter("vapour_molar_mass_g_per_mol"),
        temperature_k=record.parameter("liquid_temperature_k"),
    )
    return context.controlled(record, species, voc_of_loading(record.amount_in("m3"), ef_kg_per_m3=kg_per_m3))


METHOD = Method(
    name="loading_saturation",
    zh="装载饱和系数法",
    en="saturation factor of loading",
    species=("NMVOC",),
    needs=("saturation_factor", "vapour_pressure_kpa", "vapour_molar_mass_g_per_mol", "liquid_temperature_k"),
    categories=("ST.02", "IP.10", "IP.11"),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (18); US EPA AP-42 section 5.2, equation 1",
    tier="3",
)
