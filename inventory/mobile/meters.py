"""Meters of shore power, charging and battery swap: electricity that is known by meter.

A memo: the electricity is part of the balance's electricity and makes no record of its own. Shore power takes work off
auxiliary engines at berth only where the project declares it (mobile_assumptions › shore_power ›
reduces_auxiliary_work = 1); charging is compared with what the electric fleet should use.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from inventory.activity_record import WORK_UNITS
from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.exact_sum import exact_sum, exact_sum_by
from inventory.mobile.mobile_facts import MobileFacts

KINDS = {"shore_power": "岸电", "charging": "充电", "battery_swap": "换电"}
SHORE_POWER = "shore_power"
EV_USE = "ev_kwh_per_vkm"
"""Group of the assumptions: electricity per vehicle kilometre by wear class [kWh/vkm], grid side."""

_DECLARED = (SHORE_POWER, "reduces_auxiliary_work")
_ENGINE, _MODE = "aux", "berth"
_HYBRID = "PHEV"


def metered_kwh(facts: MobileFacts) -> dict[str, float]:
    """Return the electricity of the inventory year by kind of meter [kWh]; kinds without a meter are left out."""
    rows = facts.of_year(facts.meters)
    if rows.empty:
        return {}
    sums = exact_sum_by(rows, ["kind"], "electricity_kwh")
    return dict(zip(sums["kind"].astype(str), sums["electricity_kwh"].astype(float), strict=True))


def shore_power_kwh(facts: MobileFacts) -> float:
    """Return the shore power that takes the place of auxiliary engines [kWh]: 0 unless the project declares it."""
    group, name = _DECLARED
    table = facts.assumptions
    found = table[(table["group_name"] == group) & (table["name"] == name)]
    is_declared = len(found) == 1 and float(found["value"].iloc[0]) == 1.0
    return metered_kwh(facts).get(SHORE_POWER, 0.0) if is_declared else 0.0


def reduce_auxiliary_work(facts: MobileFacts, work: pd.DataFrame) -> pd.DataFrame:
    """Return the work of ships with metered shore power taken off the auxiliary engines at berth.

    hours, work and fuel of these engines × (1 − shore power / Σ their work), the same for all ship types

    Parameters
    ----------
    facts : MobileFacts
        With the meters and the declaration.
    work : DataFrame
        engine, mode, hours_per_call [h], work_kwh [kWh], fuel_t [t] of the ships that are built of calls.

    Raises
    ------
    SchemaError
        If more shore power is metered than the engines at berth would work.

    """
    replaced = shore_power_kwh(facts)
    if replaced == 0.0:
        return work
    at_berth = (work["engine"] == _ENGINE) & (work["mode"] == _MODE)
    total = exact_sum(work.loc[at_berth, "work_kwh"].astype(float))
    if replaced > total:
        raise SchemaError(problem("TY3243", "meters › shore_power", metered=f"{replaced:,.0f}", work=f"{total:,.0f}"))
    kept = 1.0 - replaced / total
    reduced = work.copy()
    for column in ("hours_per_call", "work_kwh", "fuel_t"):
        reduced.loc[at_berth, column] = work.loc[at_berth, column].astype(float) * kept
    return reduced


def ev_use_kwh(facts: MobileFacts, fleet: pd.DataFrame) -> float | None:
    """Return what the electric fleet should use [kWh]; None where the project states no use per kilometre.

    use = Σ electric kilometres × kWh per kilometre of the wear class; a plug-in hybrid drives electrically what it
    does not drive on its fuel

    Parameters
    ----------
    facts : MobileFacts
        Group `ev_kwh_per_vkm` of the assumptions: name = wear class, value [kWh/vkm].
    fleet : DataFrame
        Rows of FleetKilometres: class_name, fuel_or_product, wear_technology, vkm (on the fuel), wear_vkm (all).

    """
    stated = facts.assumptions[facts.assumptions["group_name"] == EV_USE].set_index("name")["value"].astype(float)
    is_electric = fleet["fuel_or_product"] == "electricity"
    is_hybrid = ~is_electric & fleet["class_name"].str.contains(_HYBRID)
    electric_vkm = fleet["wear_vkm"] - fleet["vkm"].where(is_hybrid, 0.0)
    driven = fleet.assign(electric_vkm=electric_vkm)[is_electric | is_hybrid]
    if not set(driven["wear_technology"]) <= set(stated.index):
        return None
    return exact_sum(driven["electric_vkm"] * driven["wear_technology"].map(stated))


def meter_messages(facts: MobileFacts, fleet: pd.DataFrame) -> tuple[str, ...]:
    """Return one sentence per kind of meter, and the comparison of charging with the electric fleet."""
    metered = metered_kwh(facts)
    said = [
        f"{KINDS[kind]}计量 {kwh:,.0f} kWh（信息项，已含在电力消费中）/ metered, part of the electricity of the balance"
        for kind, kwh in metered.items()
    ]
    if replaced := shore_power_kwh(facts):
        said.append(f"岸电 {replaced:,.0f} kWh 从靠泊辅机做功中扣除 / taken off auxiliary engines at berth")
    charged = metered.get("charging", 0.0) + metered.get("battery_swap", 0.0)
    if charged > 0.0:
        expected = ev_use_kwh(facts, fleet)
        missing = f"mobile_assumptions 缺 {EV_USE}，充电量未与电动车队核对 / charging was not compared with the fleet"
        said.append(
            missing
            if expected is None
            else f"充换电 {charged:,.0f} kWh，电动车队按里程应为 {expected:,.0f} kWh，比值"
            f" {charged / expected if expected else float('nan'):.2f} / charging metered and by vehicle kilometres"
        )
    return tuple(said)


def meter_balance(facts: MobileFacts) -> list[tuple[str, float, float]]:
    """Return measure, amount in and not an activity [kWh] of each kind of meter, for core_step_balance."""
    return [(f"metered electricity {kind}", kwh, kwh) for kind, kwh in metered_kwh(facts).items()]


def meter_problems(facts: MobileFacts) -> Iterator[Problem]:
    """Yield what is wrong with delivered meters."""
    if len(facts.meters) and facts.of_year(facts.meters).empty:
        years = "、".join(map(str, sorted(set(facts.meters["data_year"]))))
        yield problem("TY3211", "meters", years=years, year=facts.inventory_year)
    for row in facts.of_year(facts.meters).to_dict("records"):
        place = f"{CellRef.of(row)} ({row['meter_id']})"
        kind, unit, value = (CellRef.of(row, column) for column in ("kind", "unit", "value"))
        if row["kind"] not in KINDS:
            yield problem("TY3212", f"{place} › kind", cell=kind, text=row["kind"], known="、".join(KINDS))
        if row["unit_code"] not in WORK_UNITS:
            found = row["unit_code"] or "—"
            yield problem("TY3241", f"{place} › unit", cell=unit, unit=found, known="、".join(WORK_UNITS))
        if row["electricity_kwh"] < 0.0:
            yield problem("TY3242", f"{place} › value", cell=value, kwh=f"{row['electricity_kwh']:g}")
