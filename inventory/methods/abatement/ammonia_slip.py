"""NH3 that passes a NOx control unused."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext


def nh3_of_slip(fuel_t: Amount, *, slip_g_per_kg: Amount) -> Amount:
    """Return NH3 [t] = fuel [t] × slip [g/kg] × 10^-3.

    References
    ----------
    T/CSES 144-2024, table E.1, flue gas denitrification (the library holds 0.16 g/kg for SCR; far above the slip of an
    ultra-low unit).

    """
    return fuel_t * slip_g_per_kg / 1000.0


def slip_g_per_kg(concentration_mg_per_m3: Amount, *, flue_gas_m3_per_kg: Amount) -> Amount:
    """Return slip [g per kg of fuel] = C [mg/m3] × flue gas [m3 per kg of fuel] × 10^-3, at one state of the gas."""
    return concentration_mg_per_m3 * flue_gas_m3_per_kg / 1000.0


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate NH3 slip of the fuel that the record burns, from its own concentration."""
    slip = slip_g_per_kg(
        record.parameter("nh3_slip_mg_per_m3"), flue_gas_m3_per_kg=record.parameter("flue_gas_nm3_per_kg")
    )
    return Estimate(nh3_of_slip(record.mass_t, slip_g_per_kg=slip))


METHOD = Method(
    name="ammonia_slip",
    zh="氨逃逸",
    en="ammonia slip",
    species=("NH3",),
    needs=("nh3_slip_mg_per_m3", "flue_gas_nm3_per_kg"),
    categories=("FC",),
    estimate=_estimate,
    citation="T/CSES 144-2024, table E.1; concentration × flue gas",
    tier="3",
)
