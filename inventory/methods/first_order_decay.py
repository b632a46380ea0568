"""Landfill CH4 by first-order decay of what was disposed since the landfill opened."""

from __future__ import annotations

import math
from collections.abc import Mapping

from inventory.activity_record import ActivityRecord, Estimate
from inventory.errors import Problem, SchemaError
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
    _require_no_holes(record, disposed_t, first_year)
    stored_t = decomposed_t = 0.0
    for year in range(first_year, context.inventory_year + 1):
        decomposed_t = stored_t * (1.0 - kept)
        stored_t = stored_t * kept + disposed_t.get(year, 0.0) * degradable
    generated_t = decomposed_t * record.parameter("ch4_of_gas") * 16.0 / 12.0
    emission_t = (generated_t - record.parameter("recovered_ch4_t")) * (1.0 - record.parameter("oxidation"))
    if emission_t < 0.0:
        raise _history_error(record, "回收的甲烷多于产生的", "more CH4 is recovered than generated")
    return Estimate(emission_t, "first_order_decay", tier="2", confidence="L")


def _require_no_holes(record: ActivityRecord, disposed_t: Mapping[int, float], first_year: int) -> None:
    """Refuse a history with a missing year: it would count as nothing disposed."""
    holes = [year for year in range(first_year, max(disposed_t, default=first_year)) if year not in disposed_t]
    if holes:
        raise _history_error(record, f"填埋历史缺年份：{holes}", f"the disposal history lacks the years {holes}")


def _history_error(record: ActivityRecord, message_zh: str, message_en: str) -> SchemaError:
    """Return the error of a landfill record."""
    return SchemaError(Problem("TY3104", f"{record.activity_id} ({record.source_category})", message_zh, message_en))
