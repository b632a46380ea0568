"""Machines, railways and generators by the work of their engines, or by their fuel."""

from __future__ import annotations

from dataclasses import replace

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.methods.stationary import fuel_carbon, fuel_sulphur
from inventory.vocabulary.units import resolve_unit

_POWER, _LOAD, _HOURS = "rated_power_kw", "engine_load_fraction", "hours_per_unit"
FUEL_PER_UNIT, FUEL_PER_WORK = "specific_fuel_use_kg_per_unit", "specific_fuel_use_g_per_kwh"


def shaft_work_kwh(engines: Amount, *, rated_power_kw: Amount, load_fraction: Amount, hours: Amount) -> Amount:
    """Return shaft work [kWh] = n × P [kW] × LF × h.

    References
    ----------
    T/CSES 144-2024, non-road machines; MEP Announcement 2014 No. 92, non-road guideline.

    """
    return engines * rated_power_kw * load_fraction * hours


def emission_of_work(work_kwh: Amount, *, ef_g_per_kwh: Amount) -> Amount:
    """Return emission [t] = work [kWh] × EF [g/kWh] × 1e-6.

    References
    ----------
    T/CSES 144-2024, non-road machines.

    """
    return work_kwh * ef_g_per_kwh * 1e-6


def emission_of_machines(
    machines: Amount, *, rated_power_kw: Amount, load_fraction: Amount, hours: Amount, ef_g_per_kwh: Amount
) -> Amount:
    """Return emission of a stock of machines [t] = n × P × LF × h × EF × 1e-6.

    References
    ----------
    T/CSES 144-2024, non-road machines; MEP Announcement 2014 No. 92, non-road guideline.

    """
    work_kwh = shaft_work_kwh(machines, rated_power_kw=rated_power_kw, load_fraction=load_fraction, hours=hours)
    return emission_of_work(work_kwh, ef_g_per_kwh=ef_g_per_kwh)


def emission_of_machine_fuel(fuel_t: Amount, *, ef_g_per_kg: Amount) -> Amount:
    """Return emission [t] = fuel [t] × EF [g/kg] / 1000; machines and railways.

    References
    ----------
    EMEP/EEA Guidebook 2019, 1.A.4 and 1.A.3.c, Tier 1.

    """
    return fuel_t * ef_g_per_kg / 1000.0


def emission_of_rail_traffic(
    gross_tonne_km: Amount, *, fuel_kg_per_1e4_tonne_km: Amount, ef_g_per_kg: Amount
) -> Amount:
    """Return emission of diesel traction [t] = work [gross t·km] / 10^4 × fuel [kg per 10^4 t·km] × EF [g/kg] × 1e-6.

    References
    ----------
    MEP Announcement 2014 No. 92, non-road guideline, railway locomotives (fuel by traction work; from memory).

    """
    return gross_tonne_km / 1e4 * fuel_kg_per_1e4_tonne_km * ef_g_per_kg * 1e-6


def running_hours(record: ActivityRecord) -> Amount:
    """Return the hours of the record's engines [h]: the activity itself, or its count × hours of each."""
    if resolve_unit(record.activity_unit).dimension == "time":
        return record.amount_in("h")
    return record.amount_in("piece") * record.parameter(_HOURS)


def record_of_work(record: ActivityRecord, work_kwh: Amount) -> ActivityRecord:
    """Return the record in kWh of shaft work, its fuel stated per kWh where it is known."""
    parameters = {name: value for name, value in record.parameters.items() if name != FUEL_PER_UNIT}
    if FUEL_PER_WORK in parameters:
        parameters[FUEL_PER_UNIT] = parameters[FUEL_PER_WORK] / 1000.0
    return replace(record, activity_value=work_kwh, activity_unit="kWh", parameters=parameters)


def estimate_of_work(work: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate a species of shaft work: SO2 and CO2 by the fuel where it is known, else by the library."""
    for method in (fuel_sulphur.METHOD, fuel_carbon.METHOD):
        if method.applies(work, species):
            found = method.estimate(work, species, context)
            if found is not None:
                return found
    return library_factor.estimate(work, species, context)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate [t] = shaft work × factor of the library for stage and power class."""
    work_kwh = shaft_work_kwh(
        1.0,
        rated_power_kw=record.parameter(_POWER),
        load_fraction=record.parameter(_LOAD),
        hours=running_hours(record),
    )
    found = estimate_of_work(record_of_work(record, work_kwh), species, context)
    return None if found is None else replace(found, method="", tier="")


METHOD = Method(
    name="engine_work",
    zh="功率法",
    en="work of the engines",
    species=(),
    needs=(_POWER, _LOAD),
    optional=(_HOURS, FUEL_PER_WORK, "sulphur_fraction", "sulphur_retention"),
    categories=("MB.05", "MB.06.01", "MB.07", "MB.11", "MB.12"),
    estimate=_estimate,
    citation="T/CSES 144-2024, non-road machines: E = n × P × LF × h × EF",
)
