"""Aircraft below 914 m: movements / 2 × fleet share × kind of flight → LTO cycles, by times in mode."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, draft_row
from inventory.methods.mobile.aircraft_lto import cycle_of_type
from inventory.mobile.mobile_facts import MobileFacts, origin, parameter

_SHARE_TOLERANCE = 1e-9
_KINDS = {"domestic_share": "MB.10.01", "hmt_share": "MB.10.02", "international_share": "MB.10.03"}

_AUXILIARY_POWER = {
    "source_category": "MB.10.07", "fuel_or_product": "jet_kerosene", "included_species": "CO2;CH4;N2O",
    "included_in": "MB.10.04;MB.10.05;MB.10.06",
}  # fmt: skip
"""Auxiliary power: its fuel is not in the LTO cycle, so the fuel sold holds it in the cruise records."""

_GROUND_SUPPORT = {"source_category": "MB.12.01", "fuel_or_product": "diesel"}


def cycle_kg(aircraft_type: str, facts: MobileFacts) -> dict[str, float]:
    """Return fuel, nox, co and hc of one LTO cycle of a type [kg], with the project's taxi time.

    References
    ----------
    inventory.methods.mobile.aircraft_lto.

    """
    return cycle_of_type(aircraft_type.upper(), taxi_time_s=facts.value("aircraft", "taxi_time_s"))


def lto_cycles(facts: MobileFacts) -> pd.DataFrame:
    """Return LTO cycles by airport, aircraft type and kind of flight; one LTO is two movements.

    Raises
    ------
    SchemaError
        If the types of a group, or the kinds of flight of an airport, do not share out the whole.

    """
    _require_whole_shares(facts)
    rows = []
    for _, kind_of in facts.aviation.iterrows():
        movements = float(facts.fact("nonroad", kind_of["movements_item"])["value"])
        group_share = float(facts.fact("nonroad", kind_of["group_item"])["value"])
        for share_name, category in _KINDS.items():
            share = facts.value(kind_of["airport"], share_name)
            if share > 0.0:
                cycles = movements / 2.0 * group_share * float(kind_of["share_of_group"]) * share
                rows.append(pd.concat([kind_of, pd.Series({"source_category": category, "lto": cycles})]))
    table = pd.DataFrame(rows)
    keys = ["airport", "aircraft_type", "source_category"]
    merged = table.groupby(keys, as_index=False, sort=True).agg(
        {"lto": lambda cycles: exact_sum(cycles.astype(float)), "citation": "first", "confidence": "first",
         "origin_file": "first", "origin_sheet": "first", "origin_row": "first", "origin_sha256": "first"}
    )  # fmt: skip
    return merged.assign(
        fuel_t=[
            lto * cycle_kg(t, facts)["fuel"] / 1000.0
            for lto, t in zip(merged["lto"], merged["aircraft_type"], strict=True)
        ]
    )


def _require_whole_shares(facts: MobileFacts) -> None:
    """Refuse shares that lose or double movements."""
    types = facts.aviation.astype({"share_of_group": float}).groupby(["airport", "group_item"])["share_of_group"]
    sums = {f"aviation › {airport} › {group}": exact_sum(shares) for (airport, group), shares in types}
    for airport in sorted(set(facts.aviation["airport"])):
        kinds = [facts.value(airport, name) for name in _KINDS]
        sums[f"mobile_assumptions › {airport} › {', '.join(_KINDS)}"] = exact_sum(kinds)
    wrong = {place: total for place, total in sums.items() if abs(total - 1.0) > _SHARE_TOLERANCE}
    if wrong:
        raise SchemaError(*(problem("TY3206", place, total=f"{total:g}") for place, total in wrong.items()))


def build_aviation(facts: MobileFacts) -> LedgerDraft:
    """Return LTO, auxiliary power and ground support drafts of the airports."""
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    cycles = lto_cycles(facts)
    for _, row in cycles.iterrows():
        draft_id = f"aviation|{row['airport']}|{row['aircraft_type']}|{row['source_category']}"
        about = {
            "fuel_or_product": "jet_kerosene", "source_category": row["source_category"],
            "technology": f"aircraft_{row['aircraft_type']}",
        }  # fmt: skip
        activities.append(_lto(draft_id, row, cycles=row["lto"], point=row["aircraft_type"], about=about))
        parameters += _lto_parameters(draft_id, row, facts)
    short = facts.value("aircraft", "apu_short_haul_share")
    for airport, group in cycles.groupby("airport", sort=True):
        total, first = exact_sum(group["lto"]), group.iloc[0]
        for name, share in (("short_haul", short), ("long_haul", 1.0 - short)):
            draft_id, technology = f"aviation|{airport}|apu|{name}", f"apu_{name}"
            about = _AUXILIARY_POWER | {"technology": technology}
            activities.append(_lto(draft_id, first, cycles=total * share, point=technology, about=about))
            parameters += _auxiliary_power_fuel(draft_id, name, facts)
        for name, share in (("narrow", short), ("wide", 1.0 - short)):
            draft_id, technology = f"aviation|{airport}|gse|{name}", f"gse_{name}"
            about = _GROUND_SUPPORT | {"technology": technology}
            activities.append(_lto(draft_id, first, cycles=total * share, point=technology, about=about))
            parameters += _ground_support_fuel(draft_id, cycles, facts)
    return build_draft(activities, parameters)


def _lto(draft_id: str, row: pd.Series, *, cycles: float, point: str, about: Mapping[str, object]) -> dict[str, object]:
    """Return a draft in LTO cycles at an airport."""
    return draft_row(
        draft_id=draft_id, source_id="aviation", facility_id_hint=row["airport"], release_point_id=point,
        activity_value=float(cycles), activity_unit="lto", data_quality="L", surrogate="airport_lto",
        geometry_key=row["airport"], name_zh=f"{row['airport']} {point}", citation=row["citation"],
        **origin(row), **about,
    )  # fmt: skip


def _lto_parameters(draft_id: str, row: pd.Series, facts: MobileFacts) -> list[dict[str, object]]:
    """Return taxi time, fuel, sulphur and particles of one aircraft type; its gases follow from the times in mode."""
    fuel_kg = cycle_kg(row["aircraft_type"], facts)["fuel"]
    source = pd.Series(
        {"citation": f"default engine of {row['aircraft_type']}, times in mode (aircraft_lto)", "confidence": "M"}
    )
    taxi, sulphur, particles = (
        facts.assumption("aircraft", name) for name in ("taxi_time_s", "sulphur_fraction", "pm25_kg_per_t_fuel")
    )
    pm_kg = fuel_kg / 1000.0 * float(particles["value"])
    return [
        parameter(draft_id, "taxi_time_s", float(taxi["value"]), taxi),
        parameter(draft_id, "specific_fuel_use_kg_per_unit", fuel_kg, source, "kg/lto"),
        parameter(draft_id, "sulphur_fraction", float(sulphur["value"]), sulphur),
        parameter(draft_id, "ef_kg_per_unit:PM2.5", pm_kg, particles, "kg/lto"),
        parameter(draft_id, "ef_kg_per_unit:PM10", pm_kg, particles, "kg/lto"),
    ]


def _auxiliary_power_fuel(draft_id: str, name: str, facts: MobileFacts) -> list[dict[str, object]]:
    """Return the kerosene of auxiliary power per LTO and its sulphur."""
    use = facts.assumption("aircraft", f"apu_{name}_fuel_kg_per_lto")
    sulphur = facts.assumption("aircraft", "sulphur_fraction")
    return [
        parameter(draft_id, "specific_fuel_use_kg_per_unit", float(use["value"]), use, "kg/lto"),
        parameter(draft_id, "sulphur_fraction", float(sulphur["value"]), sulphur),
    ]


def _ground_support_fuel(draft_id: str, cycles: pd.DataFrame, facts: MobileFacts) -> list[dict[str, object]]:
    """Return the diesel of ground support per LTO and its sulphur."""
    fuel = facts.fact("nonroad", "airport ground support diesel")
    per_lto_kg = float(fuel["value"]) * 1000.0 / exact_sum(cycles["lto"])
    sulphur = facts.assumption("nonroad", "sulphur_fraction")
    return [
        parameter(draft_id, "specific_fuel_use_kg_per_unit", per_lto_kg, fuel, "kg/lto"),
        parameter(draft_id, "sulphur_fraction", float(sulphur["value"]), sulphur),
    ]
