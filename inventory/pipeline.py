"""The estimate step: staged tables → ledger, emissions, gaps and what was used of the library."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from inventory.absent_facts import require_expected_facts
from inventory.activity import MappedFacts, draft_activities
from inventory.activity_map import load_activity_map, match_facts
from inventory.by_products import estimate_ledger
from inventory.checked_facts import compare_checked_facts
from inventory.config import RunConfig
from inventory.energy_balance.closing import require_closed
from inventory.errors import SchemaError, problem
from inventory.facilities import MASTER_TABLES, facility_facts, facility_master
from inventory.factors.abatement import load_control_paths, used_controls, used_paths
from inventory.factors.library import FactorLibrary, load_library
from inventory.factors.project_controls import control_path_ids
from inventory.gaps import find_gaps
from inventory.ledger import finish_ledger
from inventory.ledger_codes import require_known_codes
from inventory.ledger_draft import LedgerDraft, concat_drafts
from inventory.methods.context import MethodContext
from inventory.methods.waste.first_order_decay import HISTORY_PREFIX
from inventory.mobile.ais.ships import read_ais_ships
from inventory.mobile.assumption_checks import require_assumption_units
from inventory.mobile.fuel_closure import FUEL_SOLD, Closure, build_mobile, fuel_closures, mobile_messages
from inventory.mobile.meters import meter_balance
from inventory.mobile.mobile_facts import OPTIONAL_TABLES, MobileFacts, mobile_facts
from inventory.mobile.on_road import road_surrogates
from inventory.monitoring.notices import measurement_messages
from inventory.monitoring.replacement import apply_measurements
from inventory.monitoring.series import measured_years
from inventory.project_tables import read_project_table
from inventory.residual import Residuals, apply_residuals
from inventory.step_report import StepReport
from inventory.vocabulary.units import convert
from inventory.warehouse import read_table, write_parquet, write_table

_REGISTER = "stg_vessel_register_vessel"
_STAGED = (
    "stg_fact", *MASTER_TABLES, "stg_vehicles_fact", "stg_fleet_classes_class", "stg_ships_engine",
    "stg_aviation_type", "stg_mobile_assumptions_value", _REGISTER, *OPTIONAL_TABLES.values(),
)  # fmt: skip
_MISSING = "missing_inputs.csv"
_MISSING_COLUMNS = (
    "source_category", "species", "notation_key", "included_in", "missing_input", "reason_zh", "reason_en", "source",
    "confidence",
)  # fmt: skip
_LOCAL = ("reason", "reviewer")
"""Columns that only local factors have."""

_DISPOSAL = "MSW to landfill or dumps"


@dataclass(frozen=True)
class Ledger:
    """Activities and parameters with identity, and how the facts were used."""

    activities: pd.DataFrame
    parameters: pd.DataFrame
    requests: pd.DataFrame
    mapped: MappedFacts
    residuals: Residuals
    closures: tuple[Closure, ...]
    facts: int
    traffic: MobileFacts
    notices: tuple[str, ...]


def estimate(config: RunConfig, work: Path) -> StepReport:
    """Build the ledger and estimate every expected species of every record.

    Writes core_activity, core_activity_parameter, core_allocation_request, core_facility, core_facility_alias,
    core_release_point, core_emission, core_gap, core_emission_factor, core_control, core_control_path and
    core_step_balance.
    """
    tables = {name: read_table(name, work) for name in _STAGED}
    master = facility_master(tables, config.inventory_year)
    tables |= {"stg_facilities_facility": master.rows}
    traffic = _traffic(config, tables, work)
    ledger = build_ledger(config, tables, master.facility, traffic)
    library = load_library(config.packs, local=config.local_factors)
    controls = load_control_paths(library, config.project_dir)
    context = MethodContext(library, controls, config.inventory_year)
    activities, emissions = estimate_ledger(ledger.activities, ledger.parameters, context)
    years = measured_years(work)
    emissions, measured = apply_measurements(
        activities, emissions, years, facility_alias=master.alias, release_points=master.point,
        size_shares=config.tsp_size_shares,
    )  # fmt: skip
    missing = missing_inputs(config.project_dir)
    gaps = find_gaps(activities, emissions, missing)
    for frame, table in (
        (activities, "core_activity"),
        (ledger.parameters, "core_activity_parameter"),
        (ledger.requests, "core_allocation_request"),
        (master.facility, "core_facility"),
        (master.alias, "core_facility_alias"),
        (master.point, "core_release_point"),
        (master.unit, "core_facility_unit"),
        (measured, "core_measured_emission"),
        (emissions, "core_emission"),
        (gaps, "core_gap"),
        (_used_factors(library, emissions), "core_emission_factor"),
        (_used_properties(library, emissions), "core_fuel_property"),
        (_ratios(library), "core_species_ratio"),
        (used_controls(controls, set(activities["control_path_id"])), "core_control"),
        (used_paths(controls, set(activities["control_path_id"])), "core_control_path"),
        (_balance(ledger), "core_step_balance"),
    ):
        write_table(frame, table, work)
    write_parquet(road_surrogates(ledger.traffic), "stg_link_traffic_surrogate", work)
    report = _report(ledger, emissions, gaps)
    return replace(report, messages=(*report.messages, *measurement_messages(years, measured)))


def _traffic(config: RunConfig, tables: dict[str, pd.DataFrame], work: Path) -> MobileFacts:
    """Return what the mobile builders read; ships follow the log of positions where one is delivered."""
    require_assumption_units(tables["stg_mobile_assumptions_value"])
    traffic = mobile_facts(tables, config.inventory_year)
    if "ais" not in config.deliveries:
        return traffic
    ships = read_ais_ships(
        traffic, tables[_REGISTER], work, time_zone=config.time_zone, may_set_aside=config.bad_rows == "quarantine"
    )
    return replace(traffic, ais=ships)


def missing_inputs(project_dir: Path) -> pd.DataFrame:
    """Return the project's notes on leaves without records."""
    return read_project_table(project_dir / _MISSING, _MISSING_COLUMNS)


