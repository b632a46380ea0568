"""NH3, N2O-N, NO-N and N2-N of manure by the flow of ammoniacal nitrogen, with the parameters of intensive farms."""

from __future__ import annotations

from functools import cache

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.errors import FactorNotFoundError, problem
from inventory.methods.agriculture.livestock import DAYS_ALIVE, DAYS_PER_YEAR, heads_of
from inventory.methods.agriculture.tables import load_table
from inventory.methods.agriculture.tan_flow import Excretion, TanFlow, TanLosses, flow_of_manure, tan_excreted
from inventory.methods.context import Method, MethodContext
from inventory.vocabulary import chain

_TAN = "tan_kg_per_head_a"
_LOSS = "tan_loss"
_SPREAD = "manure_spread_fraction"
_LIQUID = "manure_liquid_fraction"
_READ = (_LIQUID, _SPREAD, DAYS_ALIVE, _TAN, _LOSS)


@cache
def excretion_of(animal: str) -> Excretion | None:
    """Return what an animal excretes by tan_excretion.csv, or None where it is not listed.

    Parameters
    ----------
    animal : str
        Product code, e.g. pigs; falls back along the chain of the product, e.g. sows to pigs.

    """
    row = _rows("tan_excretion", animal)
    if not row:
        return None
    names = ("urine_kg", "faeces_kg", "urine_n", "faeces_n", "urine_tan", "faeces_tan")
    return Excretion(**{name: float(row[0][name]) for name in names})


@cache
def loss_fractions(animal: str) -> dict[str, float]:
    """Return the losses per TAN of an animal by `<form>_<loss>`, e.g. liquid_housing; empty where it is not listed."""
    return {f"{row['form']}_{row['loss']}": float(row["fraction"]) for row in _rows("tan_losses", animal)}


@cache
def _rows(table_name: str, animal: str) -> list[dict[str, str]]:
    """Return the rows of the nearest animal in the fallback chain."""
    table = load_table(table_name)
    for code in chain("products", animal):
        found = table[table["animal"] == code]
        if len(found):
            return [{str(key): str(value) for key, value in row.items()} for row in found.to_dict("records")]
    return []


def flow_of_record(record: ActivityRecord) -> TanFlow:
    """Return the flow of TAN of a livestock record [t N].

    Excretion and losses come from the tables; `tan_kg_per_head_a` and `tan_loss:<form>_<loss>` of the record win.

    Raises
    ------
    FactorNotFoundError
        If neither the tables nor the record give what the flow needs.

    """
    liquid_fraction = record.parameter(_LIQUID)
    return flow_of_manure(
        _tan_of(record),
        liquid_fraction=liquid_fraction,
        liquid=_losses(record, "liquid", needed=bool(np.any(np.asarray(liquid_fraction) > 0.0))),
        solid=_losses(record, "solid", needed=bool(np.any(np.asarray(liquid_fraction) < 1.0))),
        spread_fraction=record.parameter(_SPREAD),
    )


def _tan_of(record: ActivityRecord) -> Amount:
    """Return the TAN excreted [t N/a]."""
    heads = heads_of(record)
    if _TAN in record.parameters:
        return heads * record.parameter(_TAN) / 1000.0
    excretion = excretion_of(record.fuel_or_product)
    if excretion is None:
        raise _missing(record, _TAN)
    return tan_excreted(heads, excretion, days=DAYS_PER_YEAR)


def _losses(record: ActivityRecord, form: str, *, needed: bool) -> TanLosses:
    """Return the losses of one stream; a stream that no record uses loses nothing."""
    if not needed:
        return TanLosses(0.0, 0.0, 0.0)
    table = loss_fractions(record.fuel_or_product)
    found: dict[str, Amount] = {}
    for loss in ("housing", "storage", "spreading", "storage_n2o", "storage_no", "storage_n2", "immobilised"):
        key = f"{form}_{loss}"
        own = record.parameters.get(f"{_LOSS}:{key}", table.get(key))
        if own is None:
            raise _missing(record, f"{_LOSS}:{key}")
        found[loss] = own
    return TanLosses(**found)


def _missing(record: ActivityRecord, name: str) -> FactorNotFoundError:
    """Return the error of an animal without excretion or losses."""
    place = f"{record.activity_id} ({record.source_category} {record.fuel_or_product})"
    return FactorNotFoundError(problem("TY3113", place, name=name))


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate one species of the flow [t]; the nitrogen species are mass of N."""
    flow = flow_of_record(record)
    amounts = {
        "NH3": flow.nh3_t, "NH3_N": flow.nh3_n_t, "N2O_N": flow.n2o_n_t, "NO_N": flow.no_n_t, "N2_N": flow.n2_n_t,
    }  # fmt: skip
    tables = [
        row["confidence"] for name in ("tan_excretion", "tan_losses") for row in _rows(name, record.fuel_or_product)
    ]
    own = record.confidence_of(*(name for name in record.parameters if name.partition(":")[0] in _READ))
    return Estimate(amounts[species], confidence=weakest(own, *tables))


METHOD = Method(
    name="tan_flow",
    zh="畜禽粪便总铵态氮流",
    en="flow of ammoniacal nitrogen of manure",
    species=("NH3", "NH3_N", "N2O_N", "NO_N", "N2_N"),
    needs=(_LIQUID, _SPREAD),
    optional=(DAYS_ALIVE, _TAN, _LOSS),
    categories=("AG.01.1",),
    estimate=_estimate,
    citation="大气氨源排放清单编制技术指南（试行）2014, 畜禽养殖; EMEP/EEA Guidebook 2019, 3.B Tier 2",
)
