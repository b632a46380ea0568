"""Rules between the species of one source: size order, carbon and sulphur balance, and ratios of its sector.

They judge amounts that are handed in; the rules of a whole ledger stand in emission_rules.py and element_rules.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Literal

import pandas as pd

from inventory.checks.element_rules import CARBON_FRACTION, SULPHUR_OF_SO2
from inventory.errors import FactorNotFoundError, problem

SIZE_ORDER, RATIO_WINDOW, CARBON_BALANCE, SULPHUR_BALANCE = "QA10", "QA09", "QA12", "QA13"
"""Flags, as the quality rules are numbered."""

CARBON_BALANCE_TOLERANCE = 0.02
"""QA12: carbon in and out agree within 2 %."""

_ROUNDING = 1.0 + 1e-9
_SIZES = ("PM2.5", "PM10", "TSP")
_UNIT = {"1": 1.0, "g/kg": 1e-3}
_CARBON = {**CARBON_FRACTION, "CO2_BIO": CARBON_FRACTION["CO2"], "BC": 1.0}


@dataclass(frozen=True)
class Violation:
    """A rule that does not hold: its flag, what was compared, and the two amounts [t, or the unit of the ratio]."""

    flag: str
    what: str
    value: float
    limit: float


@dataclass(frozen=True)
class ElementBalance:
    """Balance of an element; flag is empty where it closes.

    Attributes
    ----------
    in_t, out_t : float
        Element in, and element that leaves or stays behind [t].
    difference : float
        (in − out) / in [1]; infinite where something comes from nothing.

    """

    in_t: float
    out_t: float
    difference: float
    flag: str


@dataclass(frozen=True)
class RatioWindow:
    """Range of a ratio in a sector; low and high in unit (1 or g/kg)."""

    low: float
    high: float
    unit: Literal["1", "g/kg"]
    confidence: str


def size_order_violations(emission_t: Mapping[str, float]) -> tuple[Violation, ...]:
    """Return what breaks 0 ≤ BC + OC ≤ PM2.5 ≤ PM10 ≤ TSP (QA10); sizes that are not given are not compared.

    Parameters
    ----------
    emission_t : mapping of str to float
        BC, OC, PM2.5, PM10, TSP of one record, after control too [t].

    """
    found = [Violation(SIZE_ORDER, f"{name} < 0", value, 0.0) for name, value in emission_t.items() if value < 0]
    carbon = [emission_t[name] for name in ("BC", "OC") if name in emission_t]
    chain = [("BC + OC", math.fsum(carbon))] if carbon else []
    chain += [(name, emission_t[name]) for name in _SIZES if name in emission_t]
    for place, (fine, fine_t) in enumerate(chain):
        for coarse, coarse_t in chain[place + 1 :]:
            if fine_t > coarse_t * _ROUNDING:
                found.append(Violation(SIZE_ORDER, f"{fine} > {coarse}", fine_t, coarse_t))
    return tuple(found)


def size_order_flag(emission_t: Mapping[str, float]) -> str:
    """Return QA10 where the sizes are out of order, else an empty text."""
    return SIZE_ORDER if size_order_violations(emission_t) else ""


def carbon_balance(
    carbon_in_tc: float,
    emitted_t: Mapping[str, float],
    *,
    other_out_tc: float = 0.0,
    tolerance: float = CARBON_BALANCE_TOLERANCE,
) -> ElementBalance:
    """Return the carbon balance of a source: C in = C of CO2 + CO + CH4 + NMVOC + soot + ash (QA12).

    Parameters
    ----------
    carbon_in_tc : float
        Carbon of fuel and material [tC].
    emitted_t : mapping of str to float
        Species → mass [t]: CO2, CO2_BIO, CO, CH4, NMVOC (as CH2) and BC (all carbon).
    other_out_tc : float
        Carbon in ash, soot, products or OC [tC].
    tolerance : float
        Largest difference over what came in [1].

    Raises
    ------
    FactorNotFoundError
        If the carbon of a species is not known.

    """
    unknown = [species for species in emitted_t if species not in _CARBON]
    if unknown:
        raise FactorNotFoundError(*(problem("TY3520", name) for name in unknown))
    out_tc = math.fsum([*(_CARBON[species] * value for species, value in emitted_t.items()), other_out_tc])
    difference = _difference(carbon_in_tc, out_tc)
    return ElementBalance(carbon_in_tc, out_tc, difference, CARBON_BALANCE if abs(difference) > tolerance else "")


def sulphur_balance(
    sulphur_in_t: float, *, so2_emitted_t: float, so2_removed_t: float = 0.0, sulphur_retention: float = 0.0
) -> ElementBalance:
    """Return the sulphur balance of a source: 2 S (1 − retention) ≥ SO2 emitted + removed (QA13), as sulphur [t].

    More out than in is flagged; less is not, for sulphur also stays in products and slag.
    """
    released_t = sulphur_in_t * (1.0 - sulphur_retention)
    out_t = SULPHUR_OF_SO2 * math.fsum([so2_emitted_t, so2_removed_t])
    flag = SULPHUR_BALANCE if out_t > released_t * _ROUNDING else ""
    return ElementBalance(released_t, out_t, _difference(released_t, out_t), flag)


def ratio_window(sector: str, *, numerator: str, denominator: str) -> RatioWindow:
    """Return the window of a ratio in a sector (emission_ratio_ranges.csv).

    Raises
    ------
    FactorNotFoundError
        If there is none; it names the sectors that have one.

    """
    windows = _windows()
    key = (sector, numerator, denominator)
    if key not in windows:
        known = ", ".join(sorted({name for name, over, under in windows if (over, under) == key[1:]}))
        raise FactorNotFoundError(problem("TY3521", f"{sector} {numerator}/{denominator}", known=known))
    return windows[key]


def ratio_violation(
    sector: str, *, numerator: str, denominator: str, numerator_t: float, denominator_t: float
) -> Violation | None:
    """Return the violation of a sector's ratio (QA09), None where the ratio lies within its window.

    Parameters
    ----------
    numerator_t, denominator_t : float
        Masses of one source in one unit; a ratio to nothing is not judged.

    """
    window = ratio_window(sector, numerator=numerator, denominator=denominator)
    if denominator_t == 0:
        return None
    ratio = numerator_t / denominator_t / _UNIT[window.unit]
    what = f"{numerator}/{denominator} [{window.unit}]"
    if ratio < window.low:
        return Violation(RATIO_WINDOW, what, ratio, window.low)
    return Violation(RATIO_WINDOW, what, ratio, window.high) if ratio > window.high else None


def _difference(in_t: float, out_t: float) -> float:
    """Return (in − out) / in [1]; 0 for nothing from nothing, minus infinity for something from nothing."""
    if in_t == 0:
        return 0.0 if out_t == 0 else -math.inf
    return (in_t - out_t) / in_t


@cache
def _windows() -> dict[tuple[str, str, str], RatioWindow]:
    """Return the windows by sector, numerator and denominator."""
    text = files("inventory.checks").joinpath("emission_ratio_ranges.csv").read_text(encoding="utf-8")
    rows = pd.read_csv(StringIO(text), dtype={"unit": str}, keep_default_na=False)
    return {
        (row["sector"], row["numerator"], row["denominator"]): RatioWindow(
            float(row["low"]), float(row["high"]), row["unit"], row["confidence"]
        )
        for row in rows.to_dict("records")
    }
