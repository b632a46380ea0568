"""The register of vessels as arrays: power, speeds, hotel loads and engine codes of its rows, and who takes which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from inventory.errors import FactorNotFoundError, Problem, SchemaError, problem
from inventory.methods.mobile.ship_factors import default_fuel_use_g_per_kwh
from inventory.methods.mobile.ship_power import Mode, hotel_kw, max_speed_of_service
from inventory.methods.mobile.table import method_table
from inventory.mobile.ais.settings import AisSettings

MODES: tuple[Mode, ...] = ("transit", "manoeuvring", "anchorage", "berth")
ROLES = ("main", "aux", "boiler")
CATEGORIES = {
    "international": "MB.08.01", "coastal": "MB.08.02", "inland": "MB.09.01", "harbour": "MB.09.02",
    "ferry": "MB.09.03",
}  # fmt: skip
"""Source category by kind of voyage, as in the table of calls (ships)."""

_SOURCE_SET = "imo_ghg3"
_SEA_GOING = ("international", "coastal")
_HIGHEST_TIER = {True: 3, False: 2}
_TIER_FROM_YEAR = ((2011, 2), (2000, 1), (0, 0))
_LOW_SULPHUR = 0.001
_ANY = "any"
_AIS_TYPES = 256
_FISHING, _AIS_FISHING = "miscellaneous_fishing", 30

Real = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, order=True)
class ShipClass:
    """Vessels whose records go together: same category, type, engines and fuel."""

    category: str
    ship_type: str
    fuel: str
    sulphur: float
    technologies: tuple[str, str, str]

    @property
    def control_path_id(self) -> str:
        """Control of the record: the sulphur of marine oils, as in the table of calls."""
        return "fuel_sulphur" if self.fuel.startswith("marine_") else "none"

    @property
    def size_class(self) -> str:
        """Sulphur class of marine oils."""
        if not self.fuel.startswith("marine_"):
            return _ANY
        return "sulphur_0p1_pct" if self.sulphur <= _LOW_SULPHUR else "sulphur_0p5_pct"


@dataclass(frozen=True)
class Fleet:
    """Rows of the register as arrays of shape (rows,); loads of hotel power have shape (rows, 4) in order of MODES.

    Attributes
    ----------
    class_of_row : ndarray of int
        Index in `classes`.
    fuel_use_g_per_kwh : ndarray, shape (rows, 3)
        Of ROLES, at the best load; nan where a role has no power.
    default_of_type : ndarray of int, shape (256,)
        Row for vessels that are not listed, by AIS ship type; -1 where there is none.

    """

    table: pd.DataFrame
    classes: tuple[ShipClass, ...]
    class_of_row: Whole
    mcr_kw: Real
    max_speed_kn: Real
    aux_kw: Real
    boiler_kw: Real
    shore_share: Real
    fuel_use_g_per_kwh: Real
    mmsi: Whole
    row_of_mmsi: Whole
    default_of_type: Whole

    def rows_of(self, mmsi: Whole, ais_type: Whole) -> Whole:
        """Return the row of each vessel: its own, else the default of its AIS ship type, else -1."""
        default: Whole = self.default_of_type[np.clip(ais_type, 0, _AIS_TYPES - 1)]
        if len(self.mmsi) == 0:
            return default
        place = np.minimum(np.searchsorted(self.mmsi, mmsi), len(self.mmsi) - 1)
        return np.where(self.mmsi[place] == mmsi, self.row_of_mmsi[place], default)

    def is_fishing(self, mmsi: Whole, ais_type: Whole) -> NDArray[np.bool_]:
        """Return whether vessels fish: as their own row says, else by AIS ship type 30, else as their default row."""
        of_row = np.append((self.table["ship_type"] == _FISHING).to_numpy(), False)
        of_type = ~np.isin(mmsi, self.mmsi) & (ais_type == _AIS_FISHING)
        found: NDArray[np.bool_] = of_row[self.rows_of(mmsi, ais_type)] | of_type
        return found


def load_fleet(register: pd.DataFrame, settings: AisSettings) -> Fleet:
    """Return the fleet of the staged register.

    Raises
    ------
    SchemaError
        Naming every row that lacks what its engines need.

    """
    table = register.sort_values(["mmsi", "ais_ship_types"], ignore_index=True)
    problems = [found for _, row in table.iterrows() for found in _row_problems(row)]
    default, wrong = _defaults(table)
    if problems or wrong:
        raise SchemaError(*problems, *wrong)
    of_row = [_ship_class(row, settings) for _, row in table.iterrows()]
    classes = tuple(sorted(set(of_row)))
    own = np.flatnonzero((table["mmsi"] != "").to_numpy())
    mmsi = table["mmsi"].iloc[own].astype("int64").to_numpy()
    order = np.argsort(mmsi, kind="stable")
    service = max_speed_of_service(table["service_speed_kn"].to_numpy(float))
    return Fleet(
        table, classes, np.array([classes.index(each) for each in of_row], dtype=np.int64),
        table["main_kw"].to_numpy(float),
        np.where(table["max_speed_kn"].notna(), table["max_speed_kn"].to_numpy(float), service),
        _hotel(table, "aux"), _hotel(table, "boiler"), table["shore_power_share"].fillna(0.0).to_numpy(float),
        _fuel_uses(table, of_row), mmsi[order], own[order].astype(np.int64), default,
    )  # fmt: skip


def _identity_problems(row: pd.Series, place: str) -> Iterator[Problem]:
    """Yield what is wrong with how a row says which ships it stands for."""
    mmsi = row["mmsi"]
    if (mmsi != "") == (row["ais_ship_types"] != ""):
        yield problem("TY3261", place)
    if mmsi and not (mmsi.isascii() and mmsi.isdigit() and len(mmsi) == 9):
        yield problem("TY3267", place, text=mmsi)


def _row_problems(row: pd.Series) -> Iterator[Problem]:
    """Yield what a row of the register lacks."""
    place = f"{row['origin_file']} › {row['origin_row']}"
    yield from _identity_problems(row, place)
    if pd.isna(row["max_speed_kn"]) and pd.isna(row["service_speed_kn"]):
        yield problem("TY3263", place)
    is_sea = row["voyage"] in _SEA_GOING
    if row["voyage"] not in CATEGORIES or (is_sea and not row["engine_family"]):
        yield problem("TY3267", place, text=f"{row['voyage']} {row['engine_family']}")
        return
    tier = _tier(row)
    if tier is None or tier > _HIGHEST_TIER[is_sea]:
        yield problem("TY3264", place)
        return
    if reason := _hotel_problem(row):
        yield problem("TY3266", place, what=reason)
        return
    runs = (True, any(_hotel_of(row, "aux")), any(_hotel_of(row, "boiler")))
    for engine, use, has_power in zip(_technologies(row, tier), _uses(row, tier), runs, strict=True):
        if has_power and np.isnan(use):
            yield problem("TY3265", place, engine=engine, fuel=row["fuel_or_product"])


def _tier(row: pd.Series) -> int | None:
    """Return the stated tier, else that of the year of build of a sea-going ship (keel 2000 and 2011, MARPOL VI)."""
    if pd.notna(row["tier"]):
        return int(row["tier"])
    if pd.isna(row["build_year"]) or row["voyage"] not in _SEA_GOING:
        return None
    return next(tier for year, tier in _TIER_FROM_YEAR if row["build_year"] >= year)


def _technologies(row: pd.Series, tier: int) -> tuple[str, str, str]:
    """Return the technology of main engine, auxiliary engines and boiler."""
    if row["voyage"] not in _SEA_GOING:
        return (f"marine_stage_{tier}",) * 3
    auxiliary = row["aux_family"] or ("lng" if row["fuel_or_product"] == "lng" else "msd")
    main = f"ship_main_{row['engine_family']}_tier_{tier}"
    return main, f"ship_aux_{auxiliary}_tier_{tier}", "ship_boiler_boiler_tier_0"


def _uses(row: pd.Series, tier: int) -> tuple[float, float, float]:
    """Return the fuel use of the three [g/kWh], nan where it is neither stated nor in the table of engines."""
    if pd.notna(row["specific_fuel_use_g_per_kwh"]):
        return (float(row["specific_fuel_use_g_per_kwh"]),) * 3
    found = [
        _table_use(technology.partition("_tier_")[0], row["fuel_or_product"]) for technology in _technologies(row, tier)
    ]
    return cast("tuple[float, float, float]", tuple(np.nan if use is None else use for use in found))


def _ship_class(row: pd.Series, settings: AisSettings) -> ShipClass:
    """Return the class of a row that was found complete."""
    own, fuel = row["sulphur_fraction"], row["fuel_or_product"]
    sulphur = float(own) if pd.notna(own) else float(settings.sulphur(fuel)["value"])
    technologies = _technologies(row, cast("int", _tier(row)))
    return ShipClass(CATEGORIES[row["voyage"]], row["ship_type"], fuel, sulphur, technologies)


def _fuel_uses(table: pd.DataFrame, of_row: list[ShipClass]) -> Real:
    """Return the fuel use of every row and role, shape (rows, 3)."""
    found = [_uses(row, cast("int", _tier(row))) for _, row in table.iterrows()]
    return np.array(found, dtype=np.float64).reshape(len(of_row), len(ROLES))


def _hotel_problem(row: pd.Series) -> str:
    """Return what the table of auxiliary power lacks; empty where it has the ship or its power is stated."""
    try:
        _hotel_of(row, "aux")
        _hotel_of(row, "boiler")
    except FactorNotFoundError:
        return f"{row['ship_type']} {row['size']:g} {row['size_unit']}"
    return ""


def _hotel(table: pd.DataFrame, engine: Literal["aux", "boiler"]) -> Real:
    """Return the load of auxiliary engines or boilers by mode [kW], shape (rows, 4)."""
    return np.array([_hotel_of(row, engine) for _, row in table.iterrows()], dtype=np.float64).reshape(-1, len(MODES))


def _hotel_of(row: pd.Series, engine: Literal["aux", "boiler"]) -> tuple[float, ...]:
    """Return the load by mode [kW]: stated (auxiliary engines), else of type and size; no boiler where no type is."""
    stated = engine == "aux" and pd.notna(row["aux_kw"])
    if stated:
        return (float(row["aux_kw"]),) * len(MODES)
    size = _class_bound(engine, row["ship_type"], row["size_unit"], float(row["size"]))
    try:
        return _hotel_loads(engine, row["ship_type"], size, row["size_unit"])
    except FactorNotFoundError:
        if engine == "boiler" and pd.notna(row["aux_kw"]):
            return (0.0,) * len(MODES)
        raise


def _class_bound(engine: str, ship_type: str, size_unit: str, size: float) -> float:
    """Return the lower bound of the size class, so that a class is looked up once; a size without class as it is."""
    low, high = _size_classes(engine, ship_type, size_unit)
    holding = np.flatnonzero((low <= size) & (size < high))
    return float(low[holding[0]]) if len(holding) == 1 else size


@cache
def _size_classes(engine: str, ship_type: str, size_unit: str) -> tuple[Real, Real]:
    """Return lower and upper bounds of the size classes of a type."""
    table = method_table("ship_hotel_power")
    key = ["engine", "ship_type", "size_unit", "source_set"]
    chosen = table[(table[key] == [engine, ship_type, size_unit, _SOURCE_SET]).all(axis=1)]
    return chosen["size_low"].to_numpy(float), chosen["size_high"].replace("", "inf").to_numpy(float)


@cache
def _table_use(engine: str, fuel: str) -> float | None:
    """Return the fuel use of the table of engines [g/kWh]; looked up once."""
    return default_fuel_use_g_per_kwh(engine, fuel)


@cache
def _hotel_loads(engine: Literal["aux", "boiler"], ship_type: str, size: float, size_unit: str) -> tuple[float, ...]:
    """Return the table's load by mode [kW]."""
    return tuple(
        hotel_kw(engine, ship_type=ship_type, size=size, size_unit=size_unit, mode=mode, source_set=_SOURCE_SET)
        for mode in MODES
    )


def _defaults(table: pd.DataFrame) -> tuple[Whole, list[Problem]]:
    """Return the default row of every AIS ship type, and rows that are malformed or claim the same type."""
    found, problems = np.full(_AIS_TYPES, -1, dtype=np.int64), []
    anything = -1
    for number, row in enumerate(table.to_dict("records")):
        text = str(row["ais_ship_types"])
        types = _types(text)
        taken = (text == _ANY and anything >= 0) or (types and (found[types] >= 0).any())
        if taken or (text not in ("", _ANY) and not types):
            problems.append(problem("TY3262", f"{row['origin_file']} › {row['origin_row']}", text=text))
        elif text == _ANY:
            anything = number
        else:
            found[types] = number
    return np.where(found < 0, anything, found), problems


def _types(text: str) -> list[int]:
    """Return the AIS ship types of `70-79;89`; none where it is malformed."""
    found: list[int] = []
    for part in filter(None, text.split(";")):
        low, dash, high = part.strip().partition("-")
        if not low.isdecimal() or (dash and not high.isdecimal()) or int(high or low) >= _AIS_TYPES:
            return []
        found += range(int(low), int(high or low) + 1)
    return found
