"""VOC of dry cleaning: the solvent that was topped up and did not stay in the still residue, or textile × factor."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.voc.solvent import voc_of_solvent


def voc_of_dry_cleaning(
    solvent_t: Amount, *, residue_fraction: Amount, removal: Amount = 0.0, operation: Amount = 1.0
) -> Amount:
    """Return VOC [t] = solvent topped up [t] × (1 − part in still residue) × (1 − η × s).

    References
    ----------
    T/CSES 144-2024, equation (23), with solvent that is all VOC.

    """
    return voc_of_solvent(
        solvent_t, voc_fraction=1.0, recovered_fraction=residue_fraction, removal=removal, operation=operation
    )


def voc_of_textile_cleaned(textile_t: Amount, *, ef_g_per_kg: Amount, removal: Amount = 0.0) -> Amount:
    """Return VOC [t] = textile [t] × EF [g/kg] × 10^-3 × (1 − η).

    References
    ----------
    EMEP/EEA Guidebook 2019, 2.D.3.f Dry cleaning (40 g/kg Tier 1, 177 g/kg open-circuit: SUP rows of the library).

    """
    return textile_t * ef_g_per_kg / 1000.0 * (1.0 - removal)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate VOC of the solvent topped up [t], after the record's control train."""
    generated_t = voc_of_dry_cleaning(record.mass_t, residue_fraction=record.parameter("still_residue_fraction"))
    return context.controlled(record, species, generated_t)


METHOD = Method(
    name="dry_cleaning",
    zh="干洗溶剂补充量",
    en="solvent topped up in dry cleaning",
    species=("NMVOC",),
    needs=("still_residue_fraction",),
    categories=("SV.05.01",),
    estimate=_estimate,
    citation="T/CSES 144-2024, equation (23)",
)
