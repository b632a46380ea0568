"""What changes when one fuel takes the place of another at the same useful heat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inventory.activity_record import Amount
from inventory.errors import SchemaError, problem


@dataclass(frozen=True)
class FuelSwitch:
    """Amount of the new fuel in its unit, its energy [GJ], and by species what is emitted less [t]."""

    new_amount: Amount
    new_energy_gj: Amount
    reduction_t: Mapping[str, Amount]


def switch_at_equal_heat(
    old_amount: Amount,
    *,
    old_ncv_gj_per_unit: Amount,
    new_ncv_gj_per_unit: Amount,
    old_ef_kg_per_unit: Mapping[str, Amount],
    new_ef_kg_per_unit: Mapping[str, Amount],
    new_efficiency_per_old: Amount = 1.0,
) -> FuelSwitch:
    """Return the new fuel at equal heat and the reduction of each species: A_old × EF_old − A_new × EF_new.

    A_new = A_old × NCV_old / (NCV_new × η_new / η_old). All species move at once: pollutants and carbon.
    A negative reduction is an increase.

    Parameters
    ----------
    old_ef_kg_per_unit, new_ef_kg_per_unit : mapping of str to Amount
        Emission factors after control by species [kg per unit of each fuel]; a species that a fuel does not emit has 0.
    new_efficiency_per_old : Amount
        Efficiency of the new burner per efficiency of the old one [1].

    Raises
    ------
    SchemaError
        If a species is known of one fuel only: missing is not 0.

    """
    lonely = sorted(set(old_ef_kg_per_unit) ^ set(new_ef_kg_per_unit))
    if lonely:
        raise SchemaError(*(problem("TY3172", species) for species in lonely))
    energy_gj = old_amount * old_ncv_gj_per_unit / new_efficiency_per_old
    new_amount = energy_gj / new_ncv_gj_per_unit
    reduction_t = {
        species: (old_amount * old_ef_kg_per_unit[species] - new_amount * new_ef_kg_per_unit[species]) / 1000.0
        for species in sorted(old_ef_kg_per_unit)
    }
    return FuelSwitch(new_amount, energy_gj, reduction_t)
