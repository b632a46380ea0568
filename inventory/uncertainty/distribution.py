"""Probability distributions of activities and factors: exact moments, quantiles and seeded draws.

A 95 % half-width is 1.96 standard deviations, as the IPCC guidelines round it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from inventory.errors import SchemaError, problem
from inventory.uncertainty.bounds import Shape

Z95 = 1.96
"""Standard deviations from the mean to the 97.5 % point."""

_STANDARD = NormalDist()

_SMALLEST = 2.0**-54
"""In place of a drawn 0, whose normal quantile would be infinite."""


@dataclass(frozen=True)
class Distribution:
    """A distribution; make one with `normal`, `truncated_normal`, `lognormal…`, `triangular` or `uniform`.

    Attributes
    ----------
    shape : Shape
        Which distribution.
    centre : float
        Mean of the (untruncated) normal, median of the lognormal, mode of the triangular, middle of the uniform.
    spread : float
        Standard deviation of the (untruncated) normal, σ of the logarithm of the lognormal; 0 for the others.
    low, high : float
        Bounds of the possible values.

    """

    shape: Shape
    centre: float
    spread: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse bounds and spreads that no distribution has."""
        if not (self.low <= self.centre <= self.high and self.spread >= 0.0):
            place = f"{self.shape} {self.centre} ± {self.spread} [{self.low}, {self.high}]"
            raise _error(place)

    @property
    def mean(self) -> float:
        """Exact mean, in the unit of the value."""
        return _MOMENTS[self.shape](self)[0]

    @property
    def variance(self) -> float:
        """Exact variance, in the square of the unit."""
        return _MOMENTS[self.shape](self)[1]

    @property
    def sd(self) -> float:
        """Exact standard deviation, in the unit of the value."""
        return float(np.sqrt(self.variance))

    def quantile(self, probability: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the exact values below which the probabilities lie, in their shape."""
        return _QUANTILES[self.shape](self, np.asarray(probability, dtype=float))

    def sample(self, generator: np.random.Generator, draws: int) -> npt.NDArray[np.float64]:
        """Return independent draws, shape (draws,), by inversion: one uniform number each."""
        return self.quantile(np.maximum(generator.random(draws), _SMALLEST))


def normal(mean: float, half_width_pct: float) -> Distribution:
    """Return a normal distribution whose 95 % interval is mean × (1 ± half-width)."""
    return Distribution("normal", mean, abs(mean) * half_width_pct / 100.0 / Z95, -np.inf, np.inf)


def truncated_normal(mean: float, half_width_pct: float, *, low: float = 0.0, high: float = np.inf) -> Distribution:
    """Return the normal distribution cut off outside [low, high]; mean and half-width are of the uncut one."""
    return Distribution("truncated_normal", mean, abs(mean) * half_width_pct / 100.0 / Z95, low, high)


def lognormal_by_factor(median: float, factor: float) -> Distribution:
    """Return a lognormal distribution of the 95 % interval median ÷ factor to median × factor; σ = ln factor / 1.96."""
    if factor < 1.0 or median <= 0.0:
        place = f"lognormal {median} ×÷ {factor}"
        raise _error(place)
    return Distribution("lognormal", median, float(np.log(factor)) / Z95, 0.0, np.inf)


def lognormal(median: float, half_width_pct: float) -> Distribution:
    """Return a lognormal distribution whose upper 95 % bound is median × (1 + half-width), as in `relative_bounds`."""
    return lognormal_by_factor(median, 1.0 + half_width_pct / 100.0)


def triangular(low: float, mode: float, high: float) -> Distribution:
    """Return a triangular distribution by its smallest, most likely and largest value."""
    return Distribution("triangular", mode, 0.0, low, high)


def uniform(low: float, high: float) -> Distribution:
    """Return a uniform distribution between two values."""
    return Distribution("uniform", (low + high) / 2.0, 0.0, low, high)


def of_half_width(value: float, half_width_pct: float, shape: str) -> Distribution:
    """Return the distribution of a table's value by its half-width [%] and shape.

    Normal: cut off at 0 where a negative value would be possible but is none of nature's. Triangular and uniform:
    the half-width bounds all values. A value of 0 or below takes a normal distribution: no other has a sign.

    Raises
    ------
    SchemaError
        If the shape is unknown.

    """
    if shape not in _MOMENTS:
        raise _error(shape)
    if value <= 0.0:
        return normal(value, half_width_pct)
    if shape in {"normal", "truncated_normal"}:
        return truncated_normal(value, half_width_pct)
    if shape == "lognormal":
        return lognormal(value, half_width_pct)
    low, high = max(value * (1.0 - half_width_pct / 100.0), 0.0), value * (1.0 + half_width_pct / 100.0)
    return triangular(low, value, high) if shape == "triangular" else uniform(low, high)


def _normal_moments(of: Distribution) -> tuple[float, float]:
    """Return mean and variance of the normal."""
    return of.centre, of.spread**2


def _truncated_moments(of: Distribution) -> tuple[float, float]:
    """Return mean and variance of the truncated normal (Johnson, Kotz and Balakrishnan 1994, section 13.10.1)."""
    if of.spread == 0.0:
        return of.centre, 0.0
    low, high = _standardised(of)
    mass = _STANDARD.cdf(high) - _STANDARD.cdf(low)
    at_low, at_high = _STANDARD.pdf(low), _STANDARD.pdf(high)
    shift = (at_low - at_high) / mass
    edge = ((low * at_low if np.isfinite(low) else 0.0) - (high * at_high if np.isfinite(high) else 0.0)) / mass
    return of.centre + of.spread * shift, of.spread**2 * (1.0 + edge - shift**2)


def _lognormal_moments(of: Distribution) -> tuple[float, float]:
    """Return mean = median × e^(σ²/2) and variance = mean² × (e^(σ²) − 1)."""
    mean = of.centre * float(np.exp(of.spread**2 / 2.0))
    return mean, mean**2 * float(np.expm1(of.spread**2))


def _triangular_moments(of: Distribution) -> tuple[float, float]:
    """Return mean = (a + b + c) / 3 and variance = (a² + b² + c² − ab − ac − bc) / 18."""
    a, b, c = of.low, of.high, of.centre
    return (a + b + c) / 3.0, ((b - a) ** 2 + (c - a) ** 2 - (b - a) * (c - a)) / 18.0


def _uniform_moments(of: Distribution) -> tuple[float, float]:
    """Return mean and variance = (b − a)² / 12."""
    return of.centre, (of.high - of.low) ** 2 / 12.0


def _normal_quantile(of: Distribution, probability: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return quantiles of the normal."""
    from scipy.special import ndtri  # noqa: PLC0415

    return np.asarray(of.centre + of.spread * ndtri(probability), dtype=float)


def _truncated_quantile(of: Distribution, probability: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return quantiles of the truncated normal."""
    if of.spread == 0.0:
        return np.full_like(probability, of.centre)
    below, above = (_STANDARD.cdf(edge) for edge in _standardised(of))
    return np.clip(_normal_quantile(of, below + probability * (above - below)), of.low, of.high)


def _lognormal_quantile(of: Distribution, probability: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return quantiles of the lognormal."""
    from scipy.special import ndtri  # noqa: PLC0415

    return np.asarray(of.centre * np.exp(of.spread * ndtri(probability)), dtype=float)


def _triangular_quantile(of: Distribution, probability: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return quantiles of the triangular distribution."""
    width, left, right = of.high - of.low, of.centre - of.low, of.high - of.centre
    rising = of.low + np.sqrt(probability * width * left)
    falling = of.high - np.sqrt((1.0 - probability) * width * right)
    return np.where(probability * width < left, rising, falling)


def _uniform_quantile(of: Distribution, probability: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return quantiles of the uniform distribution."""
    return of.low + probability * (of.high - of.low)


def _standardised(of: Distribution) -> tuple[float, float]:
    """Return the bounds in standard deviations from the centre."""
    return (of.low - of.centre) / of.spread, (of.high - of.centre) / of.spread


def _error(place: str) -> SchemaError:
    """Return the error of a distribution that cannot be."""
    return SchemaError(problem("TY3704", place))


_MOMENTS: dict[str, Callable[[Distribution], tuple[float, float]]] = {
    "normal": _normal_moments,
    "truncated_normal": _truncated_moments,
    "lognormal": _lognormal_moments,
    "triangular": _triangular_moments,
    "uniform": _uniform_moments,
}

_QUANTILES: dict[str, Callable[[Distribution, npt.NDArray[np.float64]], npt.NDArray[np.float64]]] = {
    "normal": _normal_quantile,
    "truncated_normal": _truncated_quantile,
    "lognormal": _lognormal_quantile,
    "triangular": _triangular_quantile,
    "uniform": _uniform_quantile,
}
