"""Process gases of chips, displays and solar cells: the 2011 usage rates, and Tier 2a with by-product CF4."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.errors import FactorNotFoundError, MissingInputError, problem
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.methods.process.gas_shares import SHARE, gas_shares

_RATE, _HEEL, _ABATED = "gas_emission_rate", "gas_heel_fraction", "abated_gas_share"
_EMITTED, _BYPRODUCT, _EFFICIENCY = "gas_emitted_fraction", "byproduct_cf4", "abatement_efficiency"
_PRODUCT = "process_gas"
_GASES = ("HFC23", "HFC32", "HFC41", "CF4", "C2F6", "C3F8", "c-C4F8", "SF6", "NF3", "N2O")
_HEEL_DEFAULT = 0.10


@dataclass(frozen=True)
class ProcessGas:
    """What becomes of one gas in a process, all fractions [1].

    Attributes
    ----------
    emitted_fraction : Amount
        1 − U, what is neither used up nor turned into other gases.
    byproduct_cf4 : Amount
        CF4 made per gas used [kg/kg].
    abatement_efficiency : Amount
        Destruction in the tools that have it.
    byproduct_abatement_efficiency : Amount
        The same for CF4.

    """

    emitted_fraction: Amount
    byproduct_cf4: Amount = 0.0
    abatement_efficiency: Amount = 0.0
    byproduct_abatement_efficiency: Amount = 0.0
    confidence: str = ""


def emission_by_usage_rate(gas_t: Amount, *, emission_rate: Amount) -> Amount:
    """Return emission [t] = gas used [t] × emission rate [1], one gas at a time.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 半导体生产过程 (CF4 0.4356, CHF3 0.2095, C2F6 0.0376, SF6 0.1951).

    """
    return gas_t * emission_rate


def emission_of_process_gas(
    gas_t: Amount,
    *,
    emitted_fraction: Amount,
    heel_fraction: Amount = _HEEL_DEFAULT,
    abated_share: Amount = 0.0,
    abatement_efficiency: Amount = 0.0,
) -> Amount:
    """Return what leaves of a gas [t] = gas bought [t] × (1 − h) × (1 − U) × (1 − a × d).

    h 0.10 stays in the cylinder, the default of IPCC 2006; no abatement unless stated.

    References
    ----------
    IPCC 2006 vol. 3 equation 6.2 (Tier 2a) and tables 6.3 to 6.6.

    """
    return gas_t * (1.0 - heel_fraction) * emitted_fraction * (1.0 - abated_share * abatement_efficiency)


def byproduct_cf4(
    gas_t: Amount,
    *,
    byproduct_fraction: Amount,
    heel_fraction: Amount = _HEEL_DEFAULT,
    abated_share: Amount = 0.0,
    abatement_efficiency: Amount = 0.0,
) -> Amount:
    """Return CF4 made of another gas [t] = gas bought [t] × (1 − h) × B × (1 − a × d of CF4).

    References
    ----------
    IPCC 2006 vol. 3 equation 6.3 (Tier 2a).

    """
    return gas_t * (1.0 - heel_fraction) * byproduct_fraction * (1.0 - abated_share * abatement_efficiency)


def default_process_gas(source_category: str, species: str, size_class: str = "any") -> ProcessGas | None:
    """Return the default fractions of a gas in chips, displays or solar cells; None where there are none.

    References
    ----------
    IPCC 2006 vol. 3 tables 6.3 to 6.6; process/electronics_gases.csv.

    """
    table = _table()
    row = table.get((source_category, species, size_class)) or table.get((source_category, species, "any"))
    cf4 = table.get((source_category, "CF4", "any"))
    return None if row is None or cf4 is None else replace(row, byproduct_abatement_efficiency=cf4.abatement_efficiency)


def _estimate_tier2a(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate one gas of a record; CF4 with what all its gases make of it."""
    shares = _require_shares(record)
    total_t: Amount = 0.0
    confidences = [record.confidence_of(_HEEL, f"{SHARE}:{species}")]
    for gas, share in shares.items():
        fate = _fate(record, gas)
        if fate is None:
            continue
        how = {"heel_fraction": record.parameter(_HEEL), "abated_share": _of_gas(record, _ABATED, gas, 0.0)}
        gas_t = record.mass_t * share
        if gas == species:
            total_t = total_t + emission_of_process_gas(
                gas_t, emitted_fraction=fate.emitted_fraction, abatement_efficiency=fate.abatement_efficiency, **how
            )
            confidences.append(fate.confidence)
        if species == "CF4":
            total_t = total_t + byproduct_cf4(
                gas_t, byproduct_fraction=fate.byproduct_cf4,
                abatement_efficiency=fate.byproduct_abatement_efficiency, **how,
            )  # fmt: skip
            confidences.append(fate.confidence)
    return Estimate(total_t, confidence=weakest(*confidences))


