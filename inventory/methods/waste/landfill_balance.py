"""Landfill CH4 by mass balance: all CH4 of the waste of a year counts in that year."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import Method, MethodContext
from inventory.methods.waste.first_order_decay import HISTORY_PREFIX, landfill_place
from inventory.methods.waste.landfill_gas import LandfillGas, ch4_of_landfill_gas
from inventory.methods.waste.waste_composition import composition_of, doc_of_composition


def ch4_potential(doc: Amount, *, docf: Amount = 0.5, mcf: Amount, ch4_of_gas: Amount = 0.5) -> Amount:
    """Return L0 [t CH4/t waste] = MCF × DOC × DOCf × F × 16/12.

    DOCf 0.5 and F 0.5 are the defaults of the reference.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 固体废弃物处理; IPCC 2006 vol. 5 ch. 3.

    """
    return mcf * doc * docf * ch4_of_gas * 16.0 / 12.0


def ch4_of_landfill_balance(
    disposed_t: Amount,
    *,
    doc: Amount,
    docf: Amount = 0.5,
    mcf: Amount,
    ch4_of_gas: Amount = 0.5,
    recovered_ch4_t: Amount = 0.0,
    oxidation: Amount = 0.0,
) -> Amount:
    """Return CH4 [t] = (MSW_T × MSW_F × L0 − R) × (1 − OX); the waste landfilled [t] is MSW_T × MSW_F.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 固体废弃物处理.

    """
    gas = LandfillGas(disposed_t * mcf * doc * docf, ch4_of_gas, recovered_ch4_t)
    return ch4_of_landfill_gas(gas, oxidation=oxidation)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4 of the waste landfilled in the year; DOC from `doc` or from the composition."""
    shares = composition_of(record)
    if shares and "doc" in record.parameters:
        raise SchemaError(problem("TY3104", landfill_place(record)))
    if any(name.startswith(HISTORY_PREFIX) for name in record.parameters):
        raise SchemaError(problem("TY3130", landfill_place(record)))
    emission_t = ch4_of_landfill_balance(
        record.mass_t,
        doc=doc_of_composition(shares) if shares else record.parameter("doc"),
        docf=record.parameter("docf"),
        mcf=record.parameter("mcf"),
        ch4_of_gas=record.parameter("ch4_of_gas"),
        recovered_ch4_t=record.parameter("recovered_ch4_t"),
        oxidation=record.parameter("oxidation"),
    )
    if np.any(np.asarray(emission_t) < 0.0):
        raise SchemaError(problem("TY3605", landfill_place(record)))
    return Estimate(emission_t)


METHOD = Method(
    name="landfill_mass_balance",
    zh="填埋质量平衡",
    en="mass balance of landfilled waste",
    species=("CH4",),
    needs=("docf", "mcf", "ch4_of_gas", "recovered_ch4_t", "oxidation"),
    optional=("doc", "waste_share"),
    categories=("WT.01",),
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 固体废弃物处理",
    tier="1",
)
