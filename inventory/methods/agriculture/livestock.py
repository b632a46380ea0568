"""CH4 of animals: average population, enteric fermentation from feed energy, manure from volatile solids."""

from __future__ import annotations

from dataclasses import replace

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.vocabulary.units import resolve_unit

DAYS_PER_YEAR = 365.0
"""Days of a year as the guidelines print them."""

DAYS_ALIVE = "days_alive"
"""Parameter that says that a record counts animals produced, and how long each of them lives [d]."""

MJ_PER_KG_CH4 = 55.65
"""Energy content of CH4 [MJ/kg], IPCC 2006 vol. 4 equation 10.21."""

CH4_KG_PER_M3 = 0.67
"""Density of CH4 that IPCC 2006 vol. 4 equation 10.23 prints [kg/m3]."""


def average_population(animals_produced: Amount, *, days_alive: Amount) -> Amount:
    """Return the annual average population [head] = animals produced in the year × days alive / 365.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 10, equation 10.1.

    """
    return animals_produced * days_alive / DAYS_PER_YEAR


def emission_of_animals(heads: Amount, *, ef_kg_per_head_a: Amount) -> Amount:
    """Return emission [t] = annual average population [head] × factor [kg/(head·a)] / 1000.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 动物肠道发酵, 动物粪便管理.

    """
    return heads * ef_kg_per_head_a / 1000.0


def enteric_ch4_kg_per_head_a(gross_energy_mj_per_d: Amount, *, methane_conversion: Amount) -> Amount:
    """Return the enteric factor [kg/(head·a)] = GE [MJ/(head·d)] × Ym × 365 / 55.65; Ym as a fraction.

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 10, equation 10.21.

    """
    return gross_energy_mj_per_d * methane_conversion * DAYS_PER_YEAR / MJ_PER_KG_CH4


def manure_ch4_kg_per_head_a(volatile_solids_kg_per_d: Amount, *, bo_m3_per_kg: Amount, mcf: Amount) -> Amount:
    """Return the manure factor [kg/(head·a)] = VS [kg/(head·d)] × 365 × Bo [m3/kg] × 0.67 × MCF.

    Parameters
    ----------
    mcf : Amount
        Mean conversion factor of the manure systems, weighted by their shares [1].

    References
    ----------
    IPCC 2006 Guidelines, vol. 4 ch. 10, equation 10.23.

    """
    return volatile_solids_kg_per_d * DAYS_PER_YEAR * bo_m3_per_kg * CH4_KG_PER_M3 * mcf


def heads_of(record: ActivityRecord) -> Amount:
    """Return the annual average population of a record [head]: its stock, head years, or animals produced.

    Animals produced carry `days_alive`.

    Raises
    ------
    SchemaError
        If the record gives head years and days alive: the days would count twice.

    """
    in_years = resolve_unit(record.activity_unit).base_unit == "head_a"
    heads = record.amount_in("head_a" if in_years else "head")
    if DAYS_ALIVE not in record.parameters:
        return heads
    if in_years:
        place = f"{record.activity_id} ({record.source_category})"
        raise SchemaError(problem("TY3112", place, parameter=DAYS_ALIVE))
    return average_population(heads, days_alive=record.parameter(DAYS_ALIVE))


def _from_produced(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate from the library's factor per average head, the activity being animals produced."""
    stock = replace(record, activity_value=heads_of(record), activity_unit="head")
    return library_factor.METHOD.estimate(stock, species, context)


def _enteric(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate enteric CH4 from the feed energy."""
    factor = enteric_ch4_kg_per_head_a(
        record.parameter("gross_energy_mj_per_head_d"), methane_conversion=record.parameter("methane_conversion")
    )
    return Estimate(emission_of_animals(heads_of(record), ef_kg_per_head_a=factor))


def _manure(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4 of manure from volatile solids."""
    factor = manure_ch4_kg_per_head_a(
        record.parameter("volatile_solids_kg_per_head_d"),
        bo_m3_per_kg=record.parameter("bo_m3_ch4_per_kg_vs"),
        mcf=record.parameter("mcf"),
    )
    return Estimate(emission_of_animals(heads_of(record), ef_kg_per_head_a=factor))


METHODS = (
    Method(
        name="animals_produced",
        zh="出栏折年均存栏",
        en="average population of animals produced",
        species=(),
        needs=(DAYS_ALIVE,),
        categories=("AG.01",),
        estimate=_from_produced,
        citation="IPCC 2006 Guidelines, vol. 4 ch. 10, equation 10.1",
        tier="1",
    ),
    Method(
        name="enteric_energy",
        zh="肠道发酵采食能量法",
        en="enteric CH4 from gross energy",
        species=("CH4",),
        needs=("gross_energy_mj_per_head_d", "methane_conversion"),
        optional=(DAYS_ALIVE,),
        categories=("AG.01.0",),
        estimate=_enteric,
        citation="IPCC 2006 Guidelines, vol. 4 ch. 10, equation 10.21",
    ),
    Method(
        name="manure_volatile_solids",
        zh="粪便挥发性固体法",
        en="manure CH4 from volatile solids",
        species=("CH4",),
        needs=("volatile_solids_kg_per_head_d", "bo_m3_ch4_per_kg_vs", "mcf"),
        optional=(DAYS_ALIVE,),
        categories=("AG.01.1",),
        estimate=_manure,
        citation="IPCC 2006 Guidelines, vol. 4 ch. 10, equation 10.23",
    ),
)
