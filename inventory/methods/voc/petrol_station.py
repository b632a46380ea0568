"""VOC of petrol stations: filling of their tanks, breathing, refuelling of cars and spillage."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.unapplied_control import unapplied_control
from inventory.methods.voc.tables import numbers
from inventory.vocabulary.units import resolve_unit


def voc_of_petrol_station(
    sold_m3: Amount,
    *,
    vapour_pressure_kpa: Amount,
    filling_recovery: Amount = 0.0,
    refuelling_recovery: Amount = 0.0,
    breathing_recovery: Amount = 0.0,
) -> Amount:
    """Return VOC [t] = V [m3] × TVP [kPa] × Σ EF_i [g/(m3 kPa)] × (1 − recovery_i) × 10^-6.

    Filling of the station's tank (stage I recovery), refuelling of cars (stage II), breathing of the tank (stage III),
    and drips and spillage that nothing recovers.

    References
    ----------
    EMEP/EEA Guidebook 2019, 1.B.2.a.v Distribution of oil products, Tier 2 service stations (values from memory).

    """
    ef = numbers("petrol_station", "ef_g_per_m3_kpa")
    g_per_m3_kpa = (
        ef["filling"] * (1.0 - filling_recovery)
        + ef["refuelling"] * (1.0 - refuelling_recovery)
        + ef["breathing"] * (1.0 - breathing_recovery)
        + ef["spillage"]
    )
    return sold_m3 * vapour_pressure_kpa * g_per_m3_kpa * 1e-6


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC of the petrol sold [m3, or t with its density]; the recoveries stand for the control train."""
    emission_t = voc_of_petrol_station(
        _sold_m3(record),
        vapour_pressure_kpa=record.parameter("vapour_pressure_kpa"),
        filling_recovery=record.parameter("filling_recovery"),
        refuelling_recovery=record.parameter("refuelling_recovery"),
        breathing_recovery=record.parameter_or("breathing_recovery", 0.0),
    )
    told = unapplied_control(record, species, context, because="the recoveries of the record stand for it")
    return Estimate(emission_t, fallback_chain=told)


def _sold_m3(record: ActivityRecord) -> Amount:
    """Return the petrol sold [m3]."""
    if resolve_unit(record.activity_unit).dimension == "mass":
        return record.mass_t / record.parameter("liquid_density_t_per_m3")
    return record.amount_in("m3")


METHOD = Method(
    name="petrol_station",
    zh="加油站分环节",
    en="petrol station by operation",
    species=("NMVOC",),
    needs=("vapour_pressure_kpa", "filling_recovery", "refuelling_recovery"),
    optional=("breathing_recovery", "liquid_density_t_per_m3"),
    categories=("ST.01.01",),
    estimate=_estimate,
    citation="EMEP/EEA Guidebook 2019, 1.B.2.a.v, Tier 2",
)
