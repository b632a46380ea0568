"""By-product gas of a chemical plant that destroys part of it: N2O of acids, HFC-23 of HCFC-22."""

from __future__ import annotations

from dataclasses import replace

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext

_FACTOR, _REMOVAL, _OPERATION = "generated_ef_kg_per_t", "removal", "control_operation"
_ABATED_ALREADY = "nitric_high_pressure_nscr"
"""Its library factor (2.0 kg/t) is 13.9 kg/t after the reduction: a removal on top would count it twice."""


def gas_of_abated_product(
    product_t: Amount, *, ef_kg_per_t: Amount, removal_fraction: Amount = 0.0, utilisation_fraction: Amount = 1.0
) -> Amount:
    """Return the gas that leaves [t] = product [t] × generated [kg/t] / 1000 × (1 − removal × utilisation).

    Utilisation is the fraction of the production during which the destruction runs: all of it unless stated.

    References
    ----------
    IPCC 2006 vol. 3 equations 3.6 (nitric acid), 3.8 (adipic acid), 3.31 (HFC-23 of HCFC-22).

    """
    return product_t * ef_kg_per_t / 1000.0 * (1.0 - removal_fraction * utilisation_fraction)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate by the factor of the record, or of the library for its technology, and its measured removal."""
    if record.technology == _ABATED_ALREADY:
        raise SchemaError(
            problem("TY3191", f"{record.activity_id} › {record.technology}", parameter=_REMOVAL, species=species)
        )
    own = f"{_FACTOR}:{species}"
    if own in record.parameters:
        generated_t = gas_of_abated_product(record.mass_t, ef_kg_per_t=record.parameter(own))
        return context.controlled(
            record, species, generated_t, confidence=record.confidence_of(own, f"{_REMOVAL}:{species}")
        )
    bare = replace(record, control_path_id="none", parameters={})
    found = library_factor.estimate(bare, species, context)
    if found is None:
        return None
    after = context.controlled(record, species, found.emission_t)
    return replace(found, emission_t=after.emission_t, control_efficiency=after.control_efficiency, method="")


METHOD = Method(
    name="abated_product",
    zh="副产气体（销毁装置）",
    en="by-product gas with its destruction",
    species=("N2O", "HFC23"),
    needs=(_REMOVAL,),
    optional=(_FACTOR, _OPERATION),
    categories=("IP.13.02", "IP.13.03", "IP.13.07"),
    estimate=_estimate,
    citation="IPCC 2006 vol. 3 equations 3.6, 3.8 and 3.31",
)
