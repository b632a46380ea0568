"""Ships inside the domain: calls × hours × power × load, per engine and mode, estimated by the ship methods.

A call is an arrival; its hours cover the way in, the stay and the way out. Count of calls as in-and-out movements
would halve the result (the project's README says so).
"""

from __future__ import annotations

from typing import cast

import pandas as pd

from inventory.exact_sum import exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, draft_row
from inventory.methods.mobile.ship_factors import default_fuel_use_g_per_kwh, fuel_use_at_load
from inventory.methods.mobile.ship_power import Mode, hotel_kw
from inventory.mobile.meters import reduce_auxiliary_work
from inventory.mobile.mobile_facts import MobileFacts, origin, parameter

_INTERNATIONAL = "MB.08.01"
_ROAD_DIESEL = "diesel"
_SOURCE_SET = "imo_ghg3"
_HOTEL_MODES: dict[str, Mode] = {"under_way": "transit", "berth": "berth"}


def ship_work(facts: MobileFacts) -> pd.DataFrame:
    """Return shaft work by ship type, engine, mode and kind of voyage.

    work [kWh] = calls × share of voyages × power [kW] × load factor × hours per call

    Returns
    -------
    DataFrame
        The engine table with source_category, calls, power_kw, work_kwh and fuel_t.

    """
    rows: list[pd.Series] = []
    for _, engine in facts.ships.iterrows():
        calls = float(facts.fact("nonroad", engine["call_item"])["value"])
        abroad = float(engine["international_share"])
        power_kw = _power_kw(engine)
        for category, share in ((_INTERNATIONAL, abroad), (engine["category_domestic"], 1.0 - abroad)):
            if share * calls == 0.0:
                continue
            hours = float(engine["hours_per_call"]) * float(engine["load_factor"])
            work_kwh = calls * share * power_kw * hours
            found = {
                "source_category": category, "calls": calls * share, "power_kw": power_kw, "work_kwh": work_kwh,
                "fuel_t": work_kwh * _fuel_use_g_per_kwh(engine) / 1e6,
            }  # fmt: skip
            rows.append(pd.concat([engine.drop("power_kw"), pd.Series(found)]))
    return reduce_auxiliary_work(facts, pd.DataFrame(rows))


def build_ships(facts: MobileFacts) -> LedgerDraft:
    """Return the drafts of all ships inside the domain: calls with hours, power and load of the engine.

    References
    ----------
    US EPA ShipEF and ShipPowerModel (2020); IMO GHG study 3 (auxiliary and boiler loads).

    """
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    for row in ship_work(facts).to_dict("records"):
        engine = pd.Series(row)
        point = f"{engine['ship_type']} {engine['engine']} {engine['mode']}"
        draft_id = f"ships|{engine['source_category']}|{point}"
        activities.append(
            draft_row(
                draft_id=draft_id, source_id="ships", source_category=engine["source_category"],
                fuel_or_product=engine["fuel_or_product"], technology=engine["technology"],
                control_path_id=engine["control_path_id"], size_class=engine["size_class"], release_point_id=point,
                activity_value=engine["calls"], activity_unit="piece", data_quality="L", surrogate=engine["surrogate"],
                name_zh=f"{engine['note']} {engine['engine']}", citation=engine["citation"], **origin(engine),
            )
        )  # fmt: skip
        parameters += _engine_parameters(draft_id, engine, facts)
    return build_draft(activities, parameters)


def ship_fuel_t(facts: MobileFacts, *, category: str | None = None, fuel: str) -> float:
    """Return the fuel that ships burn inside the domain [t]; of one category, or of all."""
    work = ship_work(facts)
    chosen = work[work["fuel_or_product"] == fuel]
    if category is not None:
        chosen = chosen[chosen["source_category"] == category]
    return exact_sum(chosen["fuel_t"].astype(float))


def ship_fuel_by_category(facts: MobileFacts) -> dict[str, float]:
    """Return the fuel of the call-based records by source category [t]; none without ships."""
    if facts.ships.empty:
        return {}
    return {str(category): exact_sum(rows) for category, rows in ship_work(facts).groupby("source_category")["fuel_t"]}


def _engine_parameters(draft_id: str, engine: pd.Series, facts: MobileFacts) -> list[dict[str, object]]:
    """Return power, load, hours, sulphur, fuel per call, and per kWh where the table of engines has none."""
    is_road_diesel = engine["fuel_or_product"] == _ROAD_DIESEL
    sulphur = facts.assumption("nonroad" if is_road_diesel else "ship", "sulphur_fraction")
    given = [
        parameter(draft_id, "rated_power_kw", float(engine["power_kw"]), engine, "kW"),
        parameter(draft_id, "engine_load_fraction", float(engine["load_factor"]), engine, "1"),
        parameter(draft_id, "hours_per_unit", float(engine["hours_per_call"]), engine, "h"),
        parameter(draft_id, "sulphur_fraction", float(sulphur["value"]), sulphur),
        parameter(
            draft_id, "specific_fuel_use_kg_per_unit", engine["fuel_t"] / engine["calls"] * 1000.0, engine, "kg/piece"
        ),
    ]
    use = engine["specific_fuel_use_g_per_kwh"]
    if pd.notna(use):
        given.append(parameter(draft_id, "specific_fuel_use_g_per_kwh", float(use), engine, "g/kWh"))
    return given


def _power_kw(engine: pd.Series) -> float:
    """Return the power that the table states, or that of the ship's type and size in the mode [kW]."""
    if not engine["hotel_ship_type"]:
        return float(engine["power_kw"])
    return hotel_kw(
        "aux" if engine["engine"] == "aux" else "boiler",
        ship_type=engine["hotel_ship_type"],
        size=float(engine["hotel_size"]),
        size_unit=engine["hotel_size_unit"],
        mode=_HOTEL_MODES[engine["mode"]],
        source_set=_SOURCE_SET,
    )


def _fuel_use_g_per_kwh(engine: pd.Series) -> float:
    """Return the fuel use of the ship methods [g/kWh]: stated or of the engine, of main engines at their load."""
    family = str(engine["technology"]).partition("_tier_")[0]
    stated = engine["specific_fuel_use_g_per_kwh"]
    base = float(stated) if pd.notna(stated) else default_fuel_use_g_per_kwh(family, engine["fuel_or_product"])
    if family.startswith("ship_main_"):
        return cast("float", fuel_use_at_load(cast("float", base), load=float(engine["load_factor"])))
    return cast("float", base)
