"""Combustion CO2 from the carbon of the fuel that was burned."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate
from inventory.factors.selection import fuel_carbon
from inventory.methods.context import CARBON_TO_CO2, MethodContext
from inventory.vocabulary import load

_COMBUSTION = ("FC", "MB")


def applies(record: ActivityRecord, species: str) -> bool:
    """Return whether the record burns a fossil fuel of known amount."""
    return (
        species == "CO2"
        and record.source_category[:2] in _COMBUSTION
        and _is_fossil_fuel(record.fuel_or_product)
        and bool(record.fuel_amounts)
    )


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] = FC [t or m3] × NCV × CC [tC/TJ] × OF × 44/12 / 1000.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 化石燃料燃烧, 部门方法; IPCC 2006 vol. 2 equation 2.2.

    """
    carbon = fuel_carbon(context.library, record.fuel_or_product, record.region_code)
    energy_gj = record.fuel_in(carbon.base_unit) * carbon.ncv_gj_per_unit
    carbon_t = energy_gj * carbon.cc_tc_per_tj / 1000.0 * carbon.oxidation_fraction
    return Estimate(
        carbon_t * CARBON_TO_CO2,
        "fuel_carbon",
        carbon.property_id,
        carbon.fallback_chain,
        "1",
        confidence=carbon.confidence,
    )


def _is_fossil_fuel(code: str) -> bool:
    """Return whether the code is a fossil fuel of the vocabulary."""
    return code in _fossil_fuels()


def _fossil_fuels() -> frozenset[str]:
    """Return the fossil fuels of the vocabulary."""
    fuels = load("fuels")
    fossil = (fuels["biogenic"] == "no") & ~fuels["kind"].isin(["any", "energy"])
    return frozenset(fuels.loc[fossil, "code"])
