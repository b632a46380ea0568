"""Half-widths of values whose uncertainty is a percentage or only a class of confidence.

A half-width is half of the 95 % interval, in per cent of the value.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.errors import SchemaError, problem

Shape = Literal["normal", "truncated_normal", "lognormal", "triangular", "uniform"]
"""Shapes of distribution, as the column `distribution` of the factor tables names them."""

Value = float | npt.NDArray[np.float64]
"""A number, or an array of shape (n,)."""


def relative_bounds(uncertainty_pct: Value, distribution: str) -> tuple[Value, Value]:
    """Return the 95 % bounds as multipliers of the value.

    u = uncertainty / 100. Lognormal: 1 / (1 + u) and 1 + u. All others: 1 − u, not below 0, and 1 + u.

    Parameters
    ----------
    uncertainty_pct : Value
        Half-width [%]; NaN stays NaN.
    distribution : str
        A `Shape`.

    Raises
    ------
    SchemaError
        If the shape is unknown or a half-width is negative.

    """
    if distribution not in get_args(Shape):
        raise SchemaError(problem("TY3701", distribution, known=", ".join(get_args(Shape))))
    half = np.asarray(uncertainty_pct, dtype=float) / 100.0
    if np.any(half < 0.0):
        raise SchemaError(problem("TY3702", f"uncertainty_pct = {np.min(half) * 100.0}"))
    low = 1.0 / (1.0 + half) if distribution == "lognormal" else np.maximum(1.0 - half, 0.0)
    return _plain(low), _plain(1.0 + half)


def confidence_half_width_pct(confidence: str) -> float:
    """Return the half-width [%] of a value that states a class of confidence only (A–E or H, M, L).

    A factor that states its own uncertainty keeps it. The letters A to E carry one width in the library, so they are
    its medians. H, M and L do not: there the width follows the species (SO2 20 to 40 %, NMVOC 60 to 80 %, BC and OC
    above 100 %) and hardly the letter, so the widths of these letters are a judgement for activities and parameters.

    Raises
    ------
    SchemaError
        If there is no such class: an unknown confidence is no certainty.

    """
    known = _half_widths()
    if confidence not in known:
        raise SchemaError(problem("TY3703", confidence or "(空 / empty)", known=", ".join(known)))
    return known[confidence]


@cache
def _half_widths() -> dict[str, float]:
    """Return the half-widths [%] by class."""
    with files(__package__).joinpath("confidence_half_widths.csv").open(encoding="utf-8") as handle:
        table = pd.read_csv(handle)
    return dict(zip(table["confidence"], table["half_width_pct"].astype(float), strict=True))


def _plain(value: npt.NDArray[np.float64]) -> Value:
    """Return an array of no dimension as a number."""
    return float(value) if np.ndim(value) == 0 else value