def _estimate_usage(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate one gas by the rate of the record, else of the library; None where the record is no process gas.

    The library's rates of the 2011 guideline stand under the control `as_surveyed`.
    """
    if record.fuel_or_product != _PRODUCT:
        return None
    shares = _require_shares(record)
    part = replace(record, activity_value=record.mass_t * shares.get(species, 0.0), activity_unit="t")
    share_confidence = record.confidence_of(f"{SHARE}:{species}")
    if species not in shares:
        return Estimate(part.activity_value, confidence=share_confidence)
    name = f"{_RATE}:{species}"
    if name in record.parameters:
        emission_t = emission_by_usage_rate(part.activity_value, emission_rate=record.parameter(name))
        return Estimate(emission_t, confidence=weakest(share_confidence, record.confidence_of(name)))
    found = library_factor.estimate(part, species, context)
    return None if found is None else replace(found, method="", confidence=weakest(found.confidence, share_confidence))


def _fate(record: ActivityRecord, gas: str) -> ProcessGas | None:
    """Return what becomes of a gas, the record's own fractions first; None for a gas without greenhouse effect."""
    default = default_process_gas(record.source_category, gas, record.size_class)
    own = f"{_EMITTED}:{gas}"
    if default is None and own not in record.parameters:
        if gas not in _GASES:
            return None
        raise FactorNotFoundError(
            problem("TY3194", f"{record.activity_id} ({record.source_category}) › {gas}", parameter=own)
        )
    known = default or ProcessGas(1.0)
    return ProcessGas(
        emitted_fraction=record.parameters.get(own, known.emitted_fraction),
        byproduct_cf4=record.parameters.get(f"{_BYPRODUCT}:{gas}", known.byproduct_cf4),
        abatement_efficiency=_of_gas(record, _EFFICIENCY, gas, known.abatement_efficiency),
        byproduct_abatement_efficiency=_of_gas(record, _EFFICIENCY, "CF4", known.byproduct_abatement_efficiency),
        confidence=record.confidence_of(own) or known.confidence,
    )


def _of_gas(record: ActivityRecord, name: str, gas: str, default: Amount) -> Amount:
    """Return a parameter of one gas, of all gases, or the default."""
    return record.parameters.get(f"{name}:{gas}", record.parameters.get(name, default))


def _require_shares(record: ActivityRecord) -> dict[str, Amount]:
    """Return the gases of a record; a mass of unknown gases would count as each of them."""
    shares = gas_shares(record)
    if not shares:
        raise MissingInputError(problem("TY3195", f"{record.activity_id} ({record.source_category})", parameter=SHARE))
    return shares


@cache
def _table() -> dict[tuple[str, str, str], ProcessGas]:
    """Return the default fractions by category, gas and size class."""
    text = files("inventory.methods.process").joinpath("electronics_gases.csv").read_text(encoding="utf-8")
    return {
        (row.source_category, row.species, row.size_class): ProcessGas(
            float(row.emitted_fraction), float(row.byproduct_cf4), float(row.abatement_efficiency),
            confidence=row.confidence,
        )
        for row in pd.read_csv(StringIO(text)).itertuples()
    }  # fmt: skip


METHODS = (
    Method(
        name="process_gas_tier2a",
        zh="电子工业工艺气体（Tier 2a）",
        en="process gases of electronics, Tier 2a",
        species=_GASES,
        needs=(_HEEL,),
        optional=(SHARE, _ABATED, _EMITTED, _BYPRODUCT, _EFFICIENCY),
        categories=("IP.16.01", "IP.16.02", "IP.16.03"),
        estimate=_estimate_tier2a,
        citation="IPCC 2006 vol. 3 equations 6.2 and 6.3",
    ),
    Method(
        name="process_gas_usage_rate",
        zh="电子工业工艺气体（使用排放率）",
        en="process gases of electronics by usage rate",
        species=_GASES,
        optional=(SHARE, _RATE),
        categories=("IP.16.01", "IP.16.02", "IP.16.03"),
        estimate=_estimate_usage,
        citation="省级温室气体清单编制指南（试行）2011, 半导体生产过程",
        tier="1",
    ),
)