def build_ledger(
    config: RunConfig, tables: dict[str, pd.DataFrame], facility: pd.DataFrame, traffic: MobileFacts
) -> Ledger:
    """Return the ledger of all sources: mapped facts, facilities, residuals and mobile records."""
    facts = _all_facts(tables)
    _require_year(facts, config.inventory_year)
    closing = require_closed(tables["stg_fact"], config.inventory_year)
    activity_map = load_activity_map(config.project_dir)
    matched = match_facts(facts, activity_map, config.inventory_year)
    without_value = require_expected_facts(activity_map, facts, matched, config.inventory_year)
    places = facility.rename(columns={"name_zh": "facility_name"})
    mapped = draft_activities(facts, matched, activity_map, places, region_code=config.region_code)
    residuals = apply_residuals(mapped.draft.activities, threshold=config.rescale_threshold)
    checked = compare_checked_facts(matched, residuals.activities)
    history = _landfill_history(residuals.activities, facts)
    mobile = build_mobile(traffic)
    stationary = LedgerDraft(residuals.activities, pd.concat([mapped.draft.parameters, history], ignore_index=True))
    draft = concat_drafts(stationary, mobile)
    require_known_codes(draft, control_path_ids(config.project_dir))
    ids = dict(zip(facility["name_zh"], facility["facility_id"], strict=True))
    kept = draft.parameters[draft.parameters["draft_id"].isin(draft.activities["draft_id"])]
    activities, parameters, requests = finish_ledger(draft.activities, kept, ids, config)
    closures = tuple(fuel_closures(traffic))
    differing = [f"{found.place}：{found.message_zh} / {found.message_en}" for found in checked]
    notices = (*without_value, *closing.messages, *residuals.messages, *differing, *mobile_messages(traffic))
    return Ledger(activities, parameters, requests, mapped, residuals, closures, len(facts), traffic, notices)


def _require_year(facts: pd.DataFrame, inventory_year: int) -> None:
    """Refuse a year for which no energy balance was delivered."""
    years = sorted(set(facts.loc[facts["source_id"] == "energy_balance", "data_year"]))
    if inventory_year not in years:
        known = "、".join(str(year) for year in years)
        raise SchemaError(
            problem("TY3024", f"energy_balance › {inventory_year}", inventory_year=inventory_year, known=known)
        )


