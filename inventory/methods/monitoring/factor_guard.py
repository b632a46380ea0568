"""Is a factor of another size than its neighbours? A unit or a decimal point slipped when it was written down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from inventory.errors import SchemaError, problem

ACCEPT, REJECT = "accept", "reject"

OUTLIER_RATIO = 20.0
"""Ratio to the median of the neighbours beyond which a factor is refused (threshold of design)."""

_SLIPS = (-6, -3, -2, -1, 1, 2, 3, 6)
"""Powers of ten by which units and decimal points slip."""


@dataclass(frozen=True)
class FactorVerdict:
    """accept or reject, the value that was probably meant (None where accepted), and the ratio to the median."""

    flag: str
    corrected: float | None
    ratio: float


def check_against_neighbours(
    value: float, neighbours: ArrayLike, *, outlier_ratio: float = OUTLIER_RATIO
) -> FactorVerdict:
    """Return whether a factor lies within a ratio of the median of its neighbours, both ways.

    A refused one is corrected by the power of ten that brings it nearest to the median: a proposal to look up, never a
    value to use unread.

    Parameters
    ----------
    value : float
        The factor.
    neighbours : array-like, shape (n,)
        Factors of the same species and unit for other standards, sizes or technologies; positive.

    Raises
    ------
    SchemaError
        If a value is not positive: a ratio to nothing says nothing.

    """
    known = np.asarray(neighbours, dtype=np.float64)
    if known.size == 0 or not np.all(known > 0.0) or not value > 0.0:
        raise SchemaError(problem("TY3166", f"{value}"))
    median = float(np.median(known))
    ratio = value / median
    if 1.0 / outlier_ratio <= ratio <= outlier_ratio:
        return FactorVerdict(ACCEPT, None, ratio)
    slip = min(_SLIPS, key=lambda power: abs(np.log10(ratio) - power))
    corrected = value / 10.0**slip if slip > 0 else value * 10.0**-slip
    return FactorVerdict(REJECT, corrected, ratio)
