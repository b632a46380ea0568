"""Every expected species of every activity record, by the most demanding method that applies.

    emission[s] = activity × emission_factor[s] × Π steps of its control train (1 − capture × removal[s] × operation)

The methods and their formulas stand in inventory/methods/. A species without a factor is NE and a gap, never 0.
Records that share a key are computed at once: amounts and parameters are arrays, keys are looked up once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.activity_record import ActivityRecord, Estimate
from inventory.errors import Problem, SchemaError
from inventory.methods import METHODS
from inventory.methods.context import Method, MethodContext
from inventory.methods.library_factor import FACTOR_REGION
from inventory.methods.supplied_factor import PREFIX as SUPPLIED
from inventory.vocabulary import expected_species, load

KEY = (
    "source_category", "fuel_or_product", "technology", "control_path_id", "size_class", "region_code", "activity_unit",
    "in_airshed", "balance_group", "included_species", "included_in",
)  # fmt: skip
"""What records must share to be computed at once, besides the names and confidences of their parameters."""

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
    frames = [
        _rows(positions, record, found, ledger)
        for positions, record in record_groups(ledger, parameters)
        for found in estimate_record(record, context)
    ]
    return pd.concat(frames, ignore_index=True).sort_values(["activity_id", "species"], ignore_index=True)


def records(ledger: pd.DataFrame, parameters: pd.DataFrame) -> Iterator[ActivityRecord]:
    """Yield the records of a ledger one by one, in the order of their ids."""
    ordered = ledger.sort_values("activity_id", ignore_index=True)
    own = _parameters_of(ordered, parameters)
    for position in range(len(ordered)):
        yield _record(ordered, np.array([position]), own, scalar=True)


def record_groups(
    ledger: pd.DataFrame, parameters: pd.DataFrame
) -> Iterator[tuple[npt.NDArray[np.int64], ActivityRecord]]:
    """Yield records that share a key: their positions in the ledger and their amounts as arrays of shape (n,)."""
    own = _parameters_of(ledger, parameters)
    shape = [_shape(of_row) for of_row in own]
    keyed = ledger[list(KEY)].assign(shape=pd.Series(shape, index=ledger.index, dtype=object))
    for positions in keyed.groupby([*KEY, "shape"], sort=True, dropna=False).indices.values():
        yield positions, _record(ledger, positions, own)


def estimate_record(record: ActivityRecord, context: MethodContext) -> Iterator[SpeciesEstimate]:
    """Yield every wanted species of a record, or of records that share a key."""
    nothing = Estimate(np.nan, control_efficiency=np.nan)
    for species in _species_of(record):
        if species in record.included_species:
            yield SpeciesEstimate(species, None, nothing, "IE")
            continue
        found = _first_estimate(record, species, context)
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
    applying = sorted((m for m in METHODS if m.applies(record, species)), key=lambda method: -len(method.needs))
    if len(applying) > 1 and len(applying[0].needs) == len(applying[1].needs) > 0:
        names = " / ".join(f"{method.zh} {method.name}" for method in applying[:2])
        raise SchemaError(
            Problem(
                "TY3105", f"{record.activity_id} ({record.source_category}) › {species}",
                f"两种方法同样适用：{names}", f"two methods apply equally: {names}",
                "删去其中一种方法的参数", "take the parameters of one of them away",
            )
        )  # fmt: skip
    return applying


def _shape(of_row: dict[str, tuple[float, str]]) -> tuple[tuple[str, str, float], ...]:
    """Return what the parameters of records of one key must have in common."""
    return tuple(
        sorted(
            (name, confidence, value if name == FACTOR_REGION else 0.0) for name, (value, confidence) in of_row.items()
        )
    )


def _parameters_of(ledger: pd.DataFrame, parameters: pd.DataFrame) -> list[dict[str, tuple[float, str]]]:
    """Return value and confidence of the parameters of each row of a ledger."""
    positions = {key: position for position, key in enumerate(ledger["activity_id"])}
    found: list[dict[str, tuple[float, str]]] = [{} for _ in range(len(ledger))]
    rows = zip(
        parameters["activity_id"], parameters["name"], parameters["value"].astype(float), parameters["confidence"],
        strict=True,
    )  # fmt: skip
    for activity_id, name, value, confidence in rows:
        if activity_id in positions:
            found[positions[activity_id]][name] = (value, confidence)
    return found


def _record(
    ledger: pd.DataFrame,
    positions: npt.NDArray[np.int64],
    own: Sequence[dict[str, tuple[float, str]]],
    *,
    scalar: bool = False,
) -> ActivityRecord:
    """Return rows of one key as a record; scalar: the only row, with numbers in place of arrays."""
    first = ledger.iloc[positions[0]]
    names = own[positions[0]]
    amounts = ledger["activity_value"].to_numpy(dtype=float)[positions]
    values = {name: np.array([own[position][name][0] for position in positions]) for name in names}
    return ActivityRecord(
        activity_id=first["activity_id"],
        source_category=first["source_category"],
        fuel_or_product=first["fuel_or_product"],
        technology=first["technology"],
        control_path_id=first["control_path_id"],
        size_class=first["size_class"],
        region_code=first["region_code"],
        activity_value=float(amounts[0]) if scalar else amounts,
        activity_unit=first["activity_unit"],
        in_airshed=bool(first["in_airshed"]),
        balance_group=first["balance_group"],
        included_species=frozenset(filter(None, first["included_species"].split(";"))),
        included_in=first["included_in"],
        parameters={name: float(value[0]) if scalar else value for name, value in values.items()},
        parameter_confidence={name: confidence for name, (_, confidence) in names.items()},
    )


def _species_of(record: ActivityRecord) -> list[str]:
    """Return what the leaf expects and the record supplies; outside the airshed only greenhouse gases."""
    supplied = [name.removeprefix(SUPPLIED) for name in record.parameters if name.startswith(SUPPLIED)]
    wanted = dict.fromkeys([*expected_species(record.source_category), *sorted(supplied)])
    if record.in_airshed:
        return list(wanted)
    kinds = load("species").set_index("code")["kind"]
    return [species for species in wanted if kinds[species] in _OUTSIDE_AIRSHED_KINDS]


def _first_estimate(record: ActivityRecord, species: str, context: MethodContext) -> tuple[Method, Estimate] | None:
    """Return the estimate of the first method that finds what it needs, with its own method, tier and confidence."""
    for method in methods_for(record, species):
        found = method.estimate(record, species, context)
        if found is None:
            continue
        return method, replace(
            found,
            method=found.method or method.name,
            tier=found.tier or method.tier,
            confidence=found.confidence or record.confidence_of(*_read(method, record)),
        )
    return None


def _read(method: Method, record: ActivityRecord) -> Iterable[str]:
    """Return the parameters of a record that a method reads, `name:suffix` ones too."""
    wanted = {*method.needs, *method.optional}
    return (name for name in record.parameters if name.partition(":")[0] in wanted)


def _rows(
    positions: npt.NDArray[np.int64], record: ActivityRecord, found: SpeciesEstimate, ledger: pd.DataFrame
) -> pd.DataFrame:
    """Return the rows of core_emission of one species of a group; the sign of exports is applied to factor methods."""
    estimate = found.estimate
    emission_t = np.broadcast_to(np.asarray(estimate.emission_t, dtype=float), positions.shape)
    if estimate.method == "factor" and "sign" in record.parameters:
        emission_t = np.where(np.asarray(record.parameters["sign"]) < 0, -emission_t, emission_t)
    efficiency = np.broadcast_to(np.asarray(estimate.control_efficiency, dtype=float), positions.shape)
    return pd.DataFrame(
        {
            "activity_id": ledger["activity_id"].to_numpy()[positions],
            "species": found.species,
            "emission_t": emission_t,
            "notation_key": found.notation_key,
            "method": estimate.method,
            "factor_id": estimate.factor_id,
            "fallback_chain": estimate.fallback_chain,
            "tier": estimate.tier,
            "control_efficiency": efficiency,
            "factor_confidence": estimate.confidence,
            "included_in": record.included_in if found.notation_key == "IE" else "",
        }
    )
