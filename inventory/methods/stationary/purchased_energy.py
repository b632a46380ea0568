"""Indirect CO2 of power and heat bought from outside, by where they come from: memo items, never in the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.errors import FactorNotFoundError, SchemaError, problem
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.vocabulary import load

_SHARE, _POWER_EF, _HEAT_EF = "import_share", "grid_ef_kg_per_kwh", "heat_ef_t_per_gj"
_HEAT = "OT.04.02"
_TOLERANCE = 1e-3
"""Shares are read as printed, to three decimals."""


def co2_of_power(power_kwh: Amount, *, ef_kg_per_kwh: Amount) -> Amount:
    """Return indirect CO2 [t] = net import [kWh] × EF [kg/kWh] / 1000; a net export is negative.

    The factor is that of the grid where the power is made: of the origin for an import, of the province for an export.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 电力调入调出间接排放 (the printed form gives kg).

    """
    return power_kwh * ef_kg_per_kwh / 1000.0


def co2_of_power_by_origin(power_kwh: Mapping[str, Amount], *, ef_kg_per_kwh: Mapping[str, Amount]) -> Amount:
    """Return indirect CO2 [t] = Σ power of an origin [kWh] × its EF [kg/kWh] / 1000.

    Raises
    ------
    FactorNotFoundError
        If an origin has no factor; it names all of them.

    """
    missing = [origin for origin in power_kwh if origin not in ef_kg_per_kwh]
    if missing:
        raise _without_factor(missing, _POWER_EF)
    parts = [co2_of_power(amount, ef_kg_per_kwh=ef_kg_per_kwh[origin]) for origin, amount in power_kwh.items()]
    return _sum(parts)


def co2_of_heat(heat_gj: Amount, *, ef_t_per_gj: Amount) -> Amount:
    """Return indirect CO2 [t] = heat bought [GJ] × EF [t/GJ].

    References
    ----------
    沪环气〔2022〕34号: 0.06 t/GJ for heat bought in Shanghai's carbon market.

    """
    return heat_gj * ef_t_per_gj


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate by origin, or by the record's own factor; None where the library is to be asked for one region."""
    name = _HEAT_EF if record.source_category == _HEAT else _POWER_EF
    shares = _shares(record)
    if not shares:
        return _of_origin(record, name) if name in record.parameters else None
    parts = [_of_share(record, name, origin, context) for origin in sorted(shares)]
    return Estimate(
        _sum([part.emission_t for part in parts]),
        factor_id=";".join(sorted({part.factor_id for part in parts} - {""})),
        fallback_chain="; ".join(part.fallback_chain for part in parts if part.fallback_chain),
        confidence=weakest(*(part.confidence for part in parts)),
    )


def _shares(record: ActivityRecord) -> dict[str, Amount]:
    """Return the origins with their shares; they must add up to the whole."""
    prefix = f"{_SHARE}:"
    shares = {name.removeprefix(prefix): v for name, v in record.parameters.items() if name.startswith(prefix)}
    if shares and np.any(np.abs(np.asarray(_sum(list(shares.values()))) - 1.0) > _TOLERANCE):
        raise SchemaError(problem("TY3181", f"{record.activity_id} ({record.source_category})", parameter=_SHARE))
    return shares


def _of_share(record: ActivityRecord, name: str, origin: str, context: MethodContext) -> Estimate:
    """Return the CO2 of one origin: by its own factor, else by the library's factor of that region."""
    share_name = f"{_SHARE}:{origin}"
    part = replace(record, activity_value=record.activity_value * record.parameter(share_name))
    if f"{name}:{origin}" in record.parameters:
        found: Estimate | None = _of_origin(part, f"{name}:{origin}")
    else:
        found = _of_library(part, origin, context)
    if found is None:
        raise _without_factor([origin], name, place=record.activity_id)
    return replace(found, confidence=weakest(found.confidence, record.confidence_of(share_name)))


def _of_origin(record: ActivityRecord, name: str) -> Estimate:
    """Return the CO2 by a factor of the record; an export carries sign −1."""
    if name.startswith(_HEAT_EF):
        emission_t = co2_of_heat(record.amount_in("GJ"), ef_t_per_gj=record.parameter(name))
    else:
        emission_t = co2_of_power(record.amount_in("kWh"), ef_kg_per_kwh=record.parameter(name))
    return Estimate(emission_t * record.parameter_or("sign", 1.0), confidence=record.confidence_of(name))


def _of_library(record: ActivityRecord, origin: str, context: MethodContext) -> Estimate | None:
    """Return the CO2 by the library's factor of a region; None where there is no such region or factor."""
    if origin not in set(load("regions")["code"]):
        return None
    there = replace(
        record, activity_value=record.amount_in("kWh"), activity_unit="kWh", region_code=origin, parameters={}
    )
    found = library_factor.estimate(there, "CO2", context)
    return None if found is None else replace(found, emission_t=found.emission_t * record.parameter_or("sign", 1.0))


def _sum(parts: list[Amount]) -> Amount:
    """Return the elementwise sum of parts in their order."""
    total: Amount = 0.0
    for part in parts:
        total = total + part
    return total


def _without_factor(origins: list[str], name: str, *, place: str = "power_kwh") -> FactorNotFoundError:
    """Return the error of origins without a factor."""
    return FactorNotFoundError(
        *(problem("TY3182", f"{place} › {origin}", name=name, origin=origin) for origin in origins)
    )


METHOD = Method(
    name="purchased_energy",
    zh="调入电力与外购热力",
    en="imported power and purchased heat by origin",
    species=("CO2",),
    optional=(_SHARE, _POWER_EF, _HEAT_EF, "sign"),
    categories=("OT.04",),
    estimate=_estimate,
    citation="省级温室气体清单编制指南（试行）2011, 电力调入调出间接排放",
)
