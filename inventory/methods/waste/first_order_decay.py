"""Landfill CH4 by first-order decay of what was disposed since the landfill opened."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import Problem, SchemaError
from inventory.methods.context import Method, MethodContext

HISTORY_PREFIX = "disposed_t:"


def decayed_ddocm(ddocm0: Amount, *, decay_rate_per_a: Amount, years: Amount) -> Amount:
    """Return what is left of decomposable carbon = DDOCm0 × e^(−k t), in the unit of DDOCm0.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 ch. 3, equation A3.1 (first-order decay).

    """
    return ddocm0 * np.exp(-np.asarray(decay_rate_per_a) * years)


def ch4_of_landfill(
    disposed_t: Mapping[int, Amount],
    inventory_year: int,
    *,
    degradable_fraction: Amount,
    decay_rate_per_a: Amount,
    ch4_of_gas: Amount,
    recovered_ch4_t: Amount = 0.0,
    oxidation: Amount = 0.0,
) -> Amount:
    """Return CH4 [t] of a year = (generated − recovered) × (1 − oxidation).

    DDOCm_T = W_T × DOC × DOCf × MCF; DDOCma_T = DDOCm_T + DDOCma_(T−1) × e^−k;
    decomposed_T = DDOCma_(T−1) × (1 − e^−k); generated = decomposed × F × 16/12.
    Waste of a year starts to decay on 1 January of the next one. Not linear in the activity of the year.

    Parameters
    ----------
    disposed_t : mapping of int to Amount
        Waste by year [t], without holes.
    inventory_year : int
        Year of the emission.
    degradable_fraction : Amount
        DOC × DOCf × MCF [tC/t].

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 ch. 3, equations 3.4 to 3.6 and 3.1.

    """
    kept = np.exp(-np.asarray(decay_rate_per_a))
    stored_t: Amount = 0.0
    decomposed_t: Amount = 0.0
    for year in range(min(disposed_t, default=inventory_year), inventory_year + 1):
        decomposed_t = stored_t * (1.0 - kept)
        stored_t = stored_t * kept + disposed_t.get(year, 0.0) * degradable_fraction
    generated_t = decomposed_t * ch4_of_gas * 16.0 / 12.0
    return (generated_t - recovered_ch4_t) * (1.0 - oxidation)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4 from the history that the record carries as `disposed_t:<year>`."""
    disposed_t = {
        int(name.removeprefix(HISTORY_PREFIX)): value
        for name, value in record.parameters.items()
        if name.startswith(HISTORY_PREFIX)
    }
    _require_no_holes(record, disposed_t)
    emission_t = ch4_of_landfill(
        disposed_t,
        context.inventory_year,
        degradable_fraction=record.parameter("doc") * record.parameter("docf") * record.parameter("mcf"),
        decay_rate_per_a=record.parameter("decay_rate"),
        ch4_of_gas=record.parameter("ch4_of_gas"),
        recovered_ch4_t=record.parameter("recovered_ch4_t"),
        oxidation=record.parameter("oxidation"),
    )
    if np.any(np.asarray(emission_t) < 0.0):
        raise _history_error(record, "回收的甲烷多于产生的", "more CH4 is recovered than generated")
    return Estimate(emission_t, confidence="L")


def _require_no_holes(record: ActivityRecord, disposed_t: Mapping[int, Amount]) -> None:
    """Refuse a history with a missing year: it would count as nothing disposed."""
    years = range(min(disposed_t, default=0), max(disposed_t, default=0))
    holes = [year for year in years if year not in disposed_t]
    if holes:
        raise _history_error(record, f"填埋历史缺年份：{holes}", f"the disposal history lacks the years {holes}")


def _history_error(record: ActivityRecord, message_zh: str, message_en: str) -> SchemaError:
    """Return the error of a landfill record."""
    return SchemaError(Problem("TY3104", f"{record.activity_id} ({record.source_category})", message_zh, message_en))


METHOD = Method(
    name="first_order_decay",
    zh="填埋一阶衰减",
    en="first-order decay of landfilled waste",
    species=("CH4",),
    needs=("decay_rate", "doc", "docf", "mcf", "ch4_of_gas", "recovered_ch4_t", "oxidation"),
    optional=("disposed_t",),
    estimate=_estimate,
    citation="IPCC 2006 Guidelines, vol. 5 ch. 3, equations 3.1 and 3.4 to 3.6",
)
