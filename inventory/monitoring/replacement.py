"""Measured emissions in place of estimates: only where they are valid and say whose they are; both are kept.

A measurement replaces the records of its release point. Records of the facility that name no release point are
replaced when all its other delivered stacks are measured, or by the share that each stack declares. What lies beyond
the ratios of inventory/monitoring/ratio.py is not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.methods.monitoring.stack import METHODS
from inventory.monitoring.matching import match_stacks, outlet_keys, plain_key
from inventory.monitoring.ratio import BEYOND, is_believed

METHOD = METHODS[0].name
TIER = METHODS[0].tier
COVERS: Mapping[str, tuple[str, ...]] = {"CO2": ("CO2", "CO2_BIO")}
"""Species of the ledger that a monitor sees as one: it cannot tell fossil from biogenic CO2."""

FOLLOWERS: Mapping[str, tuple[str, ...]] = {"TSP": ("PM10", "PM2.5", "BC", "OC"), "PM2.5": ("BC", "OC")}
"""Fractions that keep their share of a measured species, record by record."""

NOTICED = 0.3
"""Relative difference of measurement and estimate that is noticed (threshold of design)."""

_CORE = (
    "facility_id", "release_point_id", "species", "inventory_year", "measured_t", "hj75_t", "factor_t",
    "factor_method", "measured_per_factor", "is_noticed", "valid_share", "substituted_share", "flags", "is_valid",
    "is_used", "records", "reason_zh", "reason_en", "origin_file", "origin_row",
)  # fmt: skip
_SHARE, _ACCEPTED = "emission_share", "accept_ratio"
_COARSEST = "PM10"
_NO_RECORD = ("账本中没有这个排放口该物种的记录", "the ledger has no record of this species at this outlet")
_ALL_NE = (
    "几条记录都没有因子估算（NE），测得的总量无法分摊",
    "several records, none with an estimate (NE): the measured total cannot be split",
)
_ZERO = (
    "几条记录的因子估算都是 0，测得的总量无法分摊",
    "several records, all estimated as 0: the measured total cannot be split",
)
_NOT_WHOLE = (
    "活动记录没有写明排放口，企业也没有全部排放口的有效监测，又没有声明份额",
    "the records name no outlet, not every outlet of the facility has a valid measurement, and no share is declared",
)
_NO_OUTLETS = (
    "企业没有交付排放口表，无法确认这是哪个排放口、是否全部",
    "no outlets of this facility were delivered: which stack this is, and whether it is all of them, cannot be told",
)
_BY_SHARE = (
    "有效监测代替声明份额的因子估算，其余份额仍按因子",
    "a valid measurement in place of the declared share of the estimate; the rest stays",
)
_SHARES = ("声明的份额之和超过 1", "the declared shares sum to more than 1")


@dataclass(frozen=True)
class _Decision:
    """What becomes of measured rows: new emissions [t] by row of core_emission, or the reason why there are none."""

    used: bool
    said: tuple[str, str]
    new_t: pd.Series
    factor_t: float
    methods: str
    holder: str = ""
    """Category of the record that takes most, for records that are IE then."""


def apply_measurements(
    activities: pd.DataFrame,
    emissions: pd.DataFrame,
    measured: pd.DataFrame,
    *,
    facility_alias: pd.DataFrame,
    release_points: pd.DataFrame,
    size_shares: Mapping[str, float] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return core_emission with measurements in place of estimates, and core_measured_emission.

    Parameters
    ----------
    activities, emissions : DataFrame
        core_activity and core_emission.
    measured : DataFrame
        inventory.monitoring.series.measured_years; years of which the ledger has no records are left out.
    facility_alias : DataFrame
        core_facility_alias.
    release_points : DataFrame
        inventory.release_points.release_point_table: of a facility without is_delivered ones nothing is replaced;
        emission_share is the part of the facility's emission that leaves by a stack, for records that name none;
        accept_ratio: inventory.monitoring.ratio.
    size_shares : mapping of str to float, optional
        Parts of a measured TSP [1] that are PM10 and PM2.5, for records that expect those and no TSP.

    Raises
    ------
    SchemaError
        For every stack that is not in the master list, and where no hour lies in a year of the ledger.

    """
    of_record = pd.to_datetime(activities["period_start"]).dt.year
    if measured.empty:
        return emissions, pd.DataFrame(columns=list(_CORE))
    wanted = _of_years(measured, sorted(set(of_record)))
    matched = match_stacks(wanted, facility_alias=facility_alias, release_points=release_points)
    accepted = release_points.reindex(columns=["release_point_id", _ACCEPTED]).set_index("release_point_id")[_ACCEPTED]
    matched[_ACCEPTED] = matched["release_point_id"].map(accepted).astype(float)
    records = _stack_records(activities.assign(inventory_year=of_record), emissions)
    matched = _with_sizes(matched, records, size_shares or {})
    result = emissions.copy()
    rows: list[dict[str, object]] = []
    for (facility, year, species), stacks in matched.groupby(["facility_id", "inventory_year", "species"]):
        mine = records[
            (records["facility_id"] == facility)
            & (records["inventory_year"] == year)
            & records["species"].isin(COVERS.get(species, (species,)))
        ]
        points = release_points[release_points["facility_id"] == facility]
        mine = mine.assign(weight_t=_weights(mine, records, str(species), size_shares or {}))
        for some, decision in _decisions(stacks, mine, points, records):
            rows += _core_rows(some, decision)
            _replace(result, decision, some, emissions)
    return result, pd.DataFrame(rows, columns=list(_CORE))


