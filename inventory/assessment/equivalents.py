"""Pollution equivalents (APeq) and the integrated co-reduction (ICER), with the weights that were used.

The weights are those of the environmental protection tax (pollution_equivalents.csv) unless the caller states others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.errors import SchemaError, problem


@dataclass(frozen=True)
class PollutionEquivalents:
    """Reductions in pollution equivalents.

    Attributes
    ----------
    total : float
        APeq [equivalents].
    by_substance : dict of str to float
        Its terms.
    equivalent_kg : dict of str to float
        Weight that was used: kilograms of one equivalent.
    excluded : tuple of str
        Substances without an equivalent; not in the total.

    """

    total: float
    by_substance: dict[str, float]
    equivalent_kg: dict[str, float]
    excluded: tuple[str, ...]


@dataclass(frozen=True)
class IntegratedReduction:
    """Reductions of pollutants and carbon in one number; a definition of this project, not the only one.

    Attributes
    ----------
    yuan : float
        ICER in money [yuan of the price vintage].
    tco2e_eq : float
        The same over the carbon price [t CO2e equivalent].
    pollutant_yuan, carbon_yuan : float
        Its two parts.
    yuan_by_substance, weight_yuan_per_kg : dict of str to float
        Terms of the pollutants, and the weights that were used.
    carbon_price_yuan_per_t, price_vintage
        The other weight, and of when the prices are.
    excluded : tuple of str
        Substances without weight; not in the sum.

    """

    yuan: float
    tco2e_eq: float
    pollutant_yuan: float
    carbon_yuan: float
    yuan_by_substance: dict[str, float]
    weight_yuan_per_kg: dict[str, float]
    carbon_price_yuan_per_t: float
    price_vintage: str
    excluded: tuple[str, ...]


def pollution_equivalents(
    reductions_kg: Mapping[str, float], *, equivalent_kg: Mapping[str, float] | None = None
) -> PollutionEquivalents:
    """Return APeq = Σ ΔE_i [kg] / equivalent_i [kg].

    NMVOC has no single equivalent in the law: it counts only where the caller gives it a weight.

    Parameters
    ----------
    reductions_kg : mapping of str to float
        Substance → reduction [kg]; `soot` (烟尘) and `dust` (一般性粉尘) stand for particles.
    equivalent_kg : mapping of str to float, optional
        Own weights, in place of the law's for the substances they name.

    References
    ----------
    环境保护税法, 附表二.

    """
    weights = {**statutory_equivalents_kg(), **(equivalent_kg or {})}
    _require_above_zero(weights)
    used = {substance: weights[substance] for substance in reductions_kg if substance in weights}
    terms = {substance: reductions_kg[substance] / weight for substance, weight in used.items()}
    excluded = tuple(substance for substance in reductions_kg if substance not in weights)
    return PollutionEquivalents(math.fsum(terms.values()), terms, used, excluded)


def integrated_co_reduction(
    reductions_kg: Mapping[str, float],
    co2e_reduction_t: float,
    *,
    carbon_price_yuan_per_t: float,
    price_vintage: str,
    equivalent_kg: Mapping[str, float] | None = None,
    tax_yuan_per_equivalent: Mapping[str, float] | None = None,
) -> IntegratedReduction:
    """Return ICER = Σ ΔE_i / equivalent_i × tax_i + ΔCO2e × carbon price [yuan], and the same over the carbon price.

    Definition of this project: weights are tax rates, not damages. Definitions in the literature differ.

    Parameters
    ----------
    reductions_kg : mapping of str to float
        Substance → reduction [kg].
    co2e_reduction_t : float
        Reduction of greenhouse gases [t CO2e, in the GWP set that the caller names].
    carbon_price_yuan_per_t : float
        [yuan/t CO2e], above 0.
    price_vintage : str
        Of when tax rates and carbon price are, for example "2019 / 2024".
    equivalent_kg, tax_yuan_per_equivalent : mapping of str to float, optional
        Own weights [kg per equivalent; yuan per equivalent], in place of the law's and of Shanghai's rates since 2019.

    Raises
    ------
    SchemaError
        If the carbon price or a weight is not above 0.

    """
    _require_above_zero({"carbon_price_yuan_per_t": carbon_price_yuan_per_t})
    counted = pollution_equivalents(reductions_kg, equivalent_kg=equivalent_kg)
    rates = {**shanghai_tax_yuan_per_equivalent(), **(tax_yuan_per_equivalent or {})}
    weights = {name: rates[name] / size for name, size in counted.equivalent_kg.items() if name in rates}
    terms = {name: counted.by_substance[name] * rates[name] for name in weights}
    excluded = tuple(name for name in reductions_kg if name not in weights)
    carbon_yuan = co2e_reduction_t * carbon_price_yuan_per_t
    yuan = math.fsum([*terms.values(), carbon_yuan])
    return IntegratedReduction(
        yuan=yuan,
        tco2e_eq=yuan / carbon_price_yuan_per_t,
        pollutant_yuan=math.fsum(terms.values()),
        carbon_yuan=carbon_yuan,
        yuan_by_substance=terms,
        weight_yuan_per_kg=weights,
        carbon_price_yuan_per_t=carbon_price_yuan_per_t,
        price_vintage=price_vintage,
        excluded=excluded,
    )


def statutory_equivalents_kg() -> dict[str, float]:
    """Return the kilograms of one pollution equivalent by substance (环境保护税法, 附表二)."""
    rows = _table().dropna(subset=["equivalent_kg"])
    return dict(zip(rows["substance"], rows["equivalent_kg"].astype(float), strict=True))


def shanghai_tax_yuan_per_equivalent() -> dict[str, float]:
    """Return the tax rate of one equivalent by substance [yuan], Shanghai since 2019."""
    rows = _table().dropna(subset=["tax_yuan_per_equivalent"])
    return dict(zip(rows["substance"], rows["tax_yuan_per_equivalent"].astype(float), strict=True))


@cache
def _table() -> pd.DataFrame:
    """Return pollution_equivalents.csv."""
    text = files("inventory.assessment").joinpath("pollution_equivalents.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text))


def _require_above_zero(weights: Mapping[str, float]) -> None:
    """Refuse weights that nothing can be divided by."""
    problems = [problem("TY7602", name, value=f"{value:g}") for name, value in weights.items() if not value > 0]
    if problems:
        raise SchemaError(*problems)
