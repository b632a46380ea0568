"""The unit of every assumption on mobile sources: it is read as the unit of its name, so no other may stand there."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.errors import CellRef, Problem, SchemaError, problem

_FRACTIONS = re.compile(r"(share|fraction|humidity|removal)")


def require_assumption_units(assumptions: pd.DataFrame) -> None:
    """Refuse assumptions in another unit than that of their name, and fractions outside 0 to 1.

    Parameters
    ----------
    assumptions : DataFrame
        stg_mobile_assumptions_value.

    Raises
    ------
    SchemaError
        Naming every row at once.

    """
    problems: list[Problem] = []
    for row in assumptions.to_dict("records"):
        name = str(row["name"]).split(":")[0]
        wanted = expected_units().get(name, row["unit"])
        place = (str(row["origin_file"]), str(row["origin_sheet"]), int(row["origin_row"]))
        if row["unit"] != wanted:
            cell = CellRef(*place, "unit")
            problems.append(problem("TY3060", cell, cell=cell, name=row["name"], unit=row["unit"], wanted=wanted))
        elif wanted == "1" and _FRACTIONS.search(name) and not 0.0 <= float(row["value"]) <= 1.0:
            cell = CellRef(*place, "value")
            problems.append(problem("IN307", cell, cell=cell, text=f"{row['value']:g}"))
    if problems:
        raise SchemaError(*problems)


@cache
def expected_units() -> dict[str, str]:
    """Return the unit of each assumption by its name, without what follows a colon."""
    text = files("inventory.mobile").joinpath("assumption_units.csv").read_text(encoding="utf-8")
    table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    return dict(zip(table["name"], table["unit"], strict=True))