def _of_years(measured: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Return the measured rows of the years of the ledger; none at all means that the wrong year was delivered."""
    wanted = measured[measured["inventory_year"].isin(years)]
    if wanted.empty:
        delivered = "、".join(str(year) for year in sorted(set(measured["inventory_year"])))
        raise SchemaError(problem("TY3805", "cems", years=delivered, year="、".join(map(str, years))))
    return wanted


def _stack_records(activities: pd.DataFrame, emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the emissions of records that leave by a stack of a facility; the index is that of core_emission."""
    categories = activities["source_category"].str.startswith(METHODS[0].categories)
    inside = activities["in_airshed"].astype(bool) & (activities["boundary"] == "in_domain")
    kept = activities[categories & inside & (activities["facility_id"] != "")]
    columns = ["activity_id", "facility_id", "release_point_id", "source_category", "inventory_year"]
    merged = emissions.reset_index(names="row").merge(kept[columns], on="activity_id")
    return merged[merged["notation_key"].isin(["", "NE"])].set_index("row")


def _with_sizes(matched: pd.DataFrame, records: pd.DataFrame, shares: Mapping[str, float]) -> pd.DataFrame:
    """Return measured rows, those of TSP also as PM10 and PM2.5 where the facility has no record of TSP."""
    of_tsp = set(records.loc[records["species"] == "TSP", "facility_id"])
    dust = matched[(matched["species"] == "TSP") & ~matched["facility_id"].isin(of_tsp)]
    parts = [
        dust.assign(species=species, measured_t=dust["measured_t"] * share, hj75_t=dust["hj75_t"] * share)
        for species, share in sorted(shares.items())
    ]
    return pd.concat([matched, *parts], ignore_index=True)


def _weights(mine: pd.DataFrame, records: pd.DataFrame, species: str, shares: Mapping[str, float]) -> pd.Series:
    """Return what a total is split by [t]: the estimates; for sizes of one measured dust, those of its coarsest size.

    Fuels differ in their shares of fine dust: split by its own estimates, a record could get more PM2.5 than PM10.
    """
    own: pd.Series = mine["emission_t"].astype(float)
    if species not in shares or _COARSEST not in shares:
        return own
    coarse = records[records["species"] == _COARSEST].set_index("activity_id")["emission_t"]
    weights: pd.Series = mine["activity_id"].map(coarse).astype(float)
    return own if (weights.isna() & own.notna()).any() else weights


def _decisions(
    stacks: pd.DataFrame, mine: pd.DataFrame, points: pd.DataFrame, records: pd.DataFrame
) -> Iterable[tuple[pd.DataFrame, _Decision]]:
    """Yield measured rows of one facility, year and species with what becomes of them."""
    if not stacks["has_outlets"].all():
        yield stacks, _unused(mine.iloc[:0], _NO_OUTLETS)
        return
    keys = {point: outlet_keys(point, str(stacks["facility_id"].iloc[0])) for point in points["release_point_id"]}
    of_facility = records[records["facility_id"] == stacks["facility_id"].iloc[0]]
    named = {plain_key(point) for point in of_facility["release_point_id"] if point}
    has_own = {point for point, names in keys.items() if names & named}
    own = stacks[stacks["release_point_id"].isin(has_own)]
    for _, stack in own.iterrows():
        is_here = mine["release_point_id"].map(plain_key).isin(keys[stack["release_point_id"]])
        some = pd.DataFrame([stack])
        if stack["is_valid"]:
            yield some, _believed(_split(exact_sum([stack["measured_t"]]), mine[is_here]), some, mine[is_here])
        else:
            yield some, _unused(mine[is_here], (stack["reason_zh"], stack["reason_en"]))
    rest = stacks[~stacks["release_point_id"].isin(has_own)]
    if not rest.empty:
        known = {name for point in has_own for name in keys[point]}
        free = mine[~mine["release_point_id"].map(plain_key).isin(known)]
        yield from _for_the_rest(rest, free, points[~points["release_point_id"].isin(has_own)])


def _for_the_rest(
    stacks: pd.DataFrame, records: pd.DataFrame, points: pd.DataFrame
) -> Iterable[tuple[pd.DataFrame, _Decision]]:
    """Yield the decision on stacks without records of their own, which share the records that name no outlet."""
    valid = stacks[stacks["is_valid"].astype(bool)]
    for _, stack in stacks[~stacks["is_valid"].astype(bool)].iterrows():
        yield pd.DataFrame([stack]), _unused(records, (stack["reason_zh"], stack["reason_en"]))
    if valid.empty:
        return
    is_whole = set(points["release_point_id"]) == set(valid["release_point_id"])
    total_t = exact_sum(valid["measured_t"])
    if is_whole:
        yield valid, _believed(_split(total_t, records), valid, records)
        return
    shares = _declared(points, valid["release_point_id"])
    if shares is None:
        yield valid, _unused(records, _NOT_WHOLE)
    elif exact_sum(shares) > 1.0:
        yield valid, _unused(records, _SHARES)
    else:
        factor_t, _ = _estimate(records)
        share = exact_sum(shares)
        rest_t = (1.0 - share) * factor_t
        decision = _split(total_t + rest_t, records) if np.isfinite(rest_t) else _unused(records, _ALL_NE)
        decision = replace(decision, factor_t=factor_t * share, said=_BY_SHARE if decision.used else decision.said)
        yield valid, _believed(decision, valid, records)


def _believed(decision: _Decision, stacks: pd.DataFrame, records: pd.DataFrame) -> _Decision:
    """Return a decision, or the one to keep the estimates where measurement and estimate are worlds apart."""
    if not decision.used or is_believed(exact_sum(stacks["measured_t"]), decision.factor_t, stacks[_ACCEPTED]):
        return decision
    return replace(_unused(records, BEYOND), factor_t=decision.factor_t)


def _declared(points: pd.DataFrame, wanted: Sequence[str]) -> list[float] | None:
    """Return the shares of some stacks; None where one of them declares none."""
    if _SHARE not in points:
        return None
    shares = points.set_index("release_point_id")[_SHARE].reindex(list(wanted)).astype(float)
    return None if shares.isna().any() else list(shares)


def _split(total_t: float, records: pd.DataFrame) -> _Decision:
    """Return a total spread over records in proportion to their weights; one record takes it whole."""
    factor_t, methods = _estimate(records)
    known = records.loc[records["emission_t"].notna(), "weight_t"]
    weight_t = exact_sum(known)
    if records.empty:
        return _unused(records, _NO_RECORD)
    if len(known) == 0 and len(records) > 1:
        return _unused(records, _ALL_NE)
    if len(known) > 1 and weight_t == 0.0 and total_t != 0.0:
        return _unused(records, _ZERO)
    said = ("有效监测代替因子估算", "a valid measurement in place of the estimate")
    if len(known) > 1:
        new_t = known * (total_t / weight_t) if weight_t else known
    else:
        new_t = pd.Series([total_t], index=(known if len(known) else records).index)
    holder = str(records.loc[new_t.idxmax(), "source_category"])
    return _Decision(True, said, new_t.reindex(records.index), factor_t, methods, holder)


def _unused(records: pd.DataFrame, said: tuple[str, str]) -> _Decision:
    """Return the decision to keep the estimates."""
    factor_t, methods = _estimate(records)
    nothing = pd.Series(np.nan, index=records.index if said in (_ALL_NE, _ZERO) else records.index[:0])
    return _Decision(False, said, nothing, factor_t, methods)


def _estimate(records: pd.DataFrame) -> tuple[float, str]:
    """Return the estimate of records [t], nan without any number, and its methods."""
    known = records[records["emission_t"].notna()]
    if known.empty:
        return np.nan, ""
    return exact_sum(known["emission_t"]), ";".join(sorted(set(known["method"]) - {""}))


def _core_rows(stacks: pd.DataFrame, decision: _Decision) -> list[dict[str, object]]:
    """Return the rows of core_measured_emission of stacks that share a decision."""
    total_t = exact_sum(stacks["measured_t"].fillna(0.0))
    rows = []
    for stack in stacks.to_dict("records"):
        part = stack["measured_t"] / total_t if total_t and len(stacks) > 1 else 1.0 / len(stacks)
        factor_t = decision.factor_t * part
        ratio = stack["measured_t"] / factor_t if factor_t else np.nan
        row = {name: stack[name] for name in _CORE if name in stack} | {
            "factor_t": factor_t, "factor_method": decision.methods, "measured_per_factor": ratio,
            "is_noticed": bool(ratio < 1.0 - NOTICED or ratio > 1.0 + NOTICED), "is_used": decision.used,
            "records": int(decision.new_t.notna().sum()) if decision.used else 0,
            "reason_zh": decision.said[0], "reason_en": decision.said[1],
        }  # fmt: skip
        rows.append(row)
    return rows


def _replace(result: pd.DataFrame, decision: _Decision, stacks: pd.DataFrame, before: pd.DataFrame) -> None:
    """Write a decision into core_emission: numbers, what they hold in place of NE, and what follows them."""
    if not decision.used:
        without = result.loc[decision.new_t.index, "notation_key"] == "NE"
        result.loc[without.index[without], "fallback_chain"] = " / ".join(decision.said)
        return
    outlets = ",".join(stacks["release_point_id"])
    new_t = decision.new_t.dropna()
    _write(result, new_t, f"measured at {outlets}", before)
    held = decision.new_t.index[decision.new_t.isna()]
    result.loc[held, "notation_key"] = "IE"
    result.loc[held, "included_in"] = decision.holder
    result.loc[held, "fallback_chain"] = f"measured at {outlets} with the other records"
    for species in FOLLOWERS.get(str(stacks["species"].iloc[0]), ()):
        rows = before.loc[new_t.index]
        ratios = (new_t / rows["emission_t"]).to_numpy()
        ratio = pd.Series(ratios, index=rows["activity_id"]).replace([np.inf, -np.inf], np.nan).dropna()
        mine = before[(before["species"] == species) & before["activity_id"].isin(ratio.index)]
        followed_t = (mine["emission_t"] * mine["activity_id"].map(ratio).astype(float)).dropna()
        _write(result, followed_t, f"share of {stacks['species'].iloc[0]}, measured at {outlets}", before)


def _write(result: pd.DataFrame, new_t: pd.Series, chain: str, before: pd.DataFrame) -> None:
    """Write measured numbers over estimates; the chain says what they replace."""
    old = before.loc[new_t.index]
    said = (old["notation_key"] + " " + old["method"] + " " + old["factor_id"]).str.strip()
    result.loc[new_t.index, "emission_t"] = new_t
    result.loc[new_t.index, "fallback_chain"] = [f"{chain}; in place of {text}" for text in said]
    result.loc[new_t.index, "method"] = METHOD
    result.loc[new_t.index, "tier"] = TIER
    result.loc[new_t.index, ["notation_key", "factor_id", "included_in"]] = ""
    result.loc[new_t.index, "control_efficiency"] = np.nan
    result.loc[new_t.index, "factor_confidence"] = "H"
