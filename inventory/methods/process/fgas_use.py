"""F-gases of products over their life: made, charged, in use, retired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.errors import SchemaError, problem
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.methods.process.gas_shares import SHARE, gas_shares
from inventory.vocabulary import load

_RESIDUAL, _RECOVERY = "residual_charge_fraction", "gas_recovery_fraction"
_LOSSES = ("annual_leak_fraction", "charge_loss_fraction", "production_loss_fraction", "prompt_release_fraction")
"""What a record may lose of its mass, by its stage of life: in use, when charged, when made, in the first year."""

_GASES = (
    "HFC23", "HFC32", "HFC41", "HFC125", "HFC134", "HFC134a", "HFC143a", "HFC152a", "HFC227ea", "HFC236fa", "HFC245fa",
    "HFC365mfc", "HFC4310mee", "CF4", "C2F6", "C3F8", "c-C4F8", "SF6",
)  # fmt: skip


def gas_lost(gas_t: Amount, *, loss_fraction: Amount) -> Amount:
    """Return emission of one stage [t] = gas [t] × fraction lost in the year.

    The gas is the bank (leak), what was charged (loss when charging), made (fugitive) or sold (first-year release).

    References
    ----------
    IPCC 2006 vol. 3 equations 7.12 (charging), 7.13 (in use), 8.2 (SF6 of equipment); 2011 guideline, HFC 生产 and SF6.

    """
    return gas_t * loss_fraction


def gas_of_retired(charge_t: Amount, *, residual_charge_fraction: Amount, recovery_fraction: Amount) -> Amount:
    """Return end-of-life emission [t] = first charge of what is retired [t] × what is left of it × (1 − recovered).

    References
    ----------
    IPCC 2006 vol. 3 equation 7.14.

    """
    return charge_t * residual_charge_fraction * (1.0 - recovery_fraction)


def gas_of_equipment(
    bank_t: Amount,
    *,
    annual_leak_fraction: Amount,
    charged_t: Amount = 0.0,
    charge_loss_fraction: Amount = 0.0,
    retired_charge_t: Amount = 0.0,
    residual_charge_fraction: Amount = 1.0,
    recovery_fraction: Amount = 0.0,
) -> Amount:
    """Return emission of a kind of equipment [t] = charged × loss + bank × leak + retired × residual × (1 − recovered).

    Refrigeration and air conditioning as well as SF6 of switchgear (made, in use, disposed of). Nothing charged or
    retired unless stated; retired equipment is full and nothing of it recovered unless stated.

    References
    ----------
    IPCC 2006 vol. 3 equations 7.10 to 7.14 (Tier 2a) and 8.2 to 8.4.

    """
    in_use_t = gas_lost(bank_t, loss_fraction=annual_leak_fraction)
    charging_t = gas_lost(charged_t, loss_fraction=charge_loss_fraction)
    return (
        in_use_t
        + charging_t
        + gas_of_retired(
            retired_charge_t, residual_charge_fraction=residual_charge_fraction, recovery_fraction=recovery_fraction
        )
    )


def gas_of_aerosols(sales_t: Amount, *, previous_sales_t: Amount = 0.0, first_year_fraction: Amount = 0.5) -> Amount:
    """Return emission of aerosols [t] = sales × first-year fraction + sales of the year before × the rest.

    References
    ----------
    IPCC 2006 vol. 3 equation 7.6; 0.5 is its default.

    """
    return sales_t * first_year_fraction + previous_sales_t * (1.0 - first_year_fraction)


def gas_of_closed_foam(
    agent_t: Amount, *, bank_t: Amount, first_year_fraction: Amount = 0.10, annual_leak_fraction: Amount = 0.045
) -> Amount:
    """Return emission of closed-cell foam [t] = blowing agent × first-year fraction + bank × annual loss.

    Open-cell foam loses all of its agent in the first year: `gas_lost` with 1.

    References
    ----------
    IPCC 2006 vol. 3 equation 7.7; 0.10 and 0.045 are its defaults.

    """
    return agent_t * first_year_fraction + bank_t * annual_leak_fraction


def bank_of_charges(
    charged_t: Mapping[int, Amount], year: int, *, lifetime_a: int, annual_leak_fraction: Amount = 0.0
) -> Amount:
    """Return the gas in equipment [t] at the start of a year, from what was charged in the years before it.

    bank = Σ charged of the last lifetime years × (1 − leak)^(years in use); 0 leak where losses are topped up.

    References
    ----------
    IPCC 2006 vol. 3 ch. 7.5.2 (development of banks).

    """
    total_t: Amount = 0.0
    for charged_year, amount in sorted(charged_t.items()):
        age = year - charged_year
        if 0 < age <= lifetime_a:
            total_t = total_t + amount * (1.0 - annual_leak_fraction) ** (age - 1)
    return total_t


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate one gas of a record by its stage of life; None where gases or stage are not known."""
    shares = gas_shares(record)
    if not shares:
        return None
    share = shares.get(species, 0.0)
    gas_t = record.mass_t * share
    confidence = record.confidence_of(f"{SHARE}:{species}")
    stage = _stage(record)
    if stage == _RESIDUAL:
        emission_t = gas_of_retired(
            gas_t,
            residual_charge_fraction=record.parameter(_RESIDUAL),
            recovery_fraction=record.parameter(_RECOVERY),
        )
        return Estimate(emission_t, confidence=weakest(confidence, record.confidence_of(_RESIDUAL, _RECOVERY)))
    if stage:
        emission_t = gas_lost(gas_t, loss_fraction=record.parameter(stage))
        return Estimate(emission_t, confidence=weakest(confidence, record.confidence_of(stage)))
    return _by_default(replace(record, activity_value=gas_t, activity_unit="t"), species, context, confidence)


