"""One master list of facilities with many names, and the facts that facilities deliver.

Rows that are declared to be one facility become one; nothing is merged on likeness. What is wrong or doubtful about
them is found by inventory/facility_checks.py; stacks and units: inventory/release_points.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from inventory.errors import SchemaError
from inventory.facility_duplicates import duplicate_problems, plain_keys
from inventory.identifiers import NAME_SCHEMES, connected_roots, plain_code, plain_identifier, plain_text
from inventory.release_points import facility_unit_table, release_point_table
from inventory.vocabulary import load

_ORDER = ["name_zh", "region_code", "data_year", "origin_file", "origin_row"]
_LINKS = (*NAME_SCHEMES, "facility_id")
"""Schemes of identifiers that may say that another row of the list is this facility."""

MASTER_TABLES = (
    "stg_facilities_facility", "stg_facility_identifiers_identifier", "stg_release_points_point",
    "stg_facility_units_unit",
)  # fmt: skip

CLOSED = "not in operation"
"""Words in `note` by which facilities are passed over when an activity is split over the operating ones."""


@dataclass(frozen=True)
class FacilityMaster:
    """The facilities of a project.

    Attributes
    ----------
    rows : DataFrame
        Result of `settle_facilities`; `facility_facts` takes it.
    facility, alias, point, unit : DataFrame
        core_facility, core_facility_alias, core_release_point and core_facility_unit.

    """

    rows: pd.DataFrame
    facility: pd.DataFrame
    alias: pd.DataFrame
    point: pd.DataFrame
    unit: pd.DataFrame


def facility_master(tables: Mapping[str, pd.DataFrame], inventory_year: int) -> FacilityMaster:
    """Return the facilities of the staged tables named in MASTER_TABLES.

    Raises
    ------
    SchemaError
        If rows contradict each other or give one facility-year twice.

    """
    staged, identifiers, points, units = (tables[name] for name in MASTER_TABLES)
    rows = settle_facilities(staged, identifiers)
    facility, alias, point = facility_tables(rows, identifiers, points, inventory_year=inventory_year)
    unit = facility_unit_table(units, points, facility_references(rows, identifiers))
    return FacilityMaster(rows, facility, alias, point, unit)


def facility_id(name_zh: str, region_code: str, credit_code: str = "") -> str:
    """Return F + 12 hex of sha256 over credit code + site name, or name + district where there is no code."""
    key = f"{credit_code}|{name_zh}" if credit_code else f"{name_zh}|{region_code}"
    return "F" + hashlib.sha256(key.encode()).hexdigest()[:12]


def settle_facilities(staged: pd.DataFrame, identifiers: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say for each delivered row which facility it is, whatever the order of rows.

    Parameters
    ----------
    staged : DataFrame
        stg_facilities_facility.
    identifiers : DataFrame, optional
        stg_facility_identifiers_identifier. A name, former name or facility_id of one facility that is also a row of
        the list makes that row part of the facility.

    Returns
    -------
    DataFrame
        `staged`, sorted, with delivered_name, own_id (of the row by itself), facility_id, and name_zh made unique:
        facilities of one name carry their district or code behind it.

    """
    rows = _with_defaults(staged).sort_values(_ORDER, kind="stable", ignore_index=True)
    rows["delivered_name"] = rows["name_zh"]
    if rows.empty:
        return rows.assign(own_id=rows["name_zh"], facility_id=rows["name_zh"])
    rows["credit_code"] = rows["credit_code"].map(plain_code)
    sites = rows["site_name"].where(rows["site_name"] != "", rows["name_zh"])
    keys = zip(sites, rows["name_zh"], rows["region_code"], rows["credit_code"], strict=True)
    rows["own_id"] = [facility_id(site if code else name, region, code) for site, name, region, code in keys]
    rows["own_id"] = rows.groupby(plain_keys(rows))["own_id"].transform("first")
    rows["facility_id"] = rows["own_id"].map(_canonical_ids(rows, identifiers)).fillna(rows["own_id"])
    rows["name_zh"] = rows["facility_id"].map(_unique_names(rows))
    return rows