def _all_facts(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return statistical and facility facts with an id that does not depend on their order."""
    statistics = tables["stg_fact"].assign(facility_name="")
    facts = pd.concat([statistics, facility_facts(tables["stg_facilities_facility"])], ignore_index=True)
    key = ["source_id", "item", "fuel", "region_code", "data_year", "facility_name"]
    texts = (facts[name].astype(str) for name in key)
    facts["fact_id"] = ["|".join(parts) for parts in zip(*texts, strict=True)]
    return facts.sort_values("fact_id").reset_index(drop=True)


def _landfill_history(activities: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Return the disposal of every year as parameters of the landfill record [t]."""
    landfill = activities.loc[activities["parameter_set"] == "landfill", "draft_id"]
    disposed = facts[(facts["item"] == _DISPOSAL) & facts["value"].notna()]
    return pd.DataFrame(
        [
            {
                "draft_id": draft_id, "name": f"{HISTORY_PREFIX}{row.data_year}",
                "value": _disposed_t(row.value, row.unit), "unit": "t", "citation": row.citation,
                "confidence": row.confidence,
            }
            for draft_id in landfill
            for row in disposed.itertuples()
        ]
    )  # fmt: skip


def _disposed_t(value: float, unit: str) -> float:
    """Return tonnes of one year of the disposal series; `per year` adds nothing to an annual amount."""
    return convert(value, unit.removesuffix("/a"), "t")


def _used_factors(library: FactorLibrary, emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the factor rows that an emission cites."""
    used = library.factors[library.factors["factor_id"].isin(emissions["factor_id"])].copy()
    used["value"] = used["value"].astype(float)
    used["uncertainty_pct"] = pd.to_numeric(used["uncertainty_pct"], errors="coerce")
    for column in _LOCAL:
        used[column] = used[column].fillna("") if column in used else ""
    return used


def _used_properties(library: FactorLibrary, emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the fuel properties that an emission cites, for its carbon or for the heating value of a factor per GJ."""
    converting = emissions["fallback_chain"].str.extract(r"\bncv (\S+?)(?:;|$)", expand=False).dropna()
    cited = {*emissions["factor_id"], *converting}
    rows = library.fuel_properties[library.fuel_properties["property_id"].isin(cited)]
    return rows.astype({"ncv": float, "cc_tc_per_tj": float, "oxidation_fraction": float})


def _ratios(library: FactorLibrary) -> pd.DataFrame:
    """Return the species ratios of the run."""
    rows = [
        (branch, ratio.fuel_or_product, ratio.from_species, species, ratio.ratio, ratio.source, ratio.confidence)
        for (branch, species), ratios in library.ratios.items()
        for ratio in ratios
    ]
    names = ["source_category", "fuel_or_product", "from_species", "to_species", "ratio", "source", "confidence"]
    return pd.DataFrame(rows, columns=names)


def _balance(ledger: Ledger) -> pd.DataFrame:
    """Return the balance of the facts, the closure of each residual group and of each fuel that is sold."""
    mapped = ledger.mapped
    facts = {"not_an_activity": float(mapped.not_an_activity), "quarantined": float(mapped.without_value)}
    rows = [_balance_row("facts", float(ledger.facts), float(mapped.used)) | facts]
    rows += [_balance_row(measure, total, placed) for measure, total, placed in ledger.residuals.balance()]
    rows += [
        _balance_row(measure, metered, 0.0) | {"not_an_activity": memo}
        for measure, metered, memo in meter_balance(ledger.traffic)
    ]
    rows += [
        _balance_row(
            f"{FUEL_SOLD} {closure.fuel} {closure.source_category}", closure.sold_t,
            closure.in_domain_t + closure.outside_t,
        )
        for closure in ledger.closures
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _balance_row(measure: str, amount_in: float, used: float) -> dict[str, object]:
    """Return one row of core_step_balance of this step."""
    return {
        "step": "estimate", "measure": measure, "amount_in": amount_in, "used": used, "not_an_activity": 0.0,
        "quarantined": 0.0, "rejected": 0.0,
    }  # fmt: skip


def _report(ledger: Ledger, emissions: pd.DataFrame, gaps: pd.DataFrame) -> StepReport:
    """Return counts and the residual sentences."""
    counts = {
        "facts": float(ledger.facts), "facts_used": float(ledger.mapped.used),
        "facts_not_an_activity": float(ledger.mapped.not_an_activity),
        "facts_without_value": float(ledger.mapped.without_value),
        "activities": float(len(ledger.activities)), "emissions": float(emissions["emission_t"].notna().sum()),
        "gaps": float((gaps["notation_key"] == "NE").sum()),
    }  # fmt: skip
    residuals = [
        f"{group.residual_group}：总量 {group.total:,.6g}，点源 {group.points:,.6g}，余量 {group.residual:,.6g}，"
        f"缩放 {group.rescaled_by:.9g} / total, points, rest, rescaled by"
        for group in ledger.residuals.closure.itertuples()
    ]
    fuels = [
        f"{closure.name_zh}：售出 {closure.sold_t:,.0f} t，域内 {closure.in_domain_t:,.0f} t，"
        f"域外或外来车船 {closure.outside_t:,.0f} t / {closure.fuel} sold, used in the domain, used elsewhere"
        for closure in ledger.closures
    ]
    return StepReport("estimate", counts, (*residuals, *fuels, *ledger.notices))
