"""CO2 of fuels used as feedstock or consumed in use: the part of their carbon that is not stored."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.factors.selection import FuelCarbon, fuel_carbon
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext

_EMITTED, _STORED, _OXIDATION = "emitted_carbon_fraction", "stored_carbon_fraction", "oxidation_fraction"


def stored_carbon_of_feedstock(energy_gj: Amount, *, cc_tc_per_tj: Amount, stored_fraction: Amount) -> Amount:
    """Return the carbon that products keep [tC] = energy [GJ] × CC [tC/TJ] / 1000 × stored fraction.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 参考方法: 固碳量; IPCC 2006 vol. 2 ch. 6 equation 6.4.

    """
    return energy_gj * cc_tc_per_tj / 1000.0 * stored_fraction


def co2_of_feedstock(
    energy_gj: Amount, *, cc_tc_per_tj: Amount, stored_fraction: Amount, oxidation_fraction: Amount = 1.0
) -> Amount:
    """Return CO2 [t] = energy [GJ] × CC [tC/TJ] / 1000 × (1 − stored fraction) × OF × 44/12.

    The energy is FC × NCV [GJ]. The printed formula lacks the 1/1000 between GJ and TJ. OF = 1 unless stated.
    The 2006 and later editions book the process instead: never both.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 非能源利用.

    """
    return energy_gj * cc_tc_per_tj / 1000.0 * (1.0 - stored_fraction) * oxidation_fraction * CARBON_TO_CO2


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] = fuel × NCV × CC × emitted fraction × 44/12."""
    carbon = fuel_carbon(context.library, record.fuel_or_product, record.region_code)
    carbon_t = record.fuel_in(carbon.base_unit) * carbon.ncv_gj_per_unit * carbon.cc_tc_per_tj / 1000.0
    emission_t = carbon_t * record.parameter(_EMITTED) * CARBON_TO_CO2
    return _about(carbon, emission_t, record.confidence_of(_EMITTED))


def _estimate_unstored(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 [t] of the part that is not stored; OF of the record, else of the fuel."""
    carbon = fuel_carbon(context.library, record.fuel_or_product, record.region_code)
    emission_t = co2_of_feedstock(
        record.fuel_in(carbon.base_unit) * carbon.ncv_gj_per_unit,
        cc_tc_per_tj=carbon.cc_tc_per_tj,
        stored_fraction=record.parameter(_STORED),
        oxidation_fraction=record.parameter_or(_OXIDATION, carbon.oxidation_fraction),
    )
    return _about(carbon, emission_t, record.confidence_of(_STORED, _OXIDATION))


def _about(carbon: FuelCarbon, emission_t: Amount, confidence: str) -> Estimate:
    """Return the estimate with the fuel property that it used."""
    return Estimate(
        emission_t, factor_id=carbon.property_id, fallback_chain=carbon.fallback_chain,
        confidence=weakest(carbon.confidence, confidence),
    )  # fmt: skip


METHOD = Method(
    name="feedstock_carbon",
    zh="非能源利用",
    en="feedstocks and non-energy use",
    species=("CO2",),
    needs=(_EMITTED,),
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 非能源利用: 1 − 固碳率; IPCC 2006 vol. 3 ch. 5",
    tier="1",
)

METHODS = (
    METHOD,
    Method(
        name="feedstock_stored_carbon",
        zh="非能源利用（固碳率）",
        en="feedstocks and non-energy use, by the stored fraction",
        species=("CO2",),
        needs=(_STORED,),
        optional=(_OXIDATION,),
        estimate=_estimate_unstored,
        citation="省级温室气体清单编制指南（试行）2011, 非能源利用",
        tier="1",
    ),
)
