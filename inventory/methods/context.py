"""What a method may look up besides the record: the factor library, the control paths and the year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from inventory.activity_record import ActivityRecord, Estimate
    from inventory.factors.abatement import ControlPaths
    from inventory.factors.library import FactorLibrary

CARBON_TO_CO2 = 44.0 / 12.0
"""Mass of CO2 per mass of carbon; molar masses 44 and 12 as all guidelines print them."""


class Method(Protocol):
    """What every module of a method offers."""

    def applies(self, record: ActivityRecord, species: str) -> bool:
        """Return whether the record carries what the method needs for the species."""
        ...

    def estimate(self, record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
        """Return the estimate, or None where nothing was found."""
        ...


@dataclass(frozen=True)
class MethodContext:
    """The factor library of the run, the control paths of the project and the inventory year."""

    library: FactorLibrary
    control_paths: ControlPaths
    inventory_year: int


def weakest(*confidences: str) -> str:
    """Return the weakest of the confidences A–E or H–L; empty ones do not count."""
    order = "AHBCMDEL"
    known = [confidence for confidence in confidences if confidence]
    return max(known, key=order.find) if known else ""
