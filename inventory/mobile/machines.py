"""Non-road machines of a register: number × power × load × hours, by power band and emission stage.

Where machines of a category and fuel are delivered, they take the place of the split of that fuel by the statistics
(inventory/mobile/nonroad.py): a petrol generator says nothing of the diesel of its category.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, draft_row
from inventory.mobile.mobile_facts import MobileFacts, parameter, row_origin

CATEGORIES = {"MB.05.01": "工程机械", "MB.05.02": "厂内机械", "MB.06.01": "农业机械", "MB.07.01": "港口机械"}
"""Categories whose machines may be delivered."""

_FUELS = ("diesel", "gasoline")
SMALLEST_RATIO, LARGEST_RATIO = 0.5, 2.0
"""Diesel of a register per diesel of the statistics beyond which one of them is wrong (threshold of design)."""

_BAND = re.compile(r"kw_(?:(lt|gt)_)?(\d+)(?:_(\d+))?")


def machine_work(facts: MobileFacts) -> pd.DataFrame:
    """Return shaft work and fuel of every delivered machine.

    work [kWh] = number × rated power [kW] × load factor × hours; fuel [t] = work × specific fuel use / 10^6

    Returns
    -------
    DataFrame
        The rows of the inventory year with work_kwh, use_kg_per_kwh and fuel_t; empty where nothing is delivered.

    References
    ----------
    MEP 2014 No. 92, technical guideline for non-road mobile sources, equation E = Σ n × P × LF × h × EF.

    """
    rows = facts.of_year(facts.machines)
    if rows.empty:
        return rows.assign(work_kwh=[], use_kg_per_kwh=[], fuel_t=[])
    default = facts.value("nonroad", "shaft_fuel_use_kg_per_kwh")
    use = (rows["specific_fuel_use_g_per_kwh"] / 1000.0).fillna(default)
    work = rows["number"] * rows["mean_kw"] * rows["load_factor"] * rows["hours_per_a"]
    return rows.assign(work_kwh=work, use_kg_per_kwh=use, fuel_t=work * use / 1000.0)


def delivered_categories(facts: MobileFacts, fuel: str) -> frozenset[str]:
    """Return the categories whose machines on a fuel are delivered."""
    rows = facts.of_year(facts.machines)
    return frozenset(rows.loc[rows["fuel_or_product"] == fuel, "source_category"]) if len(rows) else frozenset()


def require_like_statistics(facts: MobileFacts, sector_t: dict[str, float]) -> None:
    """Refuse a register whose diesel is far from that which it takes the place of.

    Parameters
    ----------
    facts : MobileFacts
    sector_t : dict of str to float
        Diesel of each category by the statistics [t].

    Raises
    ------
    SchemaError
        Naming each category, unless the project states `accept_difference` = 1 in group `machines` of its assumptions.

    """
    stated = facts.assumptions[facts.assumptions["group_name"] == "machines"].set_index("name")["value"]
    if float(stated.get("accept_difference", 0.0)) == 1.0:
        return
    problems = []
    for leaf in sorted(delivered_categories(facts, "diesel") & set(sector_t)):
        used, known = machine_fuel_t(facts, "diesel", leaf), sector_t[leaf]
        if not SMALLEST_RATIO * known <= used <= LARGEST_RATIO * known:
            problems.append(problem("TY3214", f"machines › {leaf}", used=f"{used:,.0f}", stated=f"{known:,.0f}"))
    if problems:
        raise SchemaError(*problems)


def machine_fuel_t(facts: MobileFacts, fuel: str, category: str | None = None) -> float:
    """Return the fuel that delivered machines burn [t]; of one category, or of all."""
    rows = machine_work(facts)
    if rows.empty:
        return 0.0
    own = rows[rows["fuel_or_product"] == fuel]
    return exact_sum(own.loc[own["source_category"] == category, "fuel_t"] if category else own["fuel_t"])


def build_machines(facts: MobileFacts) -> LedgerDraft:
    """Return one draft per kind of machine, power band, stage and fuel [kWh].

    Raises
    ------
    SchemaError
        For unknown categories, fuels, powers outside their band, and a delivery of other years only.

    """
    if problems := list(machine_problems(facts)):
        raise SchemaError(*problems)
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    for row in machine_work(facts).to_dict("records"):
        key = ("source_category", "machine", "power_band", "stage", "fuel_or_product")
        draft_id = "machines|" + "|".join(str(row[name]) for name in key)
        activities.append(
            draft_row(
                draft_id=draft_id, source_id="machines", source_category=row["source_category"],
                fuel_or_product=row["fuel_or_product"], technology=row["stage"], size_class=row["power_band"],
                release_point_id=row["machine"], activity_value=float(row["work_kwh"]), activity_unit="kWh",
                data_quality=row["confidence"], name_zh=f"{CATEGORIES[row['source_category']]} {row['machine']}",
                citation=row["citation"], **row_origin(row),
            )
        )  # fmt: skip
        about = _use_row(row, facts)
        parameters.append(
            parameter(draft_id, "specific_fuel_use_kg_per_unit", float(row["use_kg_per_kwh"]), about, "kg/kWh")
        )
        if row["fuel_or_product"] == "diesel":
            sulphur = facts.assumption("nonroad", "sulphur_fraction")
            parameters.append(parameter(draft_id, "sulphur_fraction", float(sulphur["value"]), sulphur))
    return build_draft(activities, parameters)


def machine_messages(facts: MobileFacts, sector_t: dict[str, float]) -> tuple[str, ...]:
    """Return a sentence per category of delivered diesel machines with both totals: theirs and that of the statistics.

    Parameters
    ----------
    facts : MobileFacts
        With the machines.
    sector_t : dict of str to float
        Diesel of each category by the energy balance or its own fact [t]: what the machines take the place of.

    """
    return tuple(
        f"{CATEGORIES[leaf]}（{leaf}）：按机械清单用柴油 {used:,.0f} t，统计值 {stated:,.0f} t"
        f"（{used / stated if stated else float('nan'):.2f} 倍）；采用清单，不再按燃料拆分"
        " / diesel by the register of machines and by the statistics; the register is used"
        for leaf in sorted(delivered_categories(facts, "diesel") & set(sector_t))
        for used, stated in [(machine_fuel_t(facts, "diesel", leaf), sector_t[leaf])]
    )


def machine_problems(facts: MobileFacts) -> Iterator[Problem]:
    """Yield what is wrong with delivered machines."""
    if len(facts.machines) and facts.of_year(facts.machines).empty:
        years = "、".join(map(str, sorted(set(facts.machines["data_year"]))))
        yield problem("TY3211", "machines", years=years, year=facts.inventory_year)
    for row in facts.of_year(facts.machines).to_dict("records"):
        place = f"{CellRef.of(row)} ({row['machine']})"
        for column, known in (("source_category", CATEGORIES), ("fuel_or_product", _FUELS)):
            if row[column] not in known:
                cell = CellRef.of(row, column)
                yield problem("TY3212", f"{place} › {column}", cell=cell, text=row[column], known="、".join(known))
        if not _is_in_band(str(row["power_band"]), float(row["mean_kw"])):
            cell, power = CellRef.of(row, "mean_kw"), f"{row['mean_kw']:g}"
            yield problem("TY3213", f"{place} › mean_kw", cell=cell, power=power, band=row["power_band"])


def _is_in_band(band: str, power_kw: float) -> bool:
    """Return whether a mean power lies in a size class such as kw_75_130, kw_lt_37 or kw_gt_560."""
    found = _BAND.fullmatch(band)
    if found is None:
        return False
    side, low, high = found.group(1), float(found.group(2)), float(found.group(3) or 0.0)
    if side == "lt":
        return 0.0 < power_kw <= low
    return power_kw >= low if side == "gt" else low <= power_kw <= high


def _use_row(row: dict[str, object], facts: MobileFacts) -> pd.Series:
    """Return what the specific fuel use cites: the machine's own row, or the assumption."""
    if pd.isna(row["specific_fuel_use_g_per_kwh"]):
        return facts.assumption("nonroad", "shaft_fuel_use_kg_per_kwh")
    return pd.Series({"citation": row["citation"], "confidence": row["confidence"]})
