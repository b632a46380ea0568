"""NMVOC that evaporates from petrol vehicles while they run and while they stand."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext

DAYS_PER_YEAR = 365.0
"""Days that equation (30) counts; a leap year is not told apart."""

_NEEDS = ("annual_km_per_vehicle", "mean_speed_km_per_h", "running_loss_g_per_h", "parking_loss_g_per_day")


def petrol_evaporation(
    vehicles: Amount,
    *,
    annual_km_per_vehicle: Amount,
    mean_speed_km_per_h: Amount,
    running_loss_g_per_h: Amount,
    parking_loss_g_per_day: Amount,
    days: Amount = DAYS_PER_YEAR,
) -> Amount:
    """Return evaporated NMVOC [t] = P × (EF1 × VKT / v + EF2 × days) × 1e-6.

    Parameters
    ----------
    vehicles : Amount
        Petrol vehicles P [1].
    running_loss_g_per_h : Amount
        EF1 [g/h]; the guideline's 11.6 stands in the pack (EF01672).
    parking_loss_g_per_day : Amount
        EF2 [g/d]; the pack's 6.5 (EF01673) is of low confidence.

    References
    ----------
    T/CSES 144-2024, equation (30); MEP Announcement 2014 No. 92.

    """
    hours = annual_km_per_vehicle / mean_speed_km_per_h
    return vehicles * (running_loss_g_per_h * hours + parking_loss_g_per_day * days) * 1e-6


def _estimate(record: ActivityRecord, _species: str, _context: MethodContext) -> Estimate:
    """Estimate NMVOC of a stock of vehicles."""
    annual_km, speed, running, parking = (record.parameter(name) for name in _NEEDS)
    emission_t = petrol_evaporation(
        record.amount_in("piece"),
        annual_km_per_vehicle=annual_km,
        mean_speed_km_per_h=speed,
        running_loss_g_per_h=running,
        parking_loss_g_per_day=parking,
    )
    return Estimate(emission_t)


METHOD = Method(
    name="petrol_evaporation",
    zh="汽油车蒸发排放",
    en="petrol evaporation, running and parking",
    species=("NMVOC",),
    needs=_NEEDS,
    categories=("MB.01.06",),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (30)",
)
