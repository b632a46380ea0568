"""Shares of interacting measures in their joint effect: single-measure effects must not be added.

Effects of all subsets are asked once each; shares are computed as exact fractions and close to the total.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from inventory.errors import SchemaError, problem

MOST_MEASURES = 14
"""2^14 subsets: more would run for hours with an inventory behind each."""

Effect = Callable[[frozenset[str]], float]
"""Reduction of a set of measures taken together, in one unit; of the empty set too."""


@dataclass(frozen=True)
class MeasureShares:
    """Effect of each measure within the whole package.

    Attributes
    ----------
    by_measure : dict of str to float
        Shares; their exact sum, rounded once, is the total. Where shares of both signs are far above the total, it may
        miss by their last digit.
    total : float
        Effect of all measures together minus effect of none.
    interaction : float
        Total minus the sum of the single-measure effects: what adding them up would be wrong by.

    """

    by_measure: dict[str, float]
    total: float
    interaction: float


def shapley_shares(measures: Sequence[str], effect: Effect) -> MeasureShares:
    """Return the Shapley value of each measure: its mean marginal effect over all orders of the measures.

    φ_i = Σ over S without i of |S|! (n − |S| − 1)! / n! × (v(S + i) − v(S)). A measure that never adds anything gets 0,
    two that always add the same get the same (up to the last digit, which closes the sum).

    Raises
    ------
    SchemaError
        If a measure repeats or there are more than MOST_MEASURES.

    References
    ----------
    Shapley 1953, A value for n-person games.

    """
    _require_few_and_unlike(measures)
    value = {subset: Fraction(float(effect(subset))) for subset in _subsets(measures)}
    shares = {measure: _share(measure, measures, value) for measure in measures}
    return _closed(shares, measures, value)


def sequential_shares(measures: Sequence[str], effect: Effect) -> MeasureShares:
    """Return the marginal effect of each measure in the given order (activity → fuel → technology → control).

    Raises
    ------
    SchemaError
        If a measure repeats.

    """
    _require_unlike(measures)
    wanted = {frozenset(measures[:count]) for count in range(len(measures) + 1)}
    wanted |= {frozenset([measure]) for measure in measures}
    value = {subset: Fraction(float(effect(subset))) for subset in wanted}
    shares = {
        measure: value[frozenset(measures[: place + 1])] - value[frozenset(measures[:place])]
        for place, measure in enumerate(measures)
    }
    return _closed(shares, measures, value)


def _subsets(measures: Sequence[str]) -> list[frozenset[str]]:
    """Return all subsets, the empty one first."""
    return [frozenset(chosen) for size in range(len(measures) + 1) for chosen in combinations(measures, size)]


def _share(measure: str, measures: Sequence[str], value: dict[frozenset[str], Fraction]) -> Fraction:
    """Return the Shapley value of one measure as an exact fraction."""
    n = len(measures)
    others = [other for other in measures if other != measure]
    share = Fraction(0)
    for subset in _subsets(others):
        orders = Fraction(math.factorial(len(subset)) * math.factorial(n - len(subset) - 1), math.factorial(n))
        share += orders * (value[subset | {measure}] - value[subset])
    return share


def _closed(
    shares: dict[str, Fraction], measures: Sequence[str], value: dict[frozenset[str], Fraction]
) -> MeasureShares:
    """Round the shares so that they close to the rounded total."""
    nothing = value[frozenset()]
    total = float(value[frozenset(measures)] - nothing)
    rounded = _closing({measure: float(share) for measure, share in shares.items()}, total)
    singles = sum((value[frozenset([measure])] - nothing for measure in measures), Fraction(0))
    return MeasureShares(rounded, total, float(Fraction(total) - singles))


def _closing(rounded: dict[str, float], total: float) -> dict[str, float]:
    """Let the largest share that can take up the last digit; leave them where none can."""
    if math.fsum(rounded.values()) == total:
        return rounded
    for closing in sorted(rounded, key=lambda name: -abs(rounded[name])):
        rest = sum((Fraction(size) for name, size in rounded.items() if name != closing), Fraction(0))
        closed = rounded | {closing: float(Fraction(total) - rest)}
        if rounded[closing] != 0 and math.fsum(closed.values()) == total:
            return closed
    return rounded


def _require_few_and_unlike(measures: Sequence[str]) -> None:
    """Refuse too many measures, and names that repeat."""
    _require_unlike(measures)
    if len(measures) > MOST_MEASURES:
        raise SchemaError(problem("TY7612", f"n = {len(measures)}", limit=MOST_MEASURES))


def _require_unlike(measures: Sequence[str]) -> None:
    """Refuse names that repeat."""
    repeated = sorted({measure for measure in measures if list(measures).count(measure) > 1})
    if repeated:
        raise SchemaError(*(problem("TY7613", name) for name in repeated))