def facility_references(settled: pd.DataFrame, identifiers: pd.DataFrame | None = None) -> dict[str, tuple[str, ...]]:
    """Return the facility ids that a name or code may stand for, by its plain text; two or more are ambiguous.

    Parameters
    ----------
    settled : DataFrame
        Result of `settle_facilities`.
    identifiers : DataFrame, optional
        stg_facility_identifiers_identifier.

    """
    found: dict[str, set[str]] = {}
    named = ("name_zh", "delivered_name", "name_en", "own_id", "facility_id", "credit_code")
    for column in named:
        _add_references(found, zip(settled[column], settled["facility_id"], strict=True))
    own = {text: frozenset(ids) for text, ids in found.items()}
    for row in _rows(identifiers):
        for target in own.get(plain_text(row.facility), ()):
            _add_references(found, [(row.identifier, target)])
    return {text: tuple(sorted(ids)) for text, ids in found.items()}


def facility_tables(
    staged: pd.DataFrame,
    identifiers: pd.DataFrame | None = None,
    release_points: pd.DataFrame | None = None,
    *,
    inventory_year: int | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return core_facility, core_facility_alias and core_release_point.

    A facility that is delivered for several years stands as in the inventory year, else in the last year before it,
    else in the first. Without `release_points` each facility has one at its own coordinates, without stack.

    Parameters
    ----------
    staged : DataFrame
        stg_facilities_facility, or the result of `settle_facilities`.
    identifiers, release_points : DataFrame, optional
        stg_facility_identifiers_identifier and stg_release_points_point.
    inventory_year : int, optional
        Year that is estimated; the last year of each facility where it is not given.

    Raises
    ------
    SchemaError
        If rows contradict each other or give one facility-year twice.

    """
    rows = staged if "own_id" in staged else settle_facilities(staged, identifiers)
    if problems := duplicate_problems(rows):
        raise SchemaError(*problems)
    references = facility_references(rows, identifiers)
    facility = _one_per_facility(rows, inventory_year)
    codes = _codes_of_year(identifiers, references, inventory_year)
    facility["credit_code"] = facility["credit_code"].where(
        facility["credit_code"] != "", facility["facility_id"].map(codes).fillna("")
    )
    if inventory_year is not None:
        is_closed = facility["closed_year"].notna() & (facility["closed_year"] < inventory_year)
        facility.loc[is_closed, "note"] = facility.loc[is_closed, "note"] + f"; {CLOSED}"
    return facility, _aliases(rows, identifiers, references), release_point_table(facility, release_points, references)


def facility_facts(staged: pd.DataFrame) -> pd.DataFrame:
    """Return the activities of facilities in the columns of facts: item = category, fuel = unit of the activity.

    Of rows that `settle_facilities` made one facility, one stands for each year: that with an activity.
    """
    if "own_id" in staged:
        staged = _one_per_year(staged)
    return pd.DataFrame(
        {
            "source_id": "facilities",
            "item": staged["facility_category"],
            "item_zh": staged["name_zh"],
            "fuel": staged["activity_unit"],
            "region_code": staged["region_code"],
            "facility_name": staged["name_zh"],
            "value": staged["activity_value"],
            "unit": staged["activity_unit"],
            **{
                name: staged[name]
                for name in (
                    "data_year",
                    "citation",
                    "confidence",
                    "note",
                    "origin_file",
                    "origin_sheet",
                    "origin_row",
                    "origin_sha256",
                )
            },
        }
    )


def _with_defaults(staged: pd.DataFrame) -> pd.DataFrame:
    """Return staged facilities with the optional columns that they may lack."""
    absent = {name: "" for name in ("credit_code", "site_name") if name not in staged}
    rows = staged.assign(**absent)
    return rows if "closed_year" in rows else rows.assign(closed_year=pd.Series([None] * len(rows), dtype="Int64"))


def _canonical_ids(rows: pd.DataFrame, identifiers: pd.DataFrame | None) -> Mapping[str, str]:
    """Return the id of the facility that each linked row belongs to: the one that is no alias of another."""
    by_name: dict[str, set[str]] = {}
    _add_references(by_name, zip(rows["delivered_name"], rows["own_id"], strict=True))
    _add_references(by_name, zip(rows["own_id"], rows["own_id"], strict=True))
    claims: dict[str, set[str]] = {}
    for row in _rows(identifiers):
        targets, parts = (by_name.get(plain_text(text), set()) for text in (row.facility, row.identifier))
        if row.scheme in _LINKS and len(targets) == len(parts) == 1 and targets != parts:
            claims.setdefault(min(parts), set()).update(targets)
    links = {(min(targets), part) for part, targets in claims.items() if len(targets) == 1}
    is_alias = {part for _, part in links}
    groups: dict[str, list[str]] = {}
    for item, root in connected_roots(sorted(links)).items():
        groups.setdefault(root, []).append(item)
    return {
        item: min(members, key=lambda member: (member in is_alias, member))
        for members in groups.values()
        for item in members
    }


def _unique_names(rows: pd.DataFrame) -> dict[str, str]:
    """Return the name of each facility; those of one name carry their district, then their code, behind it."""
    own = rows[rows["own_id"] == rows["facility_id"]].drop_duplicates("facility_id")
    districts = load("regions").set_index("code")["zh"]
    named = own.assign(
        plain=own["delivered_name"].map(plain_text),
        district=own["region_code"].map(districts).fillna(own["region_code"]),
    )
    homonyms = named.groupby("plain")["facility_id"].transform("size") > 1
    in_district = named.groupby(["plain", "district"])["facility_id"].transform("size") > 1
    label = named["district"].where(~in_district, named["district"] + " " + named["facility_id"])
    names = named["delivered_name"].where(~homonyms, named["delivered_name"] + "（" + label + "）")
    return dict(zip(named["facility_id"], names, strict=True))


def _one_per_facility(rows: pd.DataFrame, inventory_year: int | None) -> pd.DataFrame:
    """Return the row of each facility that describes it in the inventory year, under its own name first."""
    year = inventory_year if inventory_year is not None else int(rows["data_year"].max()) if len(rows) else 0
    ranked = rows.assign(
        is_other=rows["own_id"] != rows["facility_id"],
        is_later=rows["data_year"] > year,
        distance=(rows["data_year"] - year).abs(),
    ).sort_values(["is_other", "is_later", "distance", *_ORDER], kind="stable")
    chosen = ranked.drop_duplicates("facility_id").drop(columns=["is_other", "is_later", "distance"])
    return chosen.sort_values(_ORDER, kind="stable", ignore_index=True)


def _one_per_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per facility and year, that with an activity before that of the facility's own name."""
    ranked = rows.assign(is_empty=rows["activity_value"].isna(), is_other=rows["own_id"] != rows["facility_id"])
    ranked = ranked.sort_values(["is_empty", "is_other", *_ORDER], kind="stable")
    chosen = ranked.drop_duplicates(["facility_id", "data_year"]).drop(columns=["is_empty", "is_other"])
    return chosen.sort_values(_ORDER, kind="stable", ignore_index=True)


def _codes_of_year(
    identifiers: pd.DataFrame | None, references: Mapping[str, tuple[str, ...]], year: int | None
) -> dict[str, str]:
    """Return the credit code of the crosswalk by facility, the smallest of those valid in the year."""
    codes: dict[str, str] = {}
    for row in _rows(identifiers):
        is_valid = year is None or (row.valid_from[:4] or "0000") <= str(year) <= (row.valid_to[:4] or "9999")
        for target in references.get(plain_text(row.facility), ()) if row.scheme == "credit_code" and is_valid else ():
            codes[target] = min(plain_code(row.identifier), codes.get(target, "~"))
    return codes


def _aliases(
    rows: pd.DataFrame, identifiers: pd.DataFrame | None, references: Mapping[str, tuple[str, ...]]
) -> pd.DataFrame:
    """Return core_facility_alias; what stands for two facilities is no alias of either."""
    listed: set[tuple[str, str, str]] = set()
    for row in rows.itertuples():
        before = facility_id(row.delivered_name, row.region_code)
        named = [("name_zh", row.name_zh), ("name_en", row.name_en), ("credit_code", row.credit_code)]
        named += [("name_zh", row.delivered_name)]
        named += [("facility_id", one) for one in (row.own_id, before) if one != row.facility_id]
        listed |= {(str(row.facility_id), scheme, text) for scheme, text in named}
    for row in _rows(identifiers):
        targets = references.get(plain_text(row.facility), ())
        text = row.identifier if row.scheme in NAME_SCHEMES else plain_identifier(row.scheme, row.identifier)
        listed |= {(target, row.scheme, text) for target in targets}
    alias = pd.DataFrame(sorted(listed), columns=["facility_id", "scheme", "alias"])
    is_shared = alias.duplicated(["scheme", "alias"], keep=False)
    return alias[~is_shared & (alias["alias"] != "")].reset_index(drop=True)


def _add_references(found: dict[str, set[str]], named: Iterable[tuple[str, str]]) -> None:
    """Add which facility each text stands for."""
    for text, target in named:
        if text:
            found.setdefault(plain_text(text), set()).add(target)


def _rows(frame: pd.DataFrame | None) -> list[pd.Series]:
    """Return the rows of a table that may be absent."""
    return [] if frame is None else list(frame.itertuples())
