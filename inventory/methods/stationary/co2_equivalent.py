"""CO2 equivalent of several species by one set of global warming potentials."""

from __future__ import annotations

from collections.abc import Mapping

from inventory.activity_record import Amount
from inventory.errors import FactorNotFoundError, problem
from inventory.methods.stationary.energy_factor import emission_of_energy
from inventory.methods.stationary.fuel_carbon import co2_of_fuel
from inventory.vocabulary.gwp import gwp


def co2e_of_species(
    emission_t: Mapping[str, Amount], *, gwp_set: str, own_gwp: Mapping[str, float] | None = None
) -> Amount:
    """Return CO2e [t] = Σ emission [t] × GWP of the set.

    Parameters
    ----------
    emission_t : mapping of str to Amount
        By species code [t]; biogenic CO2 is a memo item and refused.
    gwp_set : str
        SARGWP100, AR5GWP100 …, or AR2, AR5.
    own_gwp : mapping of str to float, optional
        Values that an edition states in place of the set's (HFC-245fa 1030 beside SAR).

    Raises
    ------
    FactorNotFoundError
        If a species has no GWP in the set: it is never counted as 0.

    References
    ----------
    IPCC SAR to AR6, tables of GWP100.

    """
    own = own_gwp or {}
    values = {species: own.get(species, gwp(species, gwp_set)) for species in emission_t}
    missing = [species for species, value in values.items() if value is None]
    if missing:
        raise FactorNotFoundError(*(problem("TY3186", f"{species} › {gwp_set}") for species in missing))
    total_t: Amount = 0.0
    for species, value in values.items():
        total_t = total_t + emission_t[species] * float(value or 0.0)
    return total_t


def co2e_of_fuel(
    energy_gj: Amount,
    *,
    cc_tc_per_tj: Amount,
    oxidation_fraction: Amount,
    ef_kg_per_tj: Mapping[str, Amount],
    gwp_set: str,
) -> Amount:
    """Return CO2e [t] of a fuel: CO2 by its carbon, other species by energy and `ef_kg_per_tj` (CH4, N2O).

    References
    ----------
    IPCC 2006 vol. 2 equations 2.1 and 2.2.

    """
    emission_t = {
        species: emission_of_energy(energy_gj / 1000.0, ef_kg_per_tj=factor) for species, factor in ef_kg_per_tj.items()
    }
    co2_t = co2_of_fuel(energy_gj, cc_tc_per_tj=cc_tc_per_tj, oxidation_fraction=oxidation_fraction)
    return co2e_of_species({"CO2": co2_t, **emission_t}, gwp_set=gwp_set)
