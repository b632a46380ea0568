"""Corrections of the base factors of road vehicles: speed, weather, altitude, deterioration, sulphur and load.

Knows the printed table (on_road_corrections.csv); one outside its bands, or without a row, is not corrected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from inventory.activity_record import Amount
from inventory.errors import SchemaError, problem
from inventory.methods.mobile.table import method_table
from inventory.vocabulary import chain

CorrectionName = Literal[
    "speed", "temperature", "humidity", "humidity_hot", "altitude", "deterioration", "sulphur", "load"
]  # fmt: skip

HOT_AIR_C = 24.0
"""Above this the table for hot air corrects for humidity [°C]."""

_SAME_AS = {"NMVOC": "THC", "BC": "PM2.5", "OC": "PM2.5", "TSP": "PM10"}
_SULPHUR_IN_BASE = ("china_5", "china_6")


class VehicleKey(NamedTuple):
    """What a correction depends on besides its condition: leaf, fuel, emission standard and species."""

    source_category: str
    fuel_or_product: str
    technology: str
    species: str


@dataclass(frozen=True)
class _Row:
    """One row of the table; a band is open at an end that it does not include."""

    categories: tuple[str, ...]
    technologies: tuple[str, ...]
    low: float
    high: float
    includes_low: bool
    includes_high: bool
    value: float

    def holds(self, condition: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """Return whether the condition lies in the band."""
        above = condition >= self.low if self.includes_low else condition > self.low
        below = condition <= self.high if self.includes_high else condition < self.high
        return above & below


def corrected_factor(base_ef: Amount, *, corrections: Mapping[str, Amount]) -> Amount:
    """Return EF = BEF × φ × γ × λ × θ, in the unit of the base factor.

    Parameters
    ----------
    base_ef : Amount
        Base factor at 15 °C, 50 % humidity, 30 km/h, 50 ppm (petrol) or 350 ppm (diesel) of sulphur, half load.
    corrections : mapping of str to Amount
        By name: environment φ, speed γ, deterioration λ, sulphur and load θ [1]; one that is absent is 1.

    References
    ----------
    MEP Announcement 2014 No. 92, technical guideline for on-road vehicle inventories, equation of corrected factors.

    """
    corrected = base_ef
    for value in corrections.values():
        corrected = corrected * value
    return corrected


def correction(name: CorrectionName, condition: Amount, key: VehicleKey) -> Amount | None:
    """Return one correction [1]; None where the table has no row for the vehicle.

    Bands of speed [km/h]: below 20; 20 to below 30; exactly 30 is 1; above 30 to below 40; 40 to 80, both included;
    above 80. Temperature: below 10 °C and above 25 °C. Humidity [0–1]: below and above 0.5. Altitude: above 1500 m.
    Sulphur [ppm] and load [0–1] run straight between the printed nodes and keep the value of the outermost one (a
    judgement: the guideline prints the nodes only). Sulphur does not correct diesel of China 5 and 6, whose base
    factors were stated for the fuel of their time.

    Raises
    ------
    SchemaError
        If the condition is negative (temperature excepted), or a year of deterioration is not printed.

    References
    ----------
    MEP Announcement 2014 No. 92, annex 3.

    """
    values = np.asarray(condition, dtype=float)
    if name != "temperature" and np.any(values < 0.0):
        raise SchemaError(problem("TY3122", f"{name} {condition}"))
    key = VehicleKey(*key)
    standards = chain("technologies", key.technology)
    if _holds_sulphur_already(name, key, standards):
        return _as_given(np.ones_like(values), condition)
    rows = _rows_for(name, key, standards)
    if not rows:
        return None
    if rows[0].low == rows[0].high:
        return _as_given(_between_nodes(name, values, rows), condition)
    bands = [row.holds(values) for row in rows]
    return _as_given(np.select(bands, [row.value for row in rows], default=1.0), condition)


def _rows_for(name: CorrectionName, key: VehicleKey, standards: Sequence[str]) -> list[_Row]:
    """Return the rows of the vehicle's category, and of its emission standard or the nearest one it falls back to."""
    rows = [row for row in _rows_of(name, key) if key.source_category in row.categories or not row.categories]
    known = next((standard for standard in standards if any(standard in row.technologies for row in rows)), "")
    return [row for row in rows if not row.technologies or known in row.technologies]


def humidity_correction(
    relative_humidity: Amount, key: VehicleKey, *, air_temperature_c: Amount = 15.0
) -> Amount | None:
    """Return the correction for humidity [1]; above 24 °C by the table for hot air.

    Without a temperature the guideline's reference of 15 °C holds.

    References
    ----------
    MEP Announcement 2014 No. 92, annex 3.

    """
    cool, hot = (correction(name, relative_humidity, key) for name in ("humidity", "humidity_hot"))
    if cool is None and hot is None:
        return None
    is_hot = np.asarray(air_temperature_c) > HOT_AIR_C
    found = np.where(is_hot, 1.0 if hot is None else hot, 1.0 if cool is None else cool)
    return float(found) if found.ndim == 0 else found


def _holds_sulphur_already(name: str, key: VehicleKey, standards: Sequence[str]) -> bool:
    """Return whether the base factor was stated for low-sulphur diesel, so that a correction would count twice."""
    return name == "sulphur" and key.fuel_or_product == "diesel" and any(s in _SULPHUR_IN_BASE for s in standards)


def _between_nodes(name: str, values: npt.NDArray[np.float64], rows: Sequence[_Row]) -> npt.NDArray[np.float64]:
    """Interpolate between the nodes of the table; a year outside them is refused."""
    ordered = sorted(rows, key=lambda row: row.low)
    nodes = [row.low for row in ordered]
    if name == "deterioration" and np.any((values < nodes[0]) | (values > nodes[-1])):
        raise SchemaError(problem("TY3123", f"{name} {values}", first=f"{nodes[0]:.0f}", last=f"{nodes[-1]:.0f}"))
    return np.interp(values, nodes, [row.value for row in ordered])


def _rows_of(name: str, key: VehicleKey) -> tuple[_Row, ...]:
    """Return the rows of a correction, fuel and species."""
    species = _SAME_AS.get(key.species, key.species)
    return _table().get((name, key.fuel_or_product, species), ())


@cache
def _table() -> dict[tuple[str, str, str], tuple[_Row, ...]]:
    """Return the table by correction, fuel and species."""
    found: dict[tuple[str, str, str], list[_Row]] = {}
    for row in method_table("on_road_corrections").to_dict("records"):
        key = (row["correction"], row["fuel_or_product"], row["species"])
        found.setdefault(key, []).append(
            _Row(
                categories=tuple(filter(None, row["source_category"].split(";"))),
                technologies=tuple(filter(None, row["technology"].split(";"))),
                low=float(row["low"] or "-inf"),
                high=float(row["high"] or "inf"),
                includes_low="low" in row["includes"],
                includes_high="high" in row["includes"],
                value=float(row["value"]),
            )
        )
    return {key: tuple(rows) for key, rows in found.items()}


def _as_given(found: npt.NDArray[np.float64], condition: Amount) -> Amount:
    """Return a number for a number, an array for an array."""
    return found if isinstance(condition, np.ndarray) else float(found)
