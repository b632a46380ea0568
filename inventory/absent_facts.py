"""Facts that the activity map expects and a delivery lacks: a row that got lost must not lower a total unsaid."""

from __future__ import annotations

import pandas as pd

from inventory.activity_map import ActivityMap, makes_record
from inventory.errors import SchemaError, problem

_ANY = "*"


def require_expected_facts(
    activity_map: ActivityMap, facts: pd.DataFrame, matched: pd.DataFrame, inventory_year: int
) -> tuple[str, ...]:
    """Refuse rows of the map that make a record and find no fact; return notices of facts without a value.

    A source whose table holds no rows at all is no lost row: its leaves are gaps, and its pull says so.

    Parameters
    ----------
    facts, matched : DataFrame
        All facts, and those that match_facts joined with the map.

    Raises
    ------
    SchemaError
        Naming every row of the map at once.

    """
    rows = activity_map.rows
    of_year = rows["year"].isin(["", _ANY, str(inventory_year)])
    wanted = rows[
        makes_record(rows) & of_year & (rows["item"] != _ANY) & rows["source_id"].isin(set(facts["source_id"]))
    ]
    lost = wanted[~wanted["row"].isin(set(matched["map_row"]))]
    if len(lost):
        raise SchemaError(
            *(
                problem(
                    "TY3058", f"activity_map.csv › {row['row']}", source_id=row["source_id"],
                    item=f"{row['item']} {row['fuel']}".rstrip(f" {_ANY}"), year=row["year"] or inventory_year,
                )
                for row in lost.to_dict("records")
            )
        )  # fmt: skip
    empty = matched[
        matched["map_row"].isin(set(wanted["row"])) & matched["value"].isna() & (matched["map_treatment"] != "count")
    ]
    return tuple(
        f"[W209] {fact['origin_file']} › {fact['origin_row']}：{fact['item']} {fact['fuel']} 没有数值，未估算"
        " / no value, not estimated"
        for fact in empty.drop_duplicates("fact_id").to_dict("records")
    )
