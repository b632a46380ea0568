"""What a flare does not destroy, and what it makes of the gas that it burns."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext
from inventory.methods.stationary.fuel_sulphur import so2_of_sulphur
from inventory.methods.unapplied_control import unapplied_control
from inventory.methods.voc.tables import numbers

FLARE_DESTRUCTION = 0.80
"""Part of the VOC that a flare destroys, T/CSES 144-2024 equation (22)."""


def voc_of_flare(flared_voc_t: Amount, *, destruction: Amount = FLARE_DESTRUCTION) -> Amount:
    """Return VOC [t] = VOC sent to the flare [t] × (1 − destruction).

    The same holds for the CH4 of the gas.

    References
    ----------
    T/CSES 144-2024, equation (22).

    """
    return flared_voc_t * (1.0 - destruction)


def co2_of_flare(gas_t: Amount, *, carbon_fraction: Amount, destruction: Amount = FLARE_DESTRUCTION) -> Amount:
    """Return CO2 [t] = gas [t] × carbon [tC/t] × destruction × 44/12: carbon that leaves unburned is no CO2.

    References
    ----------
    IPCC 2006 vol. 2 ch. 4 (flaring); carbon balance.

    """
    return gas_t * carbon_fraction * destruction * CARBON_TO_CO2


def so2_of_flare(gas_t: Amount, *, sulphur_fraction: Amount) -> Amount:
    """Return SO2 [t] = gas [t] × 2 × S: all sulphur of the gas leaves as SO2.

    References
    ----------
    T/CSES 144-2024, equation (3) without retention.

    """
    return so2_of_sulphur(gas_t, sulphur_fraction=sulphur_fraction, sulphur_retention=0.0)


def energy_species_of_flare(energy_gj: Amount, *, ef_kg_per_gj: Amount) -> Amount:
    """Return NOx or CO [t] = energy of the flared gas [GJ, net] × EF [kg/GJ] × 10^-3.

    References
    ----------
    US EPA AP-42 section 13.5, industrial flares (values: flare_factors.csv).

    """
    return energy_gj * ef_kg_per_gj / 1000.0


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate a species of a gas flared; None where the record does not say what the species needs."""
    destruction = record.parameter_or("flare_destruction", FLARE_DESTRUCTION)
    if species == "CO2":
        carbon = record.parameter("carbon_fraction")
        return Estimate(co2_of_flare(record.mass_t, carbon_fraction=carbon, destruction=destruction))
    if species in ("NMVOC", "CH4"):
        share = record.parameter("flare_voc_fraction" if species == "NMVOC" else "flare_ch4_fraction")
        told = unapplied_control(record, species, context, because="the destruction of the flare stands for it")
        return Estimate(voc_of_flare(record.mass_t * share, destruction=destruction), fallback_chain=told)
    return _of_sulphur_or_energy(record, species, context)


def _of_sulphur_or_energy(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate SO2 by the sulphur of the gas, NOx and CO by its energy; after a control train if one is named."""
    needed = "sulphur_fraction" if species == "SO2" else "ncv_gj_per_unit"
    if needed not in record.parameters:
        return None
    if species == "SO2":
        generated_t = so2_of_flare(record.mass_t, sulphur_fraction=record.parameter(needed))
        return context.controlled(record, species, generated_t)
    energy_gj = np.multiply(record.activity_value, record.parameter(needed))
    ef = numbers("flare_factors", "ef_kg_per_gj")[species]
    generated_t = energy_species_of_flare(energy_gj, ef_kg_per_gj=ef)
    return context.controlled(record, species, generated_t, confidence="M")


METHOD = Method(
    name="flare",
    zh="火炬",
    en="flare",
    species=("NMVOC", "CH4", "CO2", "SO2", "NOx", "CO"),
    needs=("flare_voc_fraction", "flare_ch4_fraction", "carbon_fraction"),
    optional=("flare_destruction", "sulphur_fraction", "ncv_gj_per_unit"),
    categories=("IP.10.06",),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (22); AP-42 section 13.5 for NOx and CO",
)
