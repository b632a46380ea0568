"""What a method is, and what it may look up besides the record: library, control paths and year."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.factors.abatement import SAME_AS, AppliedControl, controlled_pm10

if TYPE_CHECKING:
    from inventory.factors.abatement import ControlPaths
    from inventory.factors.library import FactorLibrary

CARBON_TO_CO2 = 44.0 / 12.0
"""Mass of CO2 per mass of carbon; molar masses 44 and 12 as all guidelines print them."""

NITROGEN_TO_N2O = 44.0 / 28.0
"""Mass of N2O per mass of nitrogen; molar masses as all guidelines print them."""

_NO_CONTROL = "none"

NITROGEN_TO_NH3 = 17.0 / 14.0
"""Mass of NH3 per mass of nitrogen; molar masses as all guidelines print them."""


@dataclass(frozen=True)
class MethodContext:
    """The factor library of the run, the control paths of the project and the inventory year."""

    library: FactorLibrary
    control_paths: ControlPaths
    inventory_year: int

    def control(self, record: ActivityRecord, species: str) -> AppliedControl:
        """Return the removal of a species by the record's control train, with the record's own measurements.

        What was measured of PM2.5 holds for its parts and for the coarse particles too. Without a train and without a
        measurement nothing is removed, and capture or operation of nothing stay unread.
        """
        measured = next((record.parameters[name] for name in _measurements(species) if name in record.parameters), None)
        if measured is None and record.control_path_id == _NO_CONTROL:
            return AppliedControl(0.0, {}, "")
        return self.control_paths.removal(
            record.control_path_id,
            species,
            region_code=record.region_code,
            measured=measured,
            capture=record.parameters.get("control_capture"),
            operation=record.parameters.get("control_operation"),
        )

    def controlled(self, record: ActivityRecord, species: str, generated_t: Amount, confidence: str = "") -> Estimate:
        """Return the estimate of a generated amount after the record's control train.

        emission = generated × (1 − η). PM10 and TSP are not split here into fine and coarse parts: see
        `controlled_by_size`.
        """
        control = self.control(record, species)
        removed_t = {name: generated_t * share for name, share in control.by_control.items()}
        return Estimate(
            generated_t * (1.0 - control.efficiency),
            fallback_chain=control.fallback_chain,
            control_efficiency=control.efficiency,
            confidence=confidence,
            removed_t=removed_t,
        )

    def controlled_by_size(
        self, record: ActivityRecord, *, generated_fine_t: Amount, generated_pm10_t: Amount, confidence: str = ""
    ) -> Estimate:
        """Return PM10 after control, its fine and its coarse part by their own removal [t]."""
        if "removal:PM10" in record.parameters:
            return self.controlled(record, "PM10", generated_pm10_t, confidence)
        fine = self.control(record, "PM2.5").efficiency
        coarse = self.control(record, "PM2.5-10").efficiency
        fine_t = np.minimum(generated_fine_t, generated_pm10_t)
        emission_t = controlled_pm10(fine_t, generated_pm10_t, fine, coarse)
        with np.errstate(divide="ignore", invalid="ignore"):
            efficiency = np.where(np.asarray(generated_pm10_t) > 0.0, 1.0 - emission_t / generated_pm10_t, 0.0)
        return Estimate(emission_t, control_efficiency=efficiency, confidence=confidence)


def _measurements(species: str) -> tuple[str, ...]:
    """Return the parameters that may state the measured removal of a species, its own first."""
    own = f"removal:{species}"
    return (own, f"removal:{SAME_AS[species]}") if species in SAME_AS else (own,)


@dataclass(frozen=True)
class Method:
    """One estimation method: what it gives, what it needs, and its formula.

    Attributes
    ----------
    name : str
        Stands in core_emission.method.
    species : tuple of str
        What it can give; empty for any.
    needs : tuple of str
        Parameters that a record must carry (`removal` also stands for `removal:NOx` where the species is NOx); a
        method without needs is a general one that yields to every other.
    optional : tuple of str
        Parameters that it also reads.
    categories : tuple of str
        Beginnings of the category codes that it serves; empty for all.
    estimate : callable
        (record, species, context) → Estimate, or None where nothing was found.
    citation : str
        Source of the equation.
    reads_year : bool
        Whether the formula looks at the inventory year (days of the year, history): such records keep their own year.
    is_proportional : bool
        Whether the emission is the activity times something; not so where past years or other amounts decide.

    """

    name: str
    zh: str
    en: str
    species: tuple[str, ...]
    estimate: Callable[[ActivityRecord, str, MethodContext], Estimate | None]
    citation: str
    needs: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tier: str = "2"
    is_proportional: bool = True
    reads_year: bool = False

    def applies(self, record: ActivityRecord, species: str) -> bool:
        """Return whether the record carries what the method needs for the species."""
        return self.serves(record.source_category, species, record.parameters)

    def serves(self, source_category: str, species: str, parameters: Collection[str]) -> bool:
        """Return whether a record of a category with such parameters carries what the method needs for a species."""
        if self.species and species not in self.species:
            return False
        if self.categories and not source_category.startswith(self.categories):
            return False
        return all(name in parameters or f"{name}:{species}" in parameters for name in self.needs)
