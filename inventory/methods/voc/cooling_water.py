"""VOC that leaks into cooling water and is blown out in the cooling tower."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import Method, MethodContext

COOLING_WATER_KG_PER_M3 = 1.24e-3
"""VOC per cooling water circulated, T/CSES 144-2024 equation (20); the library holds the same as EF00912."""


def voc_of_cooling_water(water_m3: Amount, *, ef_kg_per_m3: Amount = COOLING_WATER_KG_PER_M3) -> Amount:
    """Return VOC [t] = water circulated [m3] × EF [kg/m3] × 10^-3.

    References
    ----------
    T/CSES 144-2024, equation (20).

    """
    return water_m3 * ef_kg_per_m3 / 1000.0


def voc_stripped_from_water(water_m3: Amount, *, inlet_mg_per_l: Amount, outlet_mg_per_l: Amount) -> Amount:
    """Return VOC [t] = water [m3] × (C_in − C_out) [mg/L = g/m3] × 10^-6: what the water lost on its way.

    References
    ----------
    Mass balance of volatile organic carbon over a cooling tower or a treatment plant.

    """
    return water_m3 * (inlet_mg_per_l - outlet_mg_per_l) * 1e-6


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC of a water [m3] whose VOC was measured before and behind the tower or the plant."""
    inlet, outlet = record.parameter("voc_inlet_mg_per_l"), record.parameter("voc_outlet_mg_per_l")
    if np.any(np.asarray(outlet) > np.asarray(inlet)):
        raise SchemaError(problem("TY3153", f"{record.activity_id} ({record.source_category})"))
    emission_t = voc_stripped_from_water(record.amount_in("m3"), inlet_mg_per_l=inlet, outlet_mg_per_l=outlet)
    return context.controlled(record, species, emission_t)


METHOD = Method(
    name="voc_stripped_from_water",
    zh="水中VOCs进出口差",
    en="VOC lost by water between inlet and outlet",
    species=("NMVOC",),
    needs=("voc_inlet_mg_per_l", "voc_outlet_mg_per_l"),
    categories=("IP.10.04", "IP.10.05", "WT.03.02"),
    estimate=_estimate,
    citation="mass balance of VOC in water",
    tier="3",
)
