"""Cross elasticity of reductions, and the co-control coordinates of a measure.

Reductions are positive, increases negative.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from inventory.errors import SchemaError, problem

Relation = Literal[
    "synergistic", "non-synergistic", "joint increase", "pollutant only", "greenhouse gas only",
    "pollutant increase only", "greenhouse gas increase only", "no change",
]  # fmt: skip
"""What two reductions do together; an index is never read without it."""

Quadrant = Literal["I", "II", "III", "IV", ""]
Stronger = Literal["pollutant", "greenhouse gas", "equal", ""]

RELATION_ZH: dict[Relation, str] = {
    "synergistic": "协同减排", "non-synergistic": "不协同（此消彼长）", "joint increase": "同时增排",
    "pollutant only": "仅减污染物", "greenhouse gas only": "仅减温室气体", "pollutant increase only": "仅增污染物",
    "greenhouse gas increase only": "仅增温室气体", "no change": "无变化",
}  # fmt: skip

_BY_SIGN: dict[tuple[int, int], Relation] = {
    (1, 1): "synergistic", (1, -1): "non-synergistic", (-1, 1): "non-synergistic", (-1, -1): "joint increase",
    (1, 0): "pollutant only", (0, 1): "greenhouse gas only", (-1, 0): "pollutant increase only",
    (0, -1): "greenhouse gas increase only", (0, 0): "no change",
}  # fmt: skip
_QUADRANTS: dict[tuple[int, int], Quadrant] = {(1, 1): "I", (-1, 1): "II", (-1, -1): "III", (1, -1): "IV"}


@dataclass(frozen=True)
class CrossElasticity:
    """Elasticity of a pollutant's reduction to a greenhouse gas's.

    Attributes
    ----------
    value : float or None
        Els [1]; None where the greenhouse gas does not change.
    relation : str
        What the two reductions do together.
    stronger : str
        Of two reductions of one sign, the relatively larger: `pollutant` (Els > 1), `greenhouse gas` or `equal`.

    """

    value: float | None
    relation: Relation
    stronger: Stronger

    @property
    def relation_zh(self) -> str:
        """Return the relation in Chinese."""
        return RELATION_ZH[self.relation]


@dataclass(frozen=True)
class CoControlPoint:
    """A measure in the co-control coordinate system.

    Attributes
    ----------
    x, y : float
        Reduction of the greenhouse gas and of the pollutant (or APeq), both relative to their base [1].
    angle_deg : float
        Angle from the x axis, −180 to 180 [°]; 45 reduces both alike. 0 for the origin.
    quadrant : str
        I synergy, II pollutant only at the cost of carbon, III both rise, IV greenhouse gas only; empty on an axis.
    relation : str
        The same in words, axes included.

    """

    x: float
    y: float
    angle_deg: float
    quadrant: Quadrant
    relation: Relation


def cross_elasticity(
    pollutant_reduction: float, ghg_reduction: float, *, pollutant_base: float = 1.0, ghg_base: float = 1.0
) -> CrossElasticity:
    """Return Els = (ΔE_pollutant / E_pollutant) / (ΔE_ghg / E_ghg), with what it means.

    Both reduced: synergistic, Els > 1 the pollutant more, 0 < Els < 1 the greenhouse gas more. Signs differ: Els < 0,
    non-synergistic. Both rise: Els > 0 too, but a joint increase, never synergy. Greenhouse gas unchanged: Els is
    undefined (None) and the measure is labelled by what it does to the pollutant.

    Parameters
    ----------
    pollutant_reduction, ghg_reduction : float
        Base minus emission with the measure, each in the unit of its base.
    pollutant_base, ghg_base : float
        Emissions without the measure; above 0.

    Raises
    ------
    SchemaError
        If a base is not above 0.

    References
    ----------
    PMC11666946, table 2 (interpretation of the elasticity).

    """
    _require_positive(pollutant_base=pollutant_base, ghg_base=ghg_base)
    relation = relation_of(pollutant_reduction, ghg_reduction)
    if ghg_reduction == 0:
        return CrossElasticity(None, relation, "")
    value = (pollutant_reduction / pollutant_base) / (ghg_reduction / ghg_base)
    return CrossElasticity(value, relation, _stronger(value))


def relation_of(pollutant_reduction: float, ghg_reduction: float) -> Relation:
    """Return what two reductions do together, by their signs."""
    return _BY_SIGN[_sign(pollutant_reduction), _sign(ghg_reduction)]


def co_control_point(
    ghg_reduction: float, pollutant_reduction: float, *, ghg_base: float = 1.0, pollutant_base: float = 1.0
) -> CoControlPoint:
    """Return a measure in the coordinate system x = ΔE_ghg / E_ghg, y = ΔE_pollutant / E_pollutant.

    Axes of different units must be normalised: by the base emissions here, or beforehand by scale_by_extent.

    Raises
    ------
    SchemaError
        If a base is not above 0.

    References
    ----------
    Mao Xianqiang et al. 2012 and later, 协同控制效应坐标系 (from memory).

    """
    _require_positive(ghg_base=ghg_base, pollutant_base=pollutant_base)
    x, y = ghg_reduction / ghg_base, pollutant_reduction / pollutant_base
    quadrant = _QUADRANTS.get((_sign(x), _sign(y)), "")
    return CoControlPoint(x, y, math.degrees(math.atan2(y, x)), quadrant, relation_of(y, x))


def scale_by_extent(reductions: Sequence[float]) -> tuple[float, ...]:
    """Return the reductions of many measures over the largest absolute one [1]: signs and zeros keep their place.

    All zero: all zero.
    """
    extent = max((abs(value) for value in reductions), default=0.0)
    return tuple(value / extent if extent else 0.0 for value in reductions)


def _sign(value: float) -> int:
    """Return −1, 0 or 1."""
    return (value > 0) - (value < 0)


def _stronger(value: float) -> Stronger:
    """Return which of two reductions of one sign is the larger; nothing where the signs differ."""
    if value <= 0:
        return ""
    return "equal" if value == 1 else "pollutant" if value > 1 else "greenhouse gas"


def _require_positive(**bases: float) -> None:
    """Refuse bases that no share can be taken of."""
    problems = [problem("TY7601", name, value=f"{value:g}") for name, value in bases.items() if not value > 0]
    if problems:
        raise SchemaError(*problems)
