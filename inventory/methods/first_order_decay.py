"""Landfill CH4 by first-order decay of what was disposed since the landfill opened."""

from __future__ import annotations

import math

from inventory.activity_record import ActivityRecord, Estimate
from inventory.methods.context import MethodContext

HISTORY_PREFIX = "disposed_t:"


def applies(record: ActivityRecord, species: str) -> bool:
    """Return whether the record carries a decay rate and a disposal history."""
    return species == "CH4" and "decay_rate" in record.parameters


def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4 [t] = (generated − recovered) × (1 − oxidation).

    DDOCm_T = W_T × DOC × DOCf × MCF; DDOCma_T = DDOCm_T + DDOCma_(T−1) × e^−k;
    decomposed_T = DDOCma_(T−1) × (1 − e^−k); generated = decomposed × F × 16/12.
    Waste of a year starts to decay on 1 January of the next one. Not linear in the activity of the year.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 ch. 3, equations 3.4 to 3.6 and 3.1.

    """
    degradable = record.parameter("doc") * record.parameter("docf") * record.parameter("mcf")
    kept = math.exp(-record.parameter("decay_rate"))
    disposed_t = {
        int(name.removeprefix(HISTORY_PREFIX)): value
        for name, value in record.parameters.items()
        if name.startswith(HISTORY_PREFIX)
    }
    first_year = min(disposed_t, default=context.inventory_year)
    stored_t = decomposed_t = 0.0
    for year in range(first_year, context.inventory_year + 1):
        decomposed_t = stored_t * (1.0 - kept)
        stored_t = stored_t * kept + disposed_t.get(year, 0.0) * degradable
    generated_t = decomposed_t * record.parameter("ch4_of_gas") * 16.0 / 12.0
    emission_t = (generated_t - record.parameter("recovered_ch4_t")) * (1.0 - record.parameter("oxidation"))
    return Estimate(max(emission_t, 0.0), "first_order_decay", tier="2", confidence="L")
