"""What all dust equations share: the share of each particle size, rain days, and control by size.

Multipliers are facts with their citation (particle_sizes.csv); a record's own `k:PM10` comes before them.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.methods.context import MethodContext

SPECIES = ("TSP", "PM10", "PM2.5")
"""The particle sizes that one record of dust gives, the coarsest first."""


@dataclass(frozen=True)
class SizeMultiplier:
    """Particle size multiplier k in the unit of its equation, and how far it can be trusted."""

    k: Amount
    confidence: str


def size_multiplier(equation: str, species: str) -> SizeMultiplier:
    """Return the published multiplier of an equation for TSP, PM10 or PM2.5 (particle_sizes.csv)."""
    return _published()[equation, species]


def multiplier_of(record: ActivityRecord, equation: str, species: str) -> SizeMultiplier:
    """Return the record's own multiplier `k:<species>`, else the published one."""
    name = f"k:{species}"
    if name in record.parameters:
        return SizeMultiplier(record.parameters[name], record.confidence_of(name))
    return size_multiplier(equation, species)


def controlled_dust(
    record: ActivityRecord,
    species: str,
    context: MethodContext,
    *,
    generated_t: Callable[[str], Amount],
    confidences: tuple[str, ...],
) -> Estimate:
    """Return one size of dust after the record's control train; PM10 by its fine and its coarse part.

    Parameters
    ----------
    generated_t : callable
        Particle size → dust raised before control [t].
    confidences : tuple of str
        Of everything that was used; the weakest stands in the estimate.

    """
    confidence = weakest(*confidences)
    if species == "PM10":
        return context.controlled_by_size(
            record, generated_fine_t=generated_t("PM2.5"), generated_pm10_t=generated_t("PM10"), confidence=confidence
        )
    return context.controlled(record, species, generated_t(species), confidence=confidence)


def days_in_year(inventory_year: int) -> float:
    """Return the days of a calendar year [d]: 365, or 366 in a leap year."""
    return 365.0 + calendar.isleap(inventory_year)


@cache
def _published() -> dict[tuple[str, str], SizeMultiplier]:
    """Return the multipliers by equation and species."""
    text = files("inventory.methods.dust").joinpath("particle_sizes.csv").read_text(encoding="utf-8")
    return {
        (str(row.equation), str(row.species)): SizeMultiplier(float(row.k), str(row.confidence))
        for row in pd.read_csv(StringIO(text)).itertuples()
    }
