"""Combustion CO2 from the carbon of the fuel that was burned."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from inventory.activity_record import OWN_NCV, ActivityRecord, Amount, Estimate, weakest
from inventory.errors import FactorNotFoundError, problem
from inventory.factors.selection import FuelCarbon, find_fuel_carbon
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext
from inventory.vocabulary import biogenic_fuels, load

_CC, _OXIDATION = "cc_tc_per_tj", "oxidation_fraction"
_OWN = (OWN_NCV, _CC, _OXIDATION)


def co2_of_fuel(energy_gj: Amount, *, cc_tc_per_tj: Amount, oxidation_fraction: Amount) -> Amount:
    """Return CO2 [t] = energy [GJ] × CC [tC/TJ] / 1000 × OF × 44/12.

    The energy is FC [t or m3] × NCV [GJ per t or m3].

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 化石燃料燃烧, 部门方法; IPCC 2006 vol. 2 equation 2.2.

    """
    return energy_gj * cc_tc_per_tj / 1000.0 * oxidation_fraction * CARBON_TO_CO2


def co2_factor_of_carbon(cc_tc_per_tj: Amount, *, oxidation_fraction: Amount = 1.0) -> Amount:
    """Return the CO2 factor of a fuel [t/TJ] = CC [tC/TJ] × OF × 44/12.

    References
    ----------
    IPCC 2006 vol. 2 table 1.4, made from the carbon contents of table 1.3 with OF = 1.

    """
    return cc_tc_per_tj * oxidation_fraction * CARBON_TO_CO2


def energy_of_fuel(record: ActivityRecord, library: FuelCarbon | None) -> Amount:
    """Return the energy of a record's fuel [GJ]: by its own heating value, its unit of energy, or the library's value.

    Raises
    ------
    FactorNotFoundError
        If none of the three is there.

    """
    own_gj = record.own_energy_gj
    if own_gj is not None:
        return own_gj
    if not record.fuel_amounts and record.is_fuel_energy:
        return record.amount_in("GJ")
    if library is None:
        raise _unknown_fuel(record)
    return record.fuel_in(library.base_unit) * library.ncv_gj_per_unit


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate CO2 from the library's fuel, or the record's own analysis of it; None where no such fuel burns."""
    if not _burns(record, _fossil_fuels() if species == "CO2" else biogenic_fuels()):
        return None
    own = {name: record.parameters[name] for name in _OWN if name in record.parameters}
    library = find_fuel_carbon(context.library, record.fuel_or_product)
    if library is None and len(own) < len(_OWN):
        return None
    emission_t = co2_of_fuel(
        energy_of_fuel(record, library),
        cc_tc_per_tj=own.get(_CC, library.cc_tc_per_tj if library else 0.0),
        oxidation_fraction=own.get(_OXIDATION, library.oxidation_fraction if library else 0.0),
    )
    return replace(_about(library, own), emission_t=emission_t, confidence=_confidence(record, library, own))


def _burns(record: ActivityRecord, fuels: frozenset[str]) -> bool:
    """Return whether the record burns one of some fuels, of known amount or energy."""
    return record.fuel_or_product in fuels and (bool(record.fuel_amounts) or record.is_fuel_energy)


def _about(library: FuelCarbon | None, own: dict[str, Amount]) -> Estimate:
    """Return what is to be said about the fuel's carbon: whose figures were used."""
    chain = f"{'、'.join(own)} of the record" if own else ""
    if library is None or len(own) == len(_OWN):
        return Estimate(0.0, fallback_chain=chain, tier="2")
    steps = "; ".join(filter(None, (chain, library.fallback_chain)))
    return Estimate(0.0, factor_id=library.property_id, fallback_chain=steps, tier="2" if own else "1")


def _confidence(record: ActivityRecord, library: FuelCarbon | None, own: dict[str, Amount]) -> str:
    """Return the weakest confidence of what was used."""
    used = "" if library is None or len(own) == len(_OWN) else library.confidence
    return weakest(used, record.confidence_of(*own))


def _unknown_fuel(record: ActivityRecord) -> FactorNotFoundError:
    """Return the error of a fuel without properties."""
    return FactorNotFoundError(problem("TY4101", f"{record.activity_id} {record.fuel_or_product}"))


@cache
def _fossil_fuels() -> frozenset[str]:
    """Return the fossil fuels of the vocabulary."""
    fuels = load("fuels")
    fossil = (fuels["biogenic"] == "no") & ~fuels["kind"].isin(["any", "energy"])
    return frozenset(fuels.loc[fossil, "code"])


METHOD = Method(
    name="fuel_carbon",
    zh="燃料碳平衡",
    en="carbon of the fuel burned",
    species=("CO2",),
    categories=("FC", "MB"),
    optional=_OWN,
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 化石燃料燃烧部门方法; IPCC 2006 vol. 2 equation 2.2",
    tier="1",
)

BIOGENIC = Method(
    name="biogenic_fuel_carbon",
    zh="生物质燃料碳平衡",
    en="carbon of the biogenic fuel burned, a memo item",
    species=("CO2_BIO",),
    categories=("FC",),
    optional=_OWN,
    estimate=_estimate,
    citation="IPCC 2006 vol. 2 equation 2.2, biogenic carbon apart",
    tier="1",
)

METHODS = (METHOD, BIOGENIC)
