"""VOC of storage tanks by a working and a standing coefficient."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.voc.controlled_voc import voc_after_control


def voc_of_tanks(
    throughput_t: Amount,
    *,
    k1_kg_per_t: Amount,
    tank_count: Amount,
    k2_kg_per_tank: Amount,
    removal: Amount = 0.0,
    capture: Amount = 1.0,
    operation: Amount = 1.0,
) -> Amount:
    """Return VOC [t] = (k1 [kg/t] × Q [t] + n × k2 [kg per tank and year]) × 10^-3 × (1 − η × γ × s).

    Working loss rises with the throughput, standing loss with the tanks. The units of k1 and k2 are those of the
    coefficient manual that the equation goes back to (kg per tonne, kg per tank and year); 10^-3 follows by dimension.

    References
    ----------
    T/CSES 144-2024, equation (17).

    """
    generated_t = (k1_kg_per_t * throughput_t + tank_count * k2_kg_per_tank) / 1000.0
    return voc_after_control(generated_t, removal=removal, capture=capture, operation=operation)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC of the tanks that a throughput [t] passes; tanks stand whether anything passes or not."""
    generated_t = voc_of_tanks(
        record.mass_t,
        k1_kg_per_t=record.parameter("tank_k1_kg_per_t"),
        tank_count=record.parameter("tank_count"),
        k2_kg_per_tank=record.parameter("tank_k2_kg_per_tank"),
    )
    return context.controlled(record, species, generated_t)


METHOD = Method(
    name="tank_coefficients",
    zh="储罐工作与静置损失系数法",
    en="working and standing coefficients of tanks",
    species=("NMVOC",),
    needs=("tank_k1_kg_per_t", "tank_k2_kg_per_tank", "tank_count"),
    categories=("IP.10.03", "IP.11", "IP.12", "ST.02"),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (17)",
)