def _stage(record: ActivityRecord) -> str:
    """Return the parameter that tells the stage of a record, '' where it states none; two stages are refused."""
    stated = [name for name in (*_LOSSES, _RESIDUAL) if name in record.parameters]
    if len(stated) > 1:
        raise SchemaError(
            problem("TY3196", f"{record.activity_id} ({record.source_category})", stated=", ".join(stated))
        )
    return stated[0] if stated else ""


def _by_default(record: ActivityRecord, species: str, context: MethodContext, share_confidence: str) -> Estimate | None:
    """Estimate by the library's factor, else by the default loss of the equipment; None where there is neither."""
    found = library_factor.estimate(record, species, context)
    if found is not None:
        return replace(found, method="", confidence=weakest(found.confidence, share_confidence))
    for applies_to in (record.technology, _default_technologies()[record.source_category], record.source_category):
        default = _defaults().get((applies_to, record.fuel_or_product))
        if default is not None:
            value, name, confidence = default
            emission_t = gas_lost(record.activity_value, loss_fraction=value)
            return Estimate(
                emission_t, fallback_chain=f"{name} {value:g} ({applies_to})", tier="1",
                confidence=weakest(confidence, share_confidence),
            )  # fmt: skip
    return None


@cache
def _defaults() -> dict[tuple[str, str], tuple[float, str, str]]:
    """Return value, parameter and confidence of the default losses by technology or category, and product."""
    text = files("inventory.methods.process").joinpath("fgas_use_defaults.csv").read_text(encoding="utf-8")
    rows = pd.read_csv(StringIO(text)).itertuples()
    return {(r.applies_to, r.fuel_or_product): (float(r.value), r.parameter, r.confidence) for r in rows}


@cache
def _default_technologies() -> dict[str, str]:
    """Return the default technology of each leaf."""
    leaves = load("categories")
    return dict(zip(leaves["code"], leaves["default_technology"], strict=True))


METHOD = Method(
    name="fgas_use",
    zh="含氟气体产品（充注、存量、退役）",
    en="F-gases of products: charged, in use, retired",
    species=_GASES,
    optional=(SHARE, *_LOSSES, _RESIDUAL, _RECOVERY),
    categories=("OT.03", "IP.13.08"),
    estimate=_estimate,
    citation="IPCC 2006 vol. 3 chs. 7.2 to 7.6 and 8.2; 省级温室气体清单编制指南（试行）2011, HFC 生产与 SF6",
)
