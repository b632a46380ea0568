"""VOC of decorative paint by the area that it covers and the use (inner wall, outer wall, floor, wood)."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext


def voc_of_paint_use(painted_m2: Amount, *, paint_kg_per_m2: Amount, voc_fraction: Amount) -> Amount:
    """Return VOC [t] = area painted [m2] × paint [kg/m2, all coats] × VOC [kg/kg] × 10^-3: all of it evaporates.

    References
    ----------
    T/CSES 144-2024, equation (24), with the paint found from the area.

    """
    return painted_m2 * paint_kg_per_m2 * voc_fraction / 1000.0


def voc_fraction_of(voc_g_per_l: Amount, *, density_kg_per_l: Amount) -> Amount:
    """Return VOC [kg/kg] = VOC [g/L] / density [kg/L] / 1000: limits of paints are stated per litre."""
    return voc_g_per_l / density_kg_per_l / 1000.0


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC of a use of paint by its area [m2], after a control train where the record names one."""
    generated_t = voc_of_paint_use(
        record.amount_in("m2"),
        paint_kg_per_m2=record.parameter("paint_kg_per_m2"),
        voc_fraction=record.parameter("voc_fraction"),
    )
    return context.controlled(record, species, generated_t)


METHOD = Method(
    name="paint_by_area",
    zh="建筑涂料按面积",
    en="decorative paint by area",
    species=("NMVOC",),
    needs=("paint_kg_per_m2", "voc_fraction"),
    categories=("SV.04.01",),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (24)",
)
