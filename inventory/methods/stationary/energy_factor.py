"""Any species from the energy of the fuel and a factor per energy that the record brings along, before control."""

from __future__ import annotations

from dataclasses import replace

from inventory.activity_record import ActivityRecord, Amount, Estimate, weakest
from inventory.factors.selection import find_fuel_carbon
from inventory.methods.context import Method, MethodContext
from inventory.methods.stationary.fuel_carbon import energy_of_fuel

_FACTOR, _NCV = "ef_kg_per_tj", "ncv_gj_per_unit"


def emission_of_energy(energy_tj: Amount, *, ef_kg_per_tj: Amount) -> Amount:
    """Return emission [t] = energy [TJ] × EF [kg/TJ] / 1000.

    References
    ----------
    IPCC 2006 vol. 2 equation 2.1 and table 2.2 (CH4 and N2O of stationary combustion).

    """
    return energy_tj * ef_kg_per_tj / 1000.0


def emission_of_biomass(fuel_t: Amount, *, ef_g_per_kg: Amount) -> Amount:
    """Return CH4 or N2O of burned biomass [t] = fuel [t] × EF [g/kg] / 1000.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 生物质燃烧.

    """
    return fuel_t * ef_g_per_kg / 1000.0


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate emission [t] = fuel × NCV × EF × (1 − η); NCV of the record, else of the library.

    The factor is one before control. One behind a control belongs to a record that names none.
    """
    library = find_fuel_carbon(context.library, record.fuel_or_product)
    name = f"{_FACTOR}:{species}"
    generated_t = emission_of_energy(energy_of_fuel(record, library) / 1000.0, ef_kg_per_tj=record.parameter(name))
    uses_library = library is not None and _NCV not in record.parameters
    of_library = library.fallback_chain if library is not None and uses_library else ""
    of_fuel = library.confidence if library is not None and uses_library else ""
    after = context.controlled(record, species, generated_t)
    return replace(
        after,
        factor_id=library.property_id if library is not None and uses_library else "",
        fallback_chain="; ".join(filter(None, (of_library, after.fallback_chain))),
        confidence=weakest(of_fuel, record.confidence_of(name, _NCV)),
    )


METHOD = Method(
    name="energy_factor",
    zh="按热量的自带因子",
    en="supplied factor per energy of the fuel",
    species=(),
    needs=(_FACTOR,),
    optional=(_NCV,),
    estimate=_estimate,
    citation="IPCC 2006 vol. 2 equation 2.1; the citation of the factor stands with the parameter",
)
