"""Which facility and release point of the master list a monitored stack is; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

import pandas as pd

from inventory.errors import Problem, SchemaError, problem
from inventory.identifiers import plain_code

_STACK = ["facility_key", "release_point_key"]
_OUTLET_NAMES = ("outlet", "outlet_name", "name_zh")
"""Columns of release points that name an outlet, where the table has them."""


def match_stacks(measured: pd.DataFrame, *, facility_alias: pd.DataFrame, release_points: pd.DataFrame) -> pd.DataFrame:
    """Return the measured years with facility_id, release_point_id and has_outlets.

    A facility is found by credit code, permit number, name or id; an outlet by its id, the part of the id behind the
    facility, or its number or name. Of a facility whose outlets were not delivered (has_outlets is false) no outlet
    can be found: the point that the master list makes for it is no stack, whatever its number.

    Raises
    ------
    SchemaError
        For every stack that is not in the master list, means several facilities, or stands there under two names.

    """
    facilities = _facilities(facility_alias, release_points)
    outlets = _outlets(release_points)
    problems: list[Problem] = []
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for stack in measured.drop_duplicates(_STACK).sort_values(_STACK).to_dict("records"):
        facility_key, outlet_key = str(stack["facility_key"]), str(stack["release_point_key"])
        place = f"{stack['origin_file']} › {stack['origin_row']} › {facility_key} › {outlet_key}"
        ids = sorted(facilities.get(plain_key(facility_key), set()))
        if len(ids) != 1:
            said = "、".join(ids)
            problems.append(problem("TY3802", place, facilities=said) if ids else problem("TY3801", place))
            continue
        if ids[0] not in outlets:
            found[facility_key, outlet_key] = ids[0], f"{ids[0]}:{plain_code(outlet_key)}"
            continue
        known = outlets[ids[0]]
        points = sorted(known.get(plain_key(outlet_key), set()))
        if len(points) != 1:
            problems.append(problem("TY3803", place, known="、".join(sorted(known)) or "—"))
            continue
        found[facility_key, outlet_key] = ids[0], points[0]
    problems += _doubled(found)
    if problems:
        raise SchemaError(*problems)
    pairs = [found[key] for key in measured[_STACK].itertuples(index=False, name=None)]
    return measured.assign(
        facility_id=[facility for facility, _ in pairs],
        release_point_id=[point for _, point in pairs],
        has_outlets=[facility in outlets for facility, _ in pairs],
    )


def plain_key(text: str) -> str:
    """Return an identifier in compatible forms, without spaces and in lower case."""
    return re.sub(r"\s+", "", normalize("NFKC", text)).casefold()


def outlet_keys(release_point_id: str, facility_id: str) -> set[str]:
    """Return the names under which a release point is known by its id alone."""
    return {plain_key(release_point_id), plain_key(release_point_id.removeprefix(f"{facility_id}:"))}


def _facilities(facility_alias: pd.DataFrame, release_points: pd.DataFrame) -> dict[str, set[str]]:
    """Return facility ids by alias."""
    found: dict[str, set[str]] = {}
    pairs = [*zip(facility_alias["alias"], facility_alias["facility_id"], strict=True)]
    pairs += [(each, each) for each in {*facility_alias["facility_id"], *release_points["facility_id"]}]
    for alias, facility in pairs:
        if str(alias).strip():
            found.setdefault(plain_key(str(alias)), set()).add(str(facility))
    return found


def _outlets(release_points: pd.DataFrame) -> dict[str, dict[str, set[str]]]:
    """Return ids of delivered release points by facility and by each name of theirs."""
    found: dict[str, dict[str, set[str]]] = {}
    named = [name for name in _OUTLET_NAMES if name in release_points]
    for row in release_points[release_points["is_delivered"].astype(bool)].to_dict("records"):
        facility, point = str(row["facility_id"]), str(row["release_point_id"])
        keys = outlet_keys(point, facility) | {plain_key(str(row[name])) for name in named if row[name]}
        for key in keys:
            found.setdefault(facility, {}).setdefault(key, set()).add(point)
    return found


def _doubled(found: dict[tuple[str, str], tuple[str, str]]) -> Iterator[Problem]:
    """Yield release points that two monitored stacks mean."""
    stacks: dict[tuple[str, str], list[str]] = {}
    for keys, ids in found.items():
        stacks.setdefault(ids, []).append(" › ".join(keys))
    for (_, point), names in sorted(stacks.items()):
        if len(names) > 1:
            yield problem("TY3804", point, keys="、".join(names))
