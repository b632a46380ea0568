"""CH4 of domestic wastewater treatment from the organic load removed."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods.context import MethodContext, weakest

_NAMES = ("cod_removed_kg_per_unit", "bod_per_cod", "bo_kg_ch4_per_kg_bod", "mcf")


def applies(record: ActivityRecord, species: str) -> bool:
    """Return whether the record carries the organic load of its water."""
    return species == "CH4" and "cod_removed_kg_per_unit" in record.parameters


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4 [t] = water [m3] × COD removed [kg/m3] × BOD/COD × Bo × MCF / 1000.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 生活污水; IPCC 2006 vol. 5 equation 6.1.

    """
    load_kg = record.activity_value * record.parameter("cod_removed_kg_per_unit") * record.parameter("bod_per_cod")
    emission_t = load_kg * record.parameter("bo_kg_ch4_per_kg_bod") * record.parameter("mcf") / 1000.0
    confidence = weakest(*(record.parameter_confidence[name] for name in _NAMES))
    return Estimate(emission_t, "wastewater_organic_load", tier="1", confidence=confidence)
