"""One master list of facilities with many names, and the facts that facilities deliver."""

from __future__ import annotations

import hashlib

import pandas as pd


def facility_id(name_zh: str, region_code: str, credit_code: str = "") -> str:
    """Return F + 12 hex of sha256 over credit code + site name, or name + district where there is no code."""
    key = f"{credit_code}|{name_zh}" if credit_code else f"{name_zh}|{region_code}"
    return "F" + hashlib.sha256(key.encode()).hexdigest()[:12]


def facility_tables(staged: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return core_facility, core_facility_alias and core_release_point from the staged facilities.

    Stack data are not delivered yet: each facility has one release point at its own coordinates, without height.
    """
    facility = staged.copy()
    facility["credit_code"] = ""
    keys = zip(facility["name_zh"], facility["region_code"], strict=True)
    facility["facility_id"] = [facility_id(name, region) for name, region in keys]
    names = [
        facility[["facility_id", name]].rename(columns={name: "alias"}).assign(scheme=name)
        for name in ("name_zh", "name_en")
    ]
    alias = pd.concat(names).drop_duplicates(["scheme", "alias"])
    point = facility[["facility_id", "lon", "lat"]].assign(release_point_id=facility["facility_id"] + ":1")
    stack = ("stack_height_m", "stack_diameter_m", "exit_temperature_k", "exit_velocity_m_s")
    return facility, alias, point.assign(**dict.fromkeys(stack, float("nan")))


def facility_facts(staged: pd.DataFrame) -> pd.DataFrame:
    """Return the activities of facilities in the columns of facts: item = category, fuel = unit of the activity."""
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
