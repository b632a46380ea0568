"""Monte Carlo simulation (Approach 2): products and sums of drawn activities and factors.

A factor has one name and one draw, wherever it is used: what shares a factor is correlated as it should be. Each name
has its own stream of random numbers, so the result does not depend on the order of names or terms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inventory.errors import SchemaError, problem
from inventory.uncertainty.distribution import Distribution

DRAWS = 200_000
"""Default number of draws: the standard deviation is then good to about 0.2 %."""

Samples = npt.NDArray[np.float64]
"""Draws, shape (draws,)."""


@dataclass(frozen=True)
class Summary:
    """What a simulation found; in the unit of the samples.

    Attributes
    ----------
    mean, sd : float
        Mean and standard deviation of the draws.
    low, median, high : float
        Percentiles 2.5, 50 and 97.5.

    """

    mean: float
    sd: float
    low: float
    median: float
    high: float

    @property
    def low_pct(self) -> float:
        """Lower bound [% of the mean], negative."""
        return (self.low / self.mean - 1.0) * 100.0

    @property
    def high_pct(self) -> float:
        """Upper bound [% of the mean]."""
        return (self.high / self.mean - 1.0) * 100.0


@dataclass(frozen=True)
class Model:
    """What is drawn, and how it makes up the terms of a sum.

    Attributes
    ----------
    variables : mapping of str to Distribution
        Activities and factors by name.
    terms : mapping of str to sequence of str
        By the name of a term (a category and gas): the variables whose product it is. A name that stands in several
        terms is one factor, drawn once.

    """

    variables: Mapping[str, Distribution]
    terms: Mapping[str, Sequence[str]]

    def __post_init__(self) -> None:
        """Refuse terms of variables that are not there, all in one pass."""
        unknown = {(term, name) for term, names in self.terms.items() for name in names if name not in self.variables}
        if unknown:
            raise SchemaError(*(problem("TY3708", f"{term} › {name}") for term, name in sorted(unknown)))


def draw(name: str, distribution: Distribution, *, seed: int, draws: int = DRAWS) -> Samples:
    """Return the draws of one variable: the same for the same name and seed, whatever else is drawn."""
    digest = hashlib.sha256(name.encode()).digest()
    words = np.frombuffer(digest, dtype="<u4").astype(int).tolist()
    return distribution.sample(np.random.default_rng([seed, *words]), draws)


def simulate_term(model: Model, term: str, *, seed: int, draws: int = DRAWS) -> Samples:
    """Return the draws of one term, the product of its variables."""
    product = np.ones(draws)
    for name in model.terms[term]:
        product *= draw(name, model.variables[name], seed=seed, draws=draws)
    return product


def simulate_sum(model: Model, *, seed: int, draws: int = DRAWS) -> Samples:
    """Return the draws of the sum of all terms, added in the order of their names."""
    total = np.zeros(draws)
    for term in sorted(model.terms):
        total += simulate_term(model, term, seed=seed, draws=draws)
    return total


def simulate_product(factors: Sequence[Distribution], *, seed: int, draws: int = DRAWS) -> Samples:
    """Return the draws of the product of independent factors."""
    variables = {f"factor {position}": factor for position, factor in enumerate(factors)}
    return simulate_term(Model(variables, {"product": tuple(variables)}), "product", seed=seed, draws=draws)


def simulate_trend_pct(base: Model, year: Model, *, seed: int, draws: int = DRAWS) -> Samples:
    """Return the draws of (Σ year − Σ base) / Σ base × 100; a variable of one name in both years is drawn once."""
    start = simulate_sum(base, seed=seed, draws=draws)
    return (simulate_sum(year, seed=seed, draws=draws) - start) / start * 100.0


def summarise(samples: Samples) -> Summary:
    """Return mean, standard deviation (n − 1) and the percentiles 2.5, 50 and 97.5 of draws."""
    low, median, high = np.percentile(samples, [2.5, 50.0, 97.5])
    return Summary(float(np.mean(samples)), float(np.std(samples, ddof=1)), float(low), float(median), float(high))
