"""Landfill CH4 and biogenic CO2 by first-order decay of what was disposed since the landfill opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import Method, MethodContext
from inventory.methods.waste.landfill_gas import (
    LandfillGas,
    ch4_of_landfill_gas,
    co2_of_landfill_gas,
    nmvoc_of_landfill,
)
from inventory.methods.waste.waste_composition import composition_of, doc_of_composition, waste_fractions

_YEARS = (1900, 2100)

HISTORY_PREFIX = "disposed_t:"
DELAY_MONTHS = 6.0
"""Default delay: waste lies half a year on average before 1 January, when its decay starts (M = 13)."""


@dataclass(frozen=True)
class WasteStream:
    """Waste of one fraction with its own carbon and decay.

    Attributes
    ----------
    disposed_t : mapping of int to Amount
        Waste by year [t], without holes.
    degradable_fraction : Amount
        DOC × DOCf × MCF [tC/t].
    decay_rate_per_a : Amount
        k [1/a] = ln 2 / half-life.

    """

    disposed_t: Mapping[int, Amount]
    degradable_fraction: Amount
    decay_rate_per_a: Amount


def decayed_ddocm(ddocm0: Amount, *, decay_rate_per_a: Amount, years: Amount) -> Amount:
    """Return what is left of decomposable carbon = DDOCm0 × e^(−k t), in the unit of DDOCm0.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 ch. 3, equation A3.1 (first-order decay).

    """
    return ddocm0 * np.exp(-np.asarray(decay_rate_per_a) * years)


def decomposed_carbon(stream: WasteStream, inventory_year: int, *, delay_months: Amount = DELAY_MONTHS) -> Amount:
    """Return carbon decomposed in a year [tC].

    r = e^(−k (13 − M)/12), M = delay + 7; DDOCma_T = DDOCma_(T−1) × e^−k + DDOCmd_T × r;
    decomposed_T = DDOCma_(T−1) × (1 − e^−k) + DDOCmd_T × (1 − r).
    Six months of delay: the decay starts on 1 January of the next year. None: in the middle of the year itself.

    Raises
    ------
    SchemaError
        If the delay is not between 0 and 6 months: the equations hold for no other.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 ch. 3, annex 3A.1, equations for a reaction start in the year of deposition.

    """
    _require_delay(delay_months)
    rate = np.asarray(stream.decay_rate_per_a)
    kept = np.exp(-rate)
    kept_of_new = np.exp(-rate * (DELAY_MONTHS - np.asarray(delay_months)) / 12.0)
    stored_tc: Amount = 0.0
    decomposed_tc: Amount = 0.0
    for year in range(min(stream.disposed_t, default=inventory_year), inventory_year + 1):
        new_tc = stream.disposed_t.get(year, 0.0) * stream.degradable_fraction
        decomposed_tc = stored_tc * (1.0 - kept) + new_tc * (1.0 - kept_of_new)
        stored_tc = stored_tc * kept + new_tc * kept_of_new
    return decomposed_tc


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
    """Return CH4 [t] of a year = (generated − recovered) × (1 − oxidation), for one kind of waste.

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
    stream = WasteStream(disposed_t, degradable_fraction, decay_rate_per_a)
    gas = LandfillGas(decomposed_carbon(stream, inventory_year), ch4_of_gas, recovered_ch4_t)
    return ch4_of_landfill_gas(gas, oxidation=oxidation)


def ch4_of_streams(
    streams: Sequence[WasteStream],
    inventory_year: int,
    *,
    ch4_of_gas: Amount,
    recovered_ch4_t: Amount = 0.0,
    oxidation: Amount = 0.0,
    delay_months: Amount = DELAY_MONTHS,
) -> Amount:
    """Return CH4 [t] of a year of several kinds of waste in one landfill, each with its own decay.

    (Σ generated − recovered) × (1 − oxidation); see `decomposed_carbon`.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 ch. 3, equation 3.1.

    """
    decomposed_tc = carbon_of_streams(streams, inventory_year, delay_months=delay_months)
    return ch4_of_landfill_gas(LandfillGas(decomposed_tc, ch4_of_gas, recovered_ch4_t), oxidation=oxidation)


