"""VOC of an activity by its generation factor, after hood, device and hours of operation."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext


def voc_after_control(
    generated_t: Amount, *, removal: Amount, capture: Amount = 1.0, operation: Amount = 1.0
) -> Amount:
    """Return VOC [t] = generated [t] × (1 − η × γ × s).

    Parameters
    ----------
    removal : Amount
        Removal η of the device [1].
    capture : Amount
        Part γ of the VOC that the hood takes to the device [1].
    operation : Amount
        Part s of the working time in which the device runs [1].

    References
    ----------
    T/CSES 144-2024, equations (12) and (13).

    """
    return generated_t * (1.0 - removal * capture * operation)


def voc_of_activity(
    activity: Amount,
    *,
    ef_kg_per_unit: Amount,
    removal: Amount = 0.0,
    capture: Amount = 1.0,
    operation: Amount = 1.0,
) -> Amount:
    """Return VOC [t] = A × EF [kg per unit of A] × 10^-3 × (1 − η × γ × s).

    With capture = 1 this is the composite form (12), with the capture of the hood the organised stack (13). A factor
    in g/kg is one in kg/t.

    References
    ----------
    T/CSES 144-2024, equations (12) and (13).

    """
    return voc_after_control(activity * ef_kg_per_unit / 1000.0, removal=removal, capture=capture, operation=operation)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC [t] = A × generation factor of the record / 1000, after its control train."""
    generated_t = voc_of_activity(record.activity_value, ef_kg_per_unit=record.parameter("voc_generated_kg_per_unit"))
    return context.controlled(record, species, generated_t)


METHOD = Method(
    name="voc_stack",
    zh="VOCs有组织产生系数法",
    en="VOC generation factor of a stack",
    species=("NMVOC",),
    needs=("voc_generated_kg_per_unit",),
    categories=("IP", "SV", "ST"),
    estimate=_estimate,
    citation="T/CSES 144-2024, equations (12) and (13)",
)
