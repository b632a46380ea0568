"""Emission from a factor that the record brings along, already corrected and controlled."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods.context import Method, MethodContext

PREFIX = "ef_kg_per_unit:"


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate emission [t] = activity × ef [kg per unit] / 1000."""
    name = PREFIX + species
    return Estimate(record.activity_value * record.parameter(name) / 1000.0, confidence=record.confidence_of(name))


METHOD = Method(
    name="supplied_factor",
    zh="自带因子",
    en="factor supplied with the record",
    species=(),
    needs=("ef_kg_per_unit",),
    estimate=_estimate,
    citation="the citation of the factor stands with the parameter",
)
