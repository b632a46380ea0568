"""Every expected species of every activity record, by the most demanding method that applies.

    emission[s] = activity × emission_factor[s] × Π steps of its control train (1 − capture × removal[s] × operation)

The methods and their formulas stand in inventory/methods/. A species without a factor is NE and a gap, never 0.
Records that share a key are computed at once: amounts and parameters are arrays, keys are looked up once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.activity_table import ActivityTable, RecordGroup, activity_table, record_groups, single_records
from inventory.errors import MissingInputError, SchemaError, problem
from inventory.methods import METHODS, library_factor
from inventory.methods.context import Method, MethodContext
from inventory.vocabulary import biogenic_fuels, expected_species, load

_STATIONARY, _BIOGENIC_CO2 = "FC", "CO2_BIO"

_POWER = "OT.04"
"""Electricity and heat across the border of the region: the only activities with a sign."""

_OF_SPECIES = ("ef_kg_per_unit", "ef_kg_per_tj", "gas_share")
"""Parameters `name:species` that bring a species along, whether the leaf expects it or not."""

_OUTSIDE_AIRSHED_KINDS = ("greenhouse_gas", "memo")


@dataclass(frozen=True)
class SpeciesEstimate:
    """One species of the records of a group.

    Attributes
    ----------
    method : Method or None
        None where no method found a number.
    estimate : Estimate
        Arrays of shape (n,), one value per record of the group.
    notation_key : str
        NE or IE where there is no number.

    """

    species: str
    method: Method | None
    estimate: Estimate
    notation_key: str


def estimate_emissions(ledger: pd.DataFrame, parameters: pd.DataFrame, context: MethodContext) -> pd.DataFrame:
    """Estimate all species of all records.

    Parameters
    ----------
    ledger : DataFrame
        core_activity.
    parameters : DataFrame
        core_activity_parameter.
    context : MethodContext
        Library, control paths and year.

    Returns
    -------
    DataFrame
        core_emission: emission_t [t/a] or a notation key, with method, factor and the fallback chain.

    """
    table = activity_table(ledger, parameters, context.inventory_year)
    groups = estimate_groups(table, context)
    frames = [emission_rows(group, found, table) for group, species in groups for found in species]
    return pd.concat(frames, ignore_index=True).sort_values(["activity_id", "species"], ignore_index=True)


def estimate_groups(
    table: ActivityTable, context: MethodContext
) -> Iterator[tuple[RecordGroup, Iterator[SpeciesEstimate]]]:
    """Yield the groups of records of one key with the estimates of their species; factors are looked up at once."""
    groups = list(record_groups(table))
    library_factor.look_up(((group.record, group.inventory_year) for group in groups), context)
    for group in groups:
        yield group, estimate_record(group.record, replace(context, inventory_year=group.inventory_year))


def records(ledger: pd.DataFrame, parameters: pd.DataFrame) -> Iterator[ActivityRecord]:
    """Yield the records of a ledger one by one, in the order of their ids."""
    return single_records(activity_table(ledger, parameters, 0))


def estimate_record(record: ActivityRecord, context: MethodContext) -> Iterator[SpeciesEstimate]:
    """Yield every wanted species of a record, or of records that share a key."""
    nothing = Estimate(np.nan, control_efficiency=np.nan)
    for species in _species_of(record):
        if species in record.included_species:
            yield SpeciesEstimate(species, None, nothing, "IE")
            continue
        try:
            found = first_estimate(record, species, context)
        except MissingInputError as error:
            missing = error.problems[0]
            reason = f"{missing.message_zh} / {missing.message_en}"
            yield SpeciesEstimate(species, None, replace(nothing, fallback_chain=reason), "NE")
            continue
        if found is None:
            yield SpeciesEstimate(species, None, nothing, "NE")
        else:
            yield SpeciesEstimate(species, found[0], found[1], "")


def methods_for(record: ActivityRecord, species: str) -> list[Method]:
    """Return the methods that apply to a record, the most demanding one first.

    Raises
    ------
    SchemaError
        If two methods with as many needs apply; it names both.

    """
    applying = list(_applying(record.source_category, species, tuple(record.parameters)))
    if len(applying) > 1 and len(applying[0].needs) == len(applying[1].needs) > 0:
        names = " / ".join(f"{method.zh} {method.name}" for method in applying[:2])
        raise SchemaError(
            problem("TY3105", f"{record.activity_id} ({record.source_category}) › {species}", names=names)
        )
    return applying


@cache
def _applying(source_category: str, species: str, parameters: tuple[str, ...]) -> tuple[Method, ...]:
    """Return the methods that serve a category, give a species and find their needs, the most demanding one first."""
    found = [method for method in METHODS if method.serves(source_category, species, parameters)]
    return tuple(sorted(found, key=lambda method: -len(method.needs)))


def _species_of(record: ActivityRecord) -> list[str]:
    """Return what the leaf expects and the record supplies; outside the airshed only greenhouse gases."""
    named = [name.partition(":") for name in record.parameters]
    supplied = sorted(suffix for base, _, suffix in named if base in _OF_SPECIES and suffix in _species())
    wanted = dict.fromkeys([*_expected(record), *supplied])
    if record.in_airshed:
        return list(wanted)
    return [species for species in wanted if _species()[species] in _OUTSIDE_AIRSHED_KINDS]


def _expected(record: ActivityRecord) -> Iterable[str]:
    """Return what the leaf expects; a stationary record that burns biomass gives off CO2_BIO in place of CO2."""
    expected = expected_species(record.source_category)
    if not record.source_category.startswith(_STATIONARY) or record.fuel_or_product not in biogenic_fuels():
        return expected
    return dict.fromkeys(_BIOGENIC_CO2 if species == "CO2" else species for species in expected)


@cache
def _species() -> dict[str, str]:
    """Return the kind of each species."""
    table = load("species")
    return dict(zip(table["code"], table["kind"], strict=True))


def first_estimate(record: ActivityRecord, species: str, context: MethodContext) -> tuple[Method, Estimate] | None:
    """Return the estimate of the first method that finds what it needs, with its own method, tier and confidence."""
    for method in methods_for(record, species):
        found = method.estimate(record, species, context)
        if found is None:
            continue
        return method, replace(
            found,
            emission_t=_signed(found, record),
            method=found.method or method.name,
            tier=found.tier or method.tier,
            confidence=found.confidence or record.confidence_of(*_parameters_of(method, record)),
        )
    return None


def _signed(found: Estimate, record: ActivityRecord) -> Amount:
    """Return the emission; what the library gives for power or heat that leaves (sign −1) counts negative."""
    if found.method != "factor" or not record.source_category.startswith(_POWER) or "sign" not in record.parameters:
        return found.emission_t
    sign = np.asarray(record.parameters["sign"])
    if not np.isin(sign, (-1.0, 1.0)).all():
        raise SchemaError(problem("TY3109", f"{record.activity_id} › sign"))
    return found.emission_t * sign


def _parameters_of(method: Method, record: ActivityRecord) -> Iterable[str]:
    """Return the parameters of a record that a method may read, `name:suffix` ones too."""
    wanted = {*method.needs, *method.optional}
    return (name for name in record.parameters if name.partition(":")[0] in wanted)


def emission_rows(group: RecordGroup, found: SpeciesEstimate, table: ActivityTable) -> pd.DataFrame:
    """Return the rows of core_emission of one species of a group."""
    estimate, shape = found.estimate, group.positions.shape
    return pd.DataFrame(
        {
            "activity_id": table.rows["activity_id"].to_numpy()[group.positions],
            "species": found.species,
            "emission_t": np.broadcast_to(np.asarray(estimate.emission_t, dtype=float), shape),
            "notation_key": found.notation_key,
            "method": estimate.method,
            "factor_id": estimate.factor_id,
            "fallback_chain": estimate.fallback_chain,
            "tier": estimate.tier,
            "control_efficiency": np.broadcast_to(np.asarray(estimate.control_efficiency, dtype=float), shape),
            "factor_confidence": estimate.confidence,
            "included_in": group.record.included_in if found.notation_key == "IE" else "",
        }
    )
