"""Ships on the ledger: shaft work from speed or power and hours, or given in kWh, with load-dependent factors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.methods.mobile import ship_factors
from inventory.methods.mobile.engine_work import (
    FUEL_PER_UNIT,
    FUEL_PER_WORK,
    emission_of_work,
    estimate_of_work,
    record_of_work,
    running_hours,
)
from inventory.methods.mobile.ship_power import SEA_MARGIN, propulsion_load

_MCR, _SPEED, _MAX_SPEED = "mcr_kw", "speed_kn", "max_speed_kn"
_POWER, _LOAD, _SHORE = "rated_power_kw", "engine_load_fraction", "shore_power_fraction"
_SULPHUR = "sulphur_fraction"
_BY_SULPHUR = ("SO2", "PM10", "PM2.5")
_LOW_LOAD_AS = {
    "CO": "CO", "NOx": "NOx", "THC": "THC", "NMVOC": "THC", "PM10": "PM10", "PM2.5": "PM2.5",
    "BC": "PM2.5", "OC": "PM2.5",
}  # fmt: skip
_MAIN, _AUXILIARY, _ELECTRIC = "ship_main_", "ship_aux_", "_ed"


def _estimate_propulsion(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate a main engine by its speed: work = MCR × load(v) × hours."""
    load = propulsion_load(
        record.parameter(_SPEED),
        max_speed_kn=record.parameter(_MAX_SPEED),
        sea_margin=record.parameter_or("sea_margin", SEA_MARGIN),
    )
    return _of_work(record, record.parameter(_MCR) * load * running_hours(record), load, species, context=context)


def _estimate_power(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate an engine or boiler by its power: work = P × load × hours; shore power stops auxiliary engines."""
    load = record.parameter(_LOAD)
    work_kwh = record.parameter(_POWER) * load * running_hours(record)
    if record.technology.startswith(_AUXILIARY):
        work_kwh = work_kwh * (1.0 - np.asarray(record.parameter_or(_SHORE, 0.0)))
    return _of_work(record, work_kwh, load, species, context=context)


def _estimate_work(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate shaft work given in kWh with its load; None without a load."""
    if _LOAD not in record.parameters or record.activity_unit not in {"kWh", "MWh"}:
        return None
    work_kwh = record.amount_in("kWh")
    if FUEL_PER_WORK in record.parameters or FUEL_PER_UNIT not in record.parameters:
        return _of_work(record, work_kwh, record.parameter(_LOAD), species, context=context)
    per_work = record.parameter(FUEL_PER_UNIT) * record.activity_value / work_kwh * 1000.0
    own = replace(record, parameters={**record.parameters, FUEL_PER_WORK: per_work})
    return _of_work(own, work_kwh, record.parameter(_LOAD), species, context=context)


def _of_work(
    record: ActivityRecord, work_kwh: Amount, load: Amount, species: str, *, context: MethodContext
) -> Estimate | None:
    """Estimate a species of shaft work: by sulphur where it is known, else by the library; main engines by load."""
    engine = record.technology.partition("_tier_")[0]
    is_main = engine.startswith(_MAIN)
    fuel_use = _fuel_use_g_per_kwh(record, engine, load if is_main else None)
    known = {} if fuel_use is None else {FUEL_PER_WORK: fuel_use}
    work = record_of_work(replace(record, parameters={**record.parameters, **known}), work_kwh)
    found = _by_sulphur(work, species, fuel_use, context=context)
    if found is None and species in _LOW_LOAD_AS:
        # A factor per kWh of the engine is nearer than one per kg of any engine's fuel, and the low load is per kWh.
        found = library_factor.estimate(_without_fuel(work), species, context)
    if found is None:
        found = estimate_of_work(work, species, context)
    if found is None:
        return None
    steps = [found.fallback_chain]
    if is_main and not engine.endswith(_ELECTRIC) and species in _LOW_LOAD_AS:
        low_load = ship_factors.low_load_factor(load, species=_LOW_LOAD_AS[species])
        removed_t = {control: mass_t * low_load for control, mass_t in found.removed_t.items()}
        found = replace(found, emission_t=found.emission_t * low_load, removed_t=removed_t)
        steps.append(f"low load ×{float(np.min(low_load)):.4g}–{float(np.max(low_load)):.4g}")
    return replace(found, method="", tier="", fallback_chain="; ".join(filter(None, steps)))


def _without_fuel(work: ActivityRecord) -> ActivityRecord:
    """Return the work without the fuel that it takes."""
    kept = {name: value for name, value in work.parameters.items() if name != FUEL_PER_UNIT}
    return replace(work, parameters=kept)


def _fuel_use_g_per_kwh(record: ActivityRecord, engine: str, load: Amount | None) -> Amount | None:
    """Return the specific fuel use of the record, or of the engine's table; of main engines at their load."""
    own = record.parameters.get(FUEL_PER_WORK)
    base = ship_factors.default_fuel_use_g_per_kwh(engine, record.fuel_or_product) if own is None else own
    if base is None or load is None:
        return base
    return ship_factors.fuel_use_at_load(base, load=load)


def _by_sulphur(
    work: ActivityRecord, species: str, fuel_use: Amount | None, *, context: MethodContext
) -> Estimate | None:
    """Estimate SO2 and particles by the sulphur of the fuel; None where sulphur or fuel use is not known."""
    if species not in _BY_SULPHUR or fuel_use is None or _SULPHUR not in work.parameters:
        return None
    sulphur = work.parameter(_SULPHUR)
    base = ship_factors.default_pm10_base_g_per_kwh(work.fuel_or_product)
    if species != "SO2" and base is None:
        return None
    factors = ship_factors.sulphur_factors_of_ship(
        fuel_use, sulphur_fraction=sulphur, pm10_base_g_per_kwh=0.0 if base is None else base
    )
    generated_t = emission_of_work(work.activity_value, ef_g_per_kwh=factors[species])
    confidence = weakest(work.confidence_of(_SULPHUR), "M")
    found = context.controlled(work, species, generated_t, confidence=confidence)
    return replace(found, fallback_chain="sulphur of the fuel")


_SHARED = (FUEL_PER_WORK, _SULPHUR, "hours_per_unit")
_SHIPS = ("MB.08", "MB.09")

METHODS = (
    Method(
        name="ship_propulsion",
        zh="船舶主机功率法（航速）",
        en="main engine by speed",
        species=(),
        needs=(_MCR, _SPEED, _MAX_SPEED),
        optional=(*_SHARED, "sea_margin"),
        categories=_SHIPS,
        estimate=_estimate_propulsion,
        citation="US EPA ShipPowerModel and ShipEF 2020; IMO GHG Study 4",
        tier="3",
    ),
    Method(
        name="ship_engine_power",
        zh="船舶辅机与锅炉功率法",
        en="auxiliary engine or boiler by power",
        species=(),
        needs=(_POWER, _LOAD),
        optional=(*_SHARED, _SHORE),
        categories=_SHIPS,
        estimate=_estimate_power,
        citation="US EPA ShipPowerModel and ShipEF 2020; IMO GHG Study 3",
        tier="3",
    ),
    # Without needs: a record without a load is left to the library, and SO2 with a sulphur to the sulphur balance.
    Method(
        name="ship_engine_work",
        zh="船舶发动机做功量法",
        en="ship engine by its work and load",
        species=(),
        optional=(*_SHARED, _LOAD),
        categories=_SHIPS,
        estimate=_estimate_work,
        citation="US EPA ShipEF 2020",
    ),
)
