"""Ships inside the domain: calls × hours × power × load → shaft work, per engine and mode.

A call is an arrival; its hours cover the way in, the stay and the way out. Count of calls as in-and-out movements
would halve the result (the project's README says so).
"""

from __future__ import annotations

import pandas as pd

from inventory.exact_sum import exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, draft_row
from inventory.mobile.mobile_facts import MobileFacts, origin, parameter

_INTERNATIONAL = "MB.08.01"
_ROAD_DIESEL = "diesel"


def ship_work(facts: MobileFacts) -> pd.DataFrame:
    """Return shaft work by ship type, engine, mode and kind of voyage.

    work [kWh] = calls × share of voyages × power [kW] × load factor × hours per call

    Returns
    -------
    DataFrame
        The engine table with source_category, work_kwh and fuel_t.

    """
    rows: list[pd.Series] = []
    for _, engine in facts.ships.iterrows():
        calls = facts.fact("nonroad", engine["call_item"])
        abroad = float(engine["international_share"])
        for category, share in ((_INTERNATIONAL, abroad), (engine["category_domestic"], 1.0 - abroad)):
            if share == 0.0:
                continue
            hours = float(engine["hours_per_call"]) * float(engine["load_factor"])
            work_kwh = float(calls["value"]) * share * float(engine["power_kw"]) * hours
            fuel_t = work_kwh * float(engine["specific_fuel_use_kg_per_kwh"]) / 1000.0
            rows.append(
                pd.concat([engine, pd.Series({"source_category": category, "work_kwh": work_kwh, "fuel_t": fuel_t})])
            )
    return pd.DataFrame(rows)


def build_ships(facts: MobileFacts) -> LedgerDraft:
    """Return the drafts of all ships inside the domain.

    References
    ----------
    US EPA ShipEF and ShipPowerModel (2020); IMO GHG study 3 (auxiliary and boiler loads).

    """
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    sulphur = facts.assumption("nonroad", "sulphur_fraction")
    for row in ship_work(facts).to_dict("records"):
        engine = pd.Series(row)
        point = f"{engine['ship_type']} {engine['engine']} {engine['mode']}"
        draft_id = f"ships|{engine['source_category']}|{point}"
        activities.append(
            draft_row(
                draft_id=draft_id, source_id="ships", source_category=engine["source_category"],
                fuel_or_product=engine["fuel_or_product"], technology=engine["technology"],
                control_path_id=engine["control_path_id"], size_class=engine["size_class"], release_point_id=point,
                activity_value=engine["work_kwh"], activity_unit="kWh", data_quality="L", surrogate=engine["surrogate"],
                name_zh=f"{engine['note']} {engine['engine']}", citation=engine["citation"], **origin(engine),
            )
        )  # fmt: skip
        use = float(engine["specific_fuel_use_kg_per_kwh"])
        parameters.append(parameter(draft_id, "specific_fuel_use_kg_per_unit", use, engine, "kg/kWh"))
        if engine["fuel_or_product"] == _ROAD_DIESEL:
            parameters.append(parameter(draft_id, "sulphur_fraction", float(sulphur["value"]), sulphur))
    return build_draft(activities, parameters)


def ship_fuel_t(facts: MobileFacts, *, category: str | None = None, fuel: str) -> float:
    """Return the fuel that ships burn inside the domain [t]; of one category, or of all."""
    work = ship_work(facts)
    chosen = work[work["fuel_or_product"] == fuel]
    if category is not None:
        chosen = chosen[chosen["source_category"] == category]
    return exact_sum(chosen["fuel_t"].astype(float))