def carbon_of_streams(
    streams: Sequence[WasteStream], inventory_year: int, *, delay_months: Amount = DELAY_MONTHS
) -> Amount:
    """Return carbon decomposed in a year [tC], all streams together."""
    total_tc: Amount = 0.0
    for stream in streams:
        total_tc = total_tc + decomposed_carbon(stream, inventory_year, delay_months=delay_months)
    return total_tc


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4, CO2_BIO or NMVOC from one run over the history that the record carries as `disposed_t:<year>`."""
    decomposed_tc = carbon_of_streams(
        _streams(record),
        context.inventory_year,
        delay_months=record.parameter_or("landfill_delay_months", DELAY_MONTHS),
    )
    gas = LandfillGas(decomposed_tc, record.parameter("ch4_of_gas"), record.parameter("recovered_ch4_t"))
    if np.any(np.asarray(gas.generated_ch4_t) < gas.recovered_ch4_t):
        raise SchemaError(problem("TY3605", landfill_place(record)))
    return Estimate(_emitted(record, species, gas), confidence="L")


def _emitted(record: ActivityRecord, species: str, gas: LandfillGas) -> Amount:
    """Return one species of the gas [t]."""
    if species == "NMVOC":
        return nmvoc_of_landfill(gas, nmvoc_g_per_m3=record.parameter("nmvoc_g_per_m3_landfill_gas"))
    formula = ch4_of_landfill_gas if species == "CH4" else co2_of_landfill_gas
    return formula(gas, oxidation=record.parameter("oxidation"))


def _streams(record: ActivityRecord) -> list[WasteStream]:
    """Return the waste of a record as streams: one per fraction of its composition, else one of its own DOC and k."""
    history = _history(record)
    of_carbon = record.parameter("docf") * record.parameter("mcf")
    shares = composition_of(record)
    if not shares:
        return [WasteStream(history, record.parameter("doc") * of_carbon, record.parameter("decay_rate"))]
    if "doc" in record.parameters:
        raise SchemaError(problem("TY3104", landfill_place(record)))
    doc_of_composition(shares)
    known = waste_fractions()
    return [
        WasteStream(
            {year: mass_t * shares[code] for year, mass_t in history.items()},
            record.parameter_or(f"doc:{code}", known[code].doc) * of_carbon,
            record.parameter_or(f"decay_rate:{code}", known[code].decay_rate_per_a),
        )
        for code in sorted(shares)
        if known[code].doc > 0.0
    ]


def _history(record: ActivityRecord) -> dict[int, Amount]:
    """Return what was disposed by year [t], or refuse a missing year: it would count as nothing disposed."""
    disposed_t = {
        int(name.removeprefix(HISTORY_PREFIX)): value
        for name, value in record.parameters.items()
        if name.startswith(HISTORY_PREFIX)
    }
    wrong = [year for year in disposed_t if not _YEARS[0] <= year <= _YEARS[1]]
    if wrong:
        raise SchemaError(problem("TY3127", landfill_place(record), years=wrong))
    if not disposed_t:
        raise SchemaError(problem("TY3128", landfill_place(record)))
    years = range(min(disposed_t), max(disposed_t))
    holes = [year for year in years if year not in disposed_t]
    if holes:
        raise SchemaError(problem("TY3129", landfill_place(record), years=holes))
    return disposed_t


def landfill_place(record: ActivityRecord) -> str:
    """Return a landfill record, for messages."""
    return f"{record.activity_id} ({record.source_category})"


def _require_delay(delay_months: Amount) -> None:
    """Refuse a delay for which the equations do not hold."""
    delay = np.asarray(delay_months)
    if np.any(delay < 0.0) or np.any(delay > DELAY_MONTHS):
        raise SchemaError(problem("TY3603", f"landfill_delay_months = {delay}"))


def _method(name: str, species: tuple[str, ...], *needs: str) -> Method:
    """Return the method for records with some parameters."""
    return Method(
        name=name,
        zh="填埋一阶衰减",
        en="first-order decay of landfilled waste",
        species=species,
        needs=("docf", "mcf", "ch4_of_gas", "recovered_ch4_t", "oxidation", *needs),
        optional=("disposed_t", "landfill_delay_months", "waste_share", "doc", "decay_rate"),
        estimate=_estimate,
        reads_year=True,
        citation="IPCC 2006 Guidelines, vol. 5 ch. 3, equations 3.1 and 3.4 to 3.6 and annex 3A.1",
    )


METHOD = _method("first_order_decay", ("CH4", "CO2_BIO"), "decay_rate", "doc")
"""Mixed waste with one DOC and one k."""

METHODS = (
    METHOD,
    _method("first_order_decay_of_fractions", ("CH4", "CO2_BIO"), "landfill_delay_months"),
    _method("first_order_decay_gas", ("NMVOC",), "nmvoc_g_per_m3_landfill_gas"),
)
