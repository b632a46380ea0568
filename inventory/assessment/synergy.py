"""Synergy of two subsystems (pollution and carbon): order parameters, composite synergy, coupling coordination.

No national formula exists: these are common definitions of the literature, with their weights as arguments.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from inventory.activity_record import Amount
from inventory.errors import SchemaError, problem

COORDINATION_BANDS: tuple[tuple[float, str, str], ...] = (
    (0.2, "严重失调", "severe imbalance"),
    (0.4, "中度失调", "moderate imbalance"),
    (0.6, "勉强协调", "bare coordination"),
    (0.8, "中度协调", "moderate coordination"),
    (1.0, "良好协调", "good coordination"),
)
"""Upper ends of D with their names; 0.2 and 0.8 are of the literature, the steps between are this project's."""

_WEIGHT_TOLERANCE = 1e-9


@dataclass(frozen=True)
class CouplingCoordination:
    """Coupling C, joint level T = a U1 + b U2, coordination D = √(C T), and the weights a and b, all [1]."""

    coupling: Amount
    level: Amount
    coordination: Amount
    weight_1: float
    weight_2: float


def normalise_indicator(value: Amount, *, low: Amount, high: Amount, is_positive: bool = True) -> Amount:
    """Return an indicator between 0 and 1: (x − low) / (high − low), or (high − x) / (high − low) where less is better.

    Not clipped: a value beyond low and high lies outside 0 to 1. It is the order parameter u of the composite system.

    Raises
    ------
    SchemaError
        If low is not below high.

    """
    span = np.asarray(high) - low
    if np.any(span <= 0):
        raise SchemaError(problem("TY7606", f"low = {low}, high = {high}"))
    return (value - low) / span if is_positive else (high - value) / span


def subsystem_order(order_parameters: Sequence[Amount], *, weights: Sequence[float] | None = None) -> Amount:
    """Return the order of a subsystem: U = Σ w u, or the geometric mean Π u^(1/n) without weights.

    Raises
    ------
    SchemaError
        If the weights do not fit the parameters or do not sum to 1, or a geometric mean has a negative parameter.

    """
    values = np.asarray(order_parameters, dtype=float)
    if weights is None:
        if np.any(values < 0):
            raise SchemaError(problem("TY7607", "order parameters"))
        return _plain(np.prod(values, axis=0) ** (1.0 / len(values)))
    _require_weights(weights, len(values))
    return _plain(np.tensordot(np.asarray(weights, dtype=float), values, axes=1))


def composite_synergy(change_1: Amount, change_2: Amount) -> Amount:
    """Return composite synergy S = θ √|ΔU1 ΔU2|, between −1 and 1, of one step of two subsystems.

    θ = 1 where both orders rise, −1 where one or both fall: two falling subsystems are no synergy. 0 where one stands
    still.

    Parameters
    ----------
    change_1, change_2 : Amount
        ΔU of the subsystems between two years [1].

    References
    ----------
    Meng and Han, composite system synergy degree (from memory).

    """
    rises = (np.asarray(change_1) > 0) & (np.asarray(change_2) > 0)
    size = np.sqrt(np.abs(np.asarray(change_1) * change_2))
    return _plain(np.where(rises, size, np.where(size == 0, 0.0, -size)))


def composite_synergy_of_series(order_1: npt.ArrayLike, order_2: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the synergy of each year against the first one, shape (n − 1,): ΔU is U_t − U_0.

    Parameters
    ----------
    order_1, order_2 : array-like, shape (n,)
        Order U of the subsystems by year [1].

    """
    first, second = np.asarray(order_1, dtype=float), np.asarray(order_2, dtype=float)
    return np.asarray(composite_synergy(first[1:] - first[0], second[1:] - second[0]))


def coupling_coordination(order_1: Amount, order_2: Amount, *, weight_1: float = 0.5) -> CouplingCoordination:
    """Return C = 2 √(U1 U2) / (U1 + U2), T = a U1 + b U2 with b = 1 − a, D = √(C T).

    Both 0: C is 0.

    Raises
    ------
    SchemaError
        If an order is negative or the weight is not between 0 and 1.

    """
    first, second = np.asarray(order_1, dtype=float), np.asarray(order_2, dtype=float)
    if np.any(first < 0) or np.any(second < 0) or not 0 <= weight_1 <= 1:
        raise SchemaError(problem("TY7608", f"U1 = {order_1}, U2 = {order_2}, a = {weight_1:g}"))
    total = first + second
    coupling = np.minimum(2.0 * np.sqrt(first) * np.sqrt(second) / np.where(total > 0, total, 1.0), 1.0)
    level = weight_1 * first + (1.0 - weight_1) * second
    coordination = np.sqrt(coupling * level)
    return CouplingCoordination(_plain(coupling), _plain(level), _plain(coordination), weight_1, 1.0 - weight_1)


def coordination_class(
    coordination: float, *, bands: Sequence[tuple[float, str, str]] = COORDINATION_BANDS
) -> tuple[str, str]:
    """Return the name of a degree D in Chinese and English: the first band whose upper end is not below it.

    Raises
    ------
    SchemaError
        If the bands do not rise or end below the degree.

    """
    ends = [end for end, _, _ in bands]
    if any(before >= after for before, after in pairwise(ends)) or not ends or coordination > ends[-1]:
        raise SchemaError(problem("TY7609", f"D = {coordination:g}"))
    return next((zh, en) for end, zh, en in bands if coordination <= end)


def weighted_index(degrees: Mapping[str, float], *, weights: Mapping[str, float]) -> float:
    """Return a city's synergy index Σ w_i × degree_i, for example of targets, paths and management (目标、路径、管理).

    Raises
    ------
    SchemaError
        If degrees and weights do not name the same parts or the weights do not sum to 1.

    """
    if set(degrees) != set(weights):
        odd = ", ".join(sorted(set(degrees) ^ set(weights)))
        raise SchemaError(problem("TY7610", odd))
    names = sorted(degrees)
    _require_weights([weights[name] for name in names], len(names))
    return math.fsum(weights[name] * degrees[name] for name in names)


def _require_weights(weights: Sequence[float], n: int) -> None:
    """Refuse weights that are not n shares of one."""
    total = math.fsum(weights)
    if len(weights) != n or min(weights) < 0 or abs(total - 1.0) > _WEIGHT_TOLERANCE:
        raise SchemaError(problem("TY7611", f"Σ w = {total:g}, n = {len(weights)}", n=n))


def _plain(value: npt.NDArray[np.float64] | np.float64) -> Amount:
    """Return a number for a scalar, the array for an array."""
    return float(value) if np.ndim(value) == 0 else np.asarray(value)
