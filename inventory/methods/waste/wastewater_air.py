"""NH3 and NMVOC of wastewater, from the volume that the record of its CH4 and N2O carries."""

from __future__ import annotations

from dataclasses import replace

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext


def emission_of_water(water_m3: Amount, *, ef_g_per_m3: Amount) -> Amount:
    """Return NH3 or NMVOC [t] = water [m3] × EF [g/m3] × 1e-6.

    References
    ----------
    EMEP/EEA Guidebook 2019, 5.D (NMVOC 15 mg/m3); 大气氨源排放清单编制技术指南（试行）2014 (NH3 0.003 g/m3).

    """
    return water_m3 * ef_g_per_m3 * 1e-6


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate by the library's factor per volume; the record itself counts people or organic load."""
    water = replace(
        record, activity_value=record.parameter("wastewater_m3"), activity_unit="m3", fuel_or_product="wastewater"
    )
    return library_factor.estimate(water, species, context)


METHOD = Method(
    name="wastewater_volume",
    zh="污水量",
    en="volume of wastewater",
    species=("NH3", "NMVOC"),
    needs=("wastewater_m3",),
    categories=("WT.03",),
    estimate=_estimate,
    citation="EMEP/EEA Guidebook 2019, 5.D; 大气氨源排放清单编制技术指南（试行）2014",
    tier="1",
)
