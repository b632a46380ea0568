"""Emission from a factor that the record brings along, already corrected and controlled."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods.context import MethodContext

PREFIX = "ef_kg_per_unit:"


def applies(record: ActivityRecord, species: str) -> bool:
    """Return whether the record carries its own factor for the species."""
    return PREFIX + species in record.parameters


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate emission [t] = activity × ef [kg per unit] / 1000.

    References
    ----------
    The citation of the factor stands with the parameter in core_activity_parameter.

    """
    name = PREFIX + species
    emission_t = record.activity_value * record.parameter(name) / 1000.0
    return Estimate(emission_t, "supplied_factor", tier="2", confidence=record.parameter_confidence[name])
