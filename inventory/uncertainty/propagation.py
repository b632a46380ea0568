"""Error propagation (Approach 1): products, sums, and the exact spread of a product.

Half-widths are half of the 95 % interval, in per cent of the value. Approach 1 holds for independent terms and
half-widths up to about 30 %; beyond that, or where a factor is shared, `monte_carlo` is the way.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.uncertainty.bounds import Value
from inventory.uncertainty.distribution import Distribution


def uncertainty_of_product_pct(uncertainties_pct: Sequence[Value]) -> Value:
    """Return the half-width of a product [%] = √(U1² + … + Un²), elementwise.

    Parameters
    ----------
    uncertainties_pct : sequence of Value
        Half-widths of the n factors [%], each a number or an array.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 equation 3.1.

    """
    total = np.zeros(())
    for uncertainty_pct in uncertainties_pct:
        total = total + np.square(np.asarray(uncertainty_pct, dtype=float))
    return float(np.sqrt(total)) if np.ndim(total) == 0 else np.sqrt(total)


def uncertainty_of_sum_pct(values: npt.ArrayLike, *, uncertainties_pct: npt.ArrayLike) -> float:
    """Return the half-width of a sum [%] = √(Σ (U x)²) / |Σ x|.

    Parameters
    ----------
    values : array-like, shape (n,)
        x, removals negative, all in one unit.
    uncertainties_pct : array-like, shape (n,)
        U [%].

    Raises
    ------
    SchemaError
        If the sum is 0: a percentage of nothing says nothing.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 equation 3.2.

    """
    x = np.asarray(values, dtype=float)
    total = exact_sum(x)
    if total == 0.0:
        raise SchemaError(problem("TY3705", "Σ x = 0"))
    return float(np.sqrt(exact_sum(np.square(x * np.asarray(uncertainties_pct, dtype=float))))) / abs(total)


def sd_of_product(factors: Sequence[Distribution]) -> float:
    """Return the exact standard deviation of a product of independent factors = √(Π (var + mean²) − Π mean²).

    For two factors: mean × √(cv1² + cv2² + cv1² cv2²), the last term being what equation 3.1 leaves out.
    """
    mean = np.array([factor.mean for factor in factors])
    variance = np.array([factor.variance for factor in factors])
    # Π(var + mean²) − Π mean² cancels where the spread is small; adding factor by factor does not.
    total, product = 0.0, 1.0
    for m, v in zip(mean, variance, strict=True):
        total, product = total * (m * m + v) + product * product * v, product * m
    return float(np.sqrt(total))
