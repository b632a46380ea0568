"""Whether the energy balance closes, per region and fuel and for all fuels in tce.

supply + transformation − losses − final consumption = statistical difference. The parts of a section are used where
they are delivered, as the ledger uses them; a printed total that differs from its parts is told. Nothing is corrected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from inventory.energy_balance.balance_tables import SOURCE, limits, structure, tce_factors
from inventory.energy_balance.equivalents import conversions, implied_factor_problems
from inventory.energy_balance.fuel_balance import (
    RESIDENTIAL,
    SIDES,
    FuelBalance,
    fuel_balance,
    sum_of_parts,
    with_residential,
)
from inventory.errors import CellRef, Problem, SchemaError, problem
from inventory.exact_sum import exact_sum

_INDUSTRY = "Industry"
_NON_ENERGY = "Industry - NonEnergy Use"
_NO_ROW = {"origin_file": SOURCE, "origin_sheet": "", "origin_row": "", "item": "所有品种 all fuels"}


@dataclass(frozen=True)
class BalanceClosing:
    """Outcome of the check.

    Attributes
    ----------
    table : DataFrame
        One row per region × fuel, and fuel `all` in tce: supply, transformation, losses, final, difference, reported,
        gap, unit.
    errors, notices : tuple of Problem
        Errors stop a build; notices are for the compiler.

    """

    table: pd.DataFrame
    errors: tuple[Problem, ...]
    notices: tuple[Problem, ...]

    @property
    def messages(self) -> tuple[str, ...]:
        """One sentence per notice, and one for the sum."""
        of_all = self.table[self.table["fuel"] == "all"]
        sums = [
            f"能源平衡{row['region_code']}：{row['n_fuels']} 个品种折标煤，供应 {row['supply']:,.0f}，"
            f"平衡差额 {row['reported']:,.0f}（计算 {row['difference']:,.0f}）tce"
            " / supply of all fuels, statistical difference printed and computed"
            for row in of_all.to_dict("records")
        ]
        return (*sums, *(f"{one.place}：{one.message_zh} / {one.message_en}" for one in self.notices))


def require_closed(facts: pd.DataFrame, inventory_year: int) -> BalanceClosing:
    """Check the balance of a year (`close_balance`) and refuse it where it is wrong.

    Raises
    ------
    SchemaError
        With every error.

    """
    closing = close_balance(facts, inventory_year)
    if closing.errors:
        raise SchemaError(*closing.errors)
    return closing


def close_balance(facts: pd.DataFrame, inventory_year: int) -> BalanceClosing:
    """Check the balance of a year per region and fuel, and its sum in tce.

    Parameters
    ----------
    facts : DataFrame
        stg_fact: source_id, item, fuel, region_code, data_year, value [unit], unit, unit_delivered and the origin.
    inventory_year : int
        Year that is checked.

    References
    ----------
    inventory/energy_balance/limits.csv holds the limits and their reasons; structure.csv the signs of the rows.

    """
    of_year = facts[(facts["source_id"] == SOURCE) & (facts["data_year"] == inventory_year)]
    known = of_year[of_year["item"].isin(structure()["item"]) & of_year["value"].notna()]
    balances = [fuel_balance(rows) for _, rows in known.groupby(["region_code", "fuel"], sort=True)]
    errors = list(_mixed_units(known))
    notices = [*_unknown_items(of_year), *conversions(of_year), *_total_of_fuels(balances)]
    for balance in balances:
        found_errors, found_notices = _findings(balance)
        errors += found_errors
        notices += found_notices
    factor_errors = implied_factor_problems(facts[facts["data_year"] == inventory_year])
    table, of_sum = _all_fuels(balances)
    return BalanceClosing(table, (*errors, *factor_errors, *([] if errors else of_sum)), tuple(notices))


def _findings(balance: FuelBalance) -> tuple[list[Problem], list[Problem]]:
    """Return errors and notices of one fuel."""
    is_open = balance.is_beyond(balance.gap, "closing", "error")
    parts = list(_section_gaps(balance))
    errors: list[Problem] = list(_of_which(balance))
    notices: list[Problem] = []
    closing = [_closing_problem(balance)] if balance.is_beyond(balance.gap, "closing", "notice") else []
    (errors if is_open else notices).extend([*closing, *parts])
    if balance.is_beyond(balance.reported, "difference", "notice"):
        share = balance.reported / balance.turnover
        notices.append(
            problem("TY3032", balance.place("Statistical Difference"), cell=balance.cell("Statistical Difference"),
                    value=_text(balance.reported), unit=balance.unit, percent=f"{share:.1%}")
        )  # fmt: skip
    return errors, notices


def _closing_problem(balance: FuelBalance) -> Problem:
    """Return the finding that a fuel does not close."""
    used, items = balance.used, ("Statistical Difference", "Total Final Consumption")
    return problem(
        "TY3030", balance.place(*items), cell=balance.cell(*items), fuel=balance.fuel,
        unit=balance.unit, difference=_text(balance.difference), reported=_text(balance.reported),
        gap=_text(balance.gap), supply=_text(used["supply"]), transformation=_text(used["transformation"]),
        losses=_text(used["losses"]), final=_text(used["final"]),
    )  # fmt: skip


def _section_gaps(balance: FuelBalance) -> Iterator[Problem]:
    """Yield sections whose printed total is not the sum of its parts."""
    values = {item: float(str(row["value"])) for item, row in balance.rows.items()}
    sums = [(balance.printed[section], section) for section in SIDES if section != "losses"]
    sums.append((values.get(RESIDENTIAL, math.nan), "residential"))
    for printed, section in sums:
        found = sum_of_parts(section, with_residential(values))
        if not math.isnan(printed + found) and balance.is_beyond(printed - found, "parts", "notice"):
            totals = structure()[(structure()["section"] == section) & (structure()["role"] == "total")]["item"]
            item = RESIDENTIAL if section == "residential" else str(totals.iloc[0])
            yield problem("TY3031", balance.place(item), cell=balance.cell(item), item=item, fuel=balance.fuel,
                          unit=balance.unit, printed=_text(printed), parts=_text(found))  # fmt: skip


def _of_which(balance: FuelBalance) -> Iterator[Problem]:
    """Yield non-energy use that is more than what it is a part of."""
    if _NON_ENERGY not in balance.rows:
        return
    part = float(str(balance.rows[_NON_ENERGY]["value"]))
    whole = float(str(balance.rows[_INDUSTRY]["value"])) if _INDUSTRY in balance.rows else 0.0
    if balance.is_beyond(max(part - whole, 0.0), "parts", "notice"):
        yield problem("TY3033", balance.place(_NON_ENERGY), cell=balance.cell(_NON_ENERGY), item=_NON_ENERGY,
                      whole=_INDUSTRY, fuel=balance.fuel, part_value=_text(part), whole_value=_text(whole),
                      unit=balance.unit)  # fmt: skip


def _unknown_items(of_year: pd.DataFrame) -> Iterator[Problem]:
    """Yield items that structure.csv does not hold: they stand outside the closing."""
    strange = of_year[~of_year["item"].isin(structure()["item"])].drop_duplicates("item")
    for row in strange.to_dict("records"):
        yield problem("TY3034", CellRef.of(row), cell=CellRef.of(row, "item"), item=row["item"])


def _mixed_units(known: pd.DataFrame) -> Iterator[Problem]:
    """Yield rows of a fuel in another unit than most of its rows: their sum would mean nothing."""
    for (_, fuel), rows in known.groupby(["region_code", "fuel"], sort=True):
        usual = str(rows["unit"].value_counts().sort_index().idxmax())
        for row in rows[rows["unit"] != usual].to_dict("records"):
            yield problem("TY3038", f"{CellRef.of(row)} ({row['item']} {fuel})", cell=CellRef.of(row, "unit"),
                          unit=row["unit_delivered"], other=usual)  # fmt: skip


def _total_of_fuels(balances: list[FuelBalance]) -> Iterator[Problem]:
    """Yield sums of fuels (petroleum_total) that are not the sum of their members in tce."""
    members = tce_factors()["member_of"]
    for total in [balance for balance in balances if balance.fuel in set(members)]:
        own = [b for b in balances if b.region_code == total.region_code and members.get(b.fuel, "") == total.fuel]
        for section in SIDES:
            found = exact_sum([b.used[section] for b in own]), exact_sum([b.used[section] * b.tce for b in own])
            printed = total.used[section], total.used[section] * total.tce
            nearest = min(abs(p - f) for p, f in zip(printed, found, strict=True))
            if own and total.is_beyond(nearest, "parts", "notice"):
                yield problem("TY3035", total.place(), cell=total.cell(), fuel=total.fuel, section=section,
                              printed=_text(printed[0]), parts=_text(found[0]), unit=total.unit)  # fmt: skip


def _all_fuels(balances: list[FuelBalance]) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the closing of each fuel and of the sum in tce, and the errors of the sum."""
    totals = set(tce_factors()["member_of"])
    rows = [_row(balance) for balance in balances]
    problems: list[Problem] = []
    for region in sorted({balance.region_code for balance in balances}):
        own = [b for b in balances if b.region_code == region and b.fuel not in totals and not math.isnan(b.tce)]
        if not own:
            continue
        whole = _whole(own)
        rows.append(_row(whole) | {"n_fuels": len(own)})
        if abs(whole.gap) > limits()["closing", "error"] * whole.turnover:
            problems.append(_closing_problem(whole))
    columns = ["region_code", "fuel", "unit", *SIDES, "difference", "reported", "gap", "n_fuels"]
    return pd.DataFrame(rows, columns=columns), problems


def _whole(own: list[FuelBalance]) -> FuelBalance:
    """Return the sum of the fuels of a region [tce]."""
    used = {name: exact_sum([b.used[name] * b.tce for b in own]) for name in SIDES}
    return replace(
        own[0], fuel="all", unit="tce", used=used, printed={}, rows={"": dict(_NO_ROW)},
        difference=exact_sum([b.difference * b.tce for b in own]),
        reported=exact_sum([b.reported * b.tce for b in own]),
        turnover=max(abs(used["supply"]), used["final"] + used["losses"]),
    )  # fmt: skip


def _row(balance: FuelBalance) -> dict[str, object]:
    """Return one row of the closing table."""
    about = {"region_code": balance.region_code, "fuel": balance.fuel, "unit": balance.unit, "n_fuels": 1}
    results = {"difference": balance.difference, "reported": balance.reported, "gap": balance.gap}
    return {**about, **balance.used, **results}


def _text(value: float) -> str:
    """Return a number as a finding prints it."""
    return f"{value:,.6g}"
