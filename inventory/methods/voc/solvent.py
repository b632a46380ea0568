"""VOC of solvents, coatings, inks and adhesives by what they contain, or by a factor of each product."""

from __future__ import annotations

from collections.abc import Mapping

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import Method, MethodContext
from inventory.methods.voc.controlled_voc import voc_after_control


def voc_of_solvent(
    material_t: Amount,
    *,
    voc_fraction: Amount,
    recovered_fraction: Amount = 0.0,
    removal: Amount = 0.0,
    capture: Amount = 1.0,
    operation: Amount = 1.0,
) -> Amount:
    """Return VOC [t] = I [t] × W × (1 − recovered) × (1 − η × s × γ).

    Parameters
    ----------
    material_t : Amount
        Material used I [t].
    voc_fraction : Amount
        Mass fraction W of VOC in the material [1].
    recovered_fraction : Amount
        Part of the VOC that leaves in product, waste solvent or a recycling loop [1].

    References
    ----------
    T/CSES 144-2024, equation (23); the recovered part: solvent balance of GB 37822 and Directive 2010/75/EU annex VII.

    """
    generated_t = material_t * voc_fraction * (1.0 - recovered_fraction)
    return voc_after_control(generated_t, removal=removal, capture=capture, operation=operation)


def voc_of_coatings(
    coating_t: Mapping[str, Amount],
    *,
    ef_g_per_kg: Mapping[str, Amount],
    removal: Amount = 0.0,
    capture: Amount = 1.0,
    operation: Amount = 1.0,
) -> Amount:
    """Return VOC [t] = Σ A_i [t] × EF_i [g/kg] × 10^-3 × (1 − η × s × γ) over the coatings of a plant.

    Raises
    ------
    SchemaError
        If a coating has no factor.

    References
    ----------
    T/CSES 144-2024, equation (24) and table E.8.

    """
    unknown = sorted(set(coating_t) - set(ef_g_per_kg))
    if unknown:
        raise SchemaError(*(problem("TY3155", code) for code in unknown))
    generated_t: Amount = 0.0
    for code in sorted(coating_t):
        generated_t = generated_t + coating_t[code] * ef_g_per_kg[code] / 1000.0
    return voc_after_control(generated_t, removal=removal, capture=capture, operation=operation)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC of a material used [t], after hood and device of the record."""
    generated_t = voc_of_solvent(
        record.mass_t,
        voc_fraction=record.parameter("voc_fraction"),
        recovered_fraction=record.parameter_or("solvent_recovered_fraction", 0.0),
    )
    return context.controlled(record, species, generated_t)


METHOD = Method(
    name="solvent_balance",
    zh="溶剂物料衡算",
    en="solvent mass balance",
    species=("NMVOC",),
    needs=("voc_fraction",),
    optional=("solvent_recovered_fraction",),
    categories=("SV", "IP.12", "IP.15", "IP.16"),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (23)",
)
