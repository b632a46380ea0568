"""What is to be said about the factor behind an estimate: printed value and unit, citation, uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from inventory.estimation import SpeciesEstimate
from inventory.factors.library import FactorLibrary
from inventory.uncertainty.bounds import confidence_half_width_pct

_FACTOR = "factor"


@dataclass(frozen=True)
class Facts:
    """Printed factor, its citation and its 95 % half-width.

    Attributes
    ----------
    ef_value : float
        As the library holds it, in `ef_unit`; NaN where the emission is no product of one factor.
    uncertainty_pct : float
        NaN where nothing is known.
    distribution : str
        normal or lognormal.

    """

    ef_value: float
    ef_unit: str
    citation: str
    uncertainty_pct: float
    distribution: str


@dataclass(frozen=True)
class FactorFacts:
    """Facts of every factor and fuel property of a library, by id."""

    factors: Mapping[str, Facts]
    properties: Mapping[str, Facts]

    def of(self, found: SpeciesEstimate) -> Facts:
        """Return the facts behind an estimate; the value of a factor only where the emission is activity × factor."""
        estimate = found.estimate
        if estimate.factor_id in self.factors:
            facts = self.factors[estimate.factor_id]
            return facts if estimate.method == _FACTOR else replace(facts, ef_value=np.nan, ef_unit="")
        if estimate.factor_id in self.properties:
            return self.properties[estimate.factor_id]
        citation = found.method.citation if found.method else ""
        return Facts(np.nan, "", citation, _half_width_pct(estimate.confidence), "normal")


def factor_facts(library: FactorLibrary) -> FactorFacts:
    """Return the facts of all rows of a library."""
    factors = {
        row["factor_id"]: Facts(
            float(row["value"]), row["unit"], _citation(row), _number(row["uncertainty_pct"]), row["distribution"]
        )
        for row in library.factors.to_dict("records")
    }
    properties = {
        row["property_id"]: Facts(np.nan, "", _citation(row), _half_width_pct(row["confidence"]), "normal")
        for row in library.fuel_properties.to_dict("records")
    }
    return FactorFacts(factors, properties)


def _citation(row: Mapping[str, str]) -> str:
    """Return the source with its table, and the pack that holds the row."""
    return " ".join(filter(None, (row["source"], row.get("source_detail", ""), f"[{row['edition']}]")))


def _half_width_pct(confidence: str) -> float:
    """Return the half-width of a class of confidence [%]; NaN where none is stated."""
    return confidence_half_width_pct(confidence) if confidence else np.nan


def _number(text: str) -> float:
    """Return a number, NaN for an empty cell."""
    return float(text) if text else np.nan
