"""Costs of measures: annuity, marginal abatement cost, cost effectiveness, net cost, and the shares of joint costs.

All money is in yuan of one price year, which the caller keeps; nothing is discounted twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inventory.errors import SchemaError, problem


@dataclass(frozen=True)
class MarginalCost:
    """Marginal abatement cost with everything it was made of.

    Attributes
    ----------
    capital_recovery_factor : float
        CRF [1/a].
    annual_cost_yuan : float
        Annuity + O&M − savings − cost of the baseline − co-benefit credit [yuan/a].
    yuan_per_t : float or None
        Cost over reduction; None where the measure reduces nothing.

    """

    capital_recovery_factor: float
    annual_cost_yuan: float
    yuan_per_t: float | None


@dataclass(frozen=True)
class CurveStep:
    """One measure of an abatement cost curve: its reduction, its cost, and the reduction up to and with it [t]."""

    measure: str
    reduction_t: float
    yuan_per_t: float
    cumulative_t: float


def capital_recovery_factor(discount_rate: float, *, lifetime_a: float) -> float:
    """Return CRF [1/a] = r (1 + r)^n / ((1 + r)^n − 1); 1 / n without discounting.

    Raises
    ------
    SchemaError
        If the lifetime is not above 0, or the rate is −1 or less.

    """
    if not lifetime_a > 0 or not discount_rate > -1:
        raise SchemaError(problem("TY7603", f"r = {discount_rate:g}, n = {lifetime_a:g}"))
    if discount_rate == 0:
        return 1.0 / lifetime_a
    # r / (1 − (1 + r)^−n) is the same and keeps its digits for small r.
    return discount_rate / -math.expm1(-lifetime_a * math.log1p(discount_rate))


def annual_cost_yuan(
    capital_yuan: float,
    *,
    discount_rate: float,
    lifetime_a: float,
    om_yuan_per_a: float = 0.0,
    savings_yuan_per_a: float = 0.0,
    baseline_yuan_per_a: float = 0.0,
) -> float:
    """Return annualised cost [yuan/a] = capital × CRF + O&M − savings − what the baseline would have cost."""
    annuity = capital_yuan * capital_recovery_factor(discount_rate, lifetime_a=lifetime_a)
    return math.fsum([annuity, om_yuan_per_a, -savings_yuan_per_a, -baseline_yuan_per_a])


def marginal_abatement_cost(
    capital_yuan: float,
    reduction_t_per_a: float,
    *,
    discount_rate: float,
    lifetime_a: float,
    om_yuan_per_a: float = 0.0,
    savings_yuan_per_a: float = 0.0,
    co_benefit_yuan_per_a: float = 0.0,
) -> MarginalCost:
    """Return MAC [yuan/t] = (capital × CRF + O&M − savings − co-benefit credit) / reduction.

    Parameters
    ----------
    capital_yuan : float
        Investment at the start [yuan].
    reduction_t_per_a : float
        Yearly reduction of the substance that the cost is stated for [t/a].
    discount_rate : float
        [1/a].
    lifetime_a : float
        [a].
    om_yuan_per_a, savings_yuan_per_a : float
        Operation and maintenance; energy or material saved, with what the baseline would have cost [yuan/a].
    co_benefit_yuan_per_a : float
        Worth of what else is reduced [yuan/a]; 0 gives the plain cost.

    """
    factor = capital_recovery_factor(discount_rate, lifetime_a=lifetime_a)
    cost = math.fsum([capital_yuan * factor, om_yuan_per_a, -savings_yuan_per_a, -co_benefit_yuan_per_a])
    return MarginalCost(factor, cost, cost_effectiveness(cost, reduction_t=reduction_t_per_a))


def cost_effectiveness(cost_yuan: float, *, reduction_t: float) -> float | None:
    """Return cost over reduction [yuan/t]; None where nothing is reduced: there is no cost of a tonne then."""
    return cost_yuan / reduction_t if reduction_t > 0 else None


def net_cost_yuan(
    cost_yuan: float, reductions_t: Mapping[str, float], *, benefit_yuan_per_t: Mapping[str, float]
) -> float:
    """Return net cost [yuan] = cost − Σ b_i ΔE_i, b_i the marginal damage avoided per tonne.

    Raises
    ------
    SchemaError
        If a reduced substance has no benefit: a missing value is never 0.

    """
    missing = [substance for substance in reductions_t if substance not in benefit_yuan_per_t]
    if missing:
        raise SchemaError(*(problem("TY7604", name) for name in missing))
    return math.fsum([cost_yuan, *(-benefit_yuan_per_t[name] * reduced_t for name, reduced_t in reductions_t.items())])


def shared_cost_yuan(cost_yuan: float, *, value_yuan: Mapping[str, float]) -> dict[str, float]:
    """Return the joint cost by substance: c_k = C × p_k ΔE_k / Σ p ΔE, by the share in the integrated co-reduction.

    Raises
    ------
    SchemaError
        If a value is negative or all are 0: such shares mean nothing.

    """
    total = math.fsum(value_yuan.values())
    if not total > 0 or min(value_yuan.values()) < 0:
        raise SchemaError(problem("TY7605", ", ".join(value_yuan)))
    return {substance: cost_yuan * value / total for substance, value in value_yuan.items()}


def abatement_cost_curve(costs: Mapping[str, tuple[float, float]]) -> Sequence[CurveStep]:
    """Return measures from the cheapest to the dearest with their cumulative reduction.

    Holds only for measures that do not act on the same emissions: else use the Shapley values of the measures first.

    Parameters
    ----------
    costs : mapping of str to (float, float)
        Measure → yearly cost [yuan/a], reduction [t/a]; what reduces nothing is left out.

    """
    reducing = {name: pair for name, pair in costs.items() if pair[1] > 0}
    steps: list[CurveStep] = []
    done: list[float] = []
    for name, (cost, reduction) in sorted(reducing.items(), key=lambda item: (item[1][0] / item[1][1], item[0])):
        done.append(reduction)
        steps.append(CurveStep(name, reduction, cost / reduction, math.fsum(done)))
    return tuple(steps)
