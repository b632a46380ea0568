"""Every expected species of every activity record, by the first method that applies.

    emission[s] = activity × emission_factor[s] × Π steps of its control path (1 − capture × removal[s] × operation)

The methods and their formulas stand in inventory/methods/. A species without a factor is NE and a gap, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods import METHODS
from inventory.methods.context import MethodContext
from inventory.methods.supplied_factor import PREFIX as SUPPLIED
from inventory.vocabulary import expected_species, load

_OUTSIDE_AIRSHED_KINDS = ("greenhouse_gas", "memo")


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
    rows = [row for record in records(ledger, parameters) for row in _estimate_record(record, context)]
    return pd.DataFrame.from_records(rows)


def records(ledger: pd.DataFrame, parameters: pd.DataFrame) -> Iterator[ActivityRecord]:
    """Yield the records of a ledger in the order of their ids."""
    by_activity = {str(key): group for key, group in parameters.groupby("activity_id")}
    nothing = parameters.head(0)
    for row in ledger.sort_values("activity_id").itertuples():
        own = by_activity.get(row.activity_id, nothing)
        yield ActivityRecord(
            activity_id=row.activity_id,
            source_category=row.source_category,
            fuel_or_product=row.fuel_or_product,
            technology=row.technology,
            control_path_id=row.control_path_id,
            size_class=row.size_class,
            region_code=row.region_code,
            activity_value=float(row.activity_value),
            activity_unit=row.activity_unit,
            in_airshed=bool(row.in_airshed),
            balance_group=row.balance_group,
            included_species=frozenset(filter(None, row.included_species.split(";"))),
            included_in=row.included_in,
            parameters=dict(zip(own["name"], own["value"].astype(float), strict=True)),
            parameter_confidence=dict(zip(own["name"], own["confidence"], strict=True)),
        )


def _estimate_record(record: ActivityRecord, context: MethodContext) -> Iterable[dict[str, object]]:
    """Yield one row of core_emission per species of the record."""
    for species in _species_of(record):
        if species in record.included_species:
            yield _row(record, species, None, "IE")
            continue
        estimate = _first_estimate(record, species, context)
        yield _row(record, species, estimate, "" if estimate else "NE")


def _species_of(record: ActivityRecord) -> list[str]:
    """Return what the leaf expects and the record supplies; outside the airshed only greenhouse gases."""
    supplied = [name.removeprefix(SUPPLIED) for name in record.parameters if name.startswith(SUPPLIED)]
    wanted = dict.fromkeys([*expected_species(record.source_category), *sorted(supplied)])
    if record.in_airshed:
        return list(wanted)
    kinds = load("species").set_index("code")["kind"]
    return [species for species in wanted if kinds[species] in _OUTSIDE_AIRSHED_KINDS]


def _first_estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Return the estimate of the first method that applies and finds what it needs."""
    for method in METHODS:
        if method.applies(record, species):
            estimate = method.estimate(record, species, context)
            if estimate is not None:
                return estimate
    return None


def _row(record: ActivityRecord, species: str, estimate: Estimate | None, notation_key: str) -> dict[str, object]:
    """Return one row of core_emission; the sign of exports is applied to factor methods."""
    found = estimate or Estimate(float("nan"), "")
    exported = found.method == "factor" and record.parameters.get("sign", 1.0) < 0
    return {
        "activity_id": record.activity_id,
        "species": species,
        "emission_t": -found.emission_t if exported else found.emission_t,
        "notation_key": notation_key,
        "method": found.method,
        "factor_id": found.factor_id,
        "fallback_chain": found.fallback_chain,
        "tier": found.tier,
        "control_efficiency": found.control_efficiency if estimate else float("nan"),
        "factor_confidence": found.confidence,
        "included_in": record.included_in if notation_key == "IE" else "",
    }
