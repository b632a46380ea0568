"""Activity as the methods see it: key, amount, fuel and parameters; one record, or many that share a key.

Amounts are numbers, or arrays of shape (n,) for n records of one key: every method works elementwise.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from inventory.errors import SchemaError, problem
from inventory.vocabulary.units import resolve_unit

Amount = float | npt.NDArray[np.float64]
"""A number, or an array of shape (n,) for n records."""

_CONFIDENCE_ORDER = "AHBCMDEL"
"""Confidence letters of both scales (A–E, H–L), the strongest first."""

_ANNUAL_STOCKS = {"head": ("head_a", 1.0), "person": ("person_a", 1.0), "m2": ("ha_a", 1e-4)}
"""A stock that stands all year, in the unit of annual factors; 1 ha = 10^4 m2."""

_EXHAUST = "nm3_0"
"""Unit of flue gas: its factors are stated in the unit itself; a fuel gas has factors per sm3_20."""

WORK_UNITS = ("kWh", "MWh", "wan_kWh", "yi_kWh")
"""Units of electricity and of the work of an engine: never the energy of a fuel."""

OWN_NCV = "ncv_gj_per_unit"
"""Parameter that gives the record's own heating value [GJ per unit of its activity]."""


DENSITY = "density_kg_per_sm3"
"""Parameter that turns the mass of a gas into its volume at 20 °C."""


class ReadParameters(Mapping[str, Amount]):
    """Parameters of a record that remember which of them were read: one that no method reads is a mistake."""

    def __init__(self, values: Mapping[str, Amount]) -> None:
        self._values = dict(values)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Amount:
        """Return a parameter and note that it was read."""
        self.read.add(name)
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        """Return whether the record carries a parameter; asking is not reading."""
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._values)

    def items(self) -> ItemsView[str, Amount]:
        """Return all parameters; those of a series (`name:suffix`) count as read."""
        self.read |= {name for name in self._values if ":" in name}
        return self._values.items()


@dataclass(frozen=True)
class ActivityRecord:
    """A row of core_activity with its parameters, or rows that share a key and the names of their parameters.

    Attributes
    ----------
    activity_value : Amount
        In `activity_unit`.
    parameters : mapping of str to Amount
        By name; unit and citation stand in core_activity_parameter.
    included_species : frozenset of str
        Species that another record counts.

    """

    activity_id: str
    source_category: str
    fuel_or_product: str
    technology: str
    control_path_id: str
    size_class: str
    region_code: str
    activity_value: Amount
    activity_unit: str
    in_airshed: bool
    balance_group: str
    included_species: frozenset[str]
    included_in: str
    parameters: Mapping[str, Amount]
    parameter_confidence: Mapping[str, str]

    def parameter(self, name: str) -> Amount:
        """Return a parameter that the method cannot do without.

        Raises
        ------
        SchemaError
            If the record does not carry it.

        """
        if name not in self.parameters:
            place = f"{self.activity_id} ({self.source_category} {self.fuel_or_product})"
            raise SchemaError(problem("TY3101", place, name=name))
        return self.parameters[name]

    def confidence_of(self, *names: str) -> str:
        """Return the weakest confidence of some parameters; those not carried do not count."""
        return weakest(*(self.parameter_confidence.get(name, "") for name in names))

    def parameter_or(self, name: str, default: float) -> Amount:
        """Return a parameter, or the default that the method's docstring cites."""
        return self.parameters.get(name, default)

    def amount_in(self, unit: str) -> Amount:
        """Return the activity in a unit that the formula wants.

        Raises
        ------
        SchemaError
            If the activity has another dimension: the formula would take it for that unit.

        """
        own, wanted = resolve_unit(self.activity_unit), resolve_unit(unit)
        if own.dimension != wanted.dimension:
            place = f"{self.activity_id} ({self.source_category} {self.fuel_or_product})"
            raise SchemaError(problem("TY3103", place, unit=unit, activity_unit=self.activity_unit))
        return self.activity_value * float(own.factor_to_base / wanted.factor_to_base)

    @property
    def mass_t(self) -> Amount:
        """Activity [t]; dry matter counts as its mass.

        Raises
        ------
        SchemaError
            If the activity is no mass.

        """
        return self.amount_in("t_dm" if resolve_unit(self.activity_unit).base_unit == "t_dm" else "t")

    @cached_property
    def fuel_amounts(self) -> dict[str, Amount]:
        """Fuel burned by base unit: t, sm3_20, or both where the record carries the density of its gas."""
        unit = resolve_unit(self.activity_unit)
        if "specific_fuel_use_kg_per_unit" in self.parameters:
            found = {"t": self.activity_value * self.parameters["specific_fuel_use_kg_per_unit"] / 1000.0}
        elif unit.base_unit in {"t", "sm3_20"}:
            found = {unit.base_unit: self.activity_value * float(unit.factor_to_base)}
        else:
            return {}
        if DENSITY in self.parameters:
            t_per_sm3 = self.parameters[DENSITY] / 1000.0
            mass_t = found["t"] if "t" in found else found["sm3_20"] * t_per_sm3
            return {"t": mass_t, "sm3_20": mass_t / t_per_sm3, **found}
        return found

    @property
    def is_fuel_energy(self) -> bool:
        """Whether the activity is the energy of a fuel; electricity and the work of an engine are not."""
        unit = resolve_unit(self.activity_unit)
        return unit.dimension == "energy" and unit.code not in WORK_UNITS

    @property
    def own_energy_gj(self) -> Amount | None:
        """Energy of the fuel by the record's own heating value [GJ]; None where it states none.

        Raises
        ------
        SchemaError
            If the activity is no mass or volume of fuel: the value would multiply an energy or a distance.

        """
        if OWN_NCV not in self.parameters:
            return None
        if resolve_unit(self.activity_unit).base_unit not in {"t", "t_dm", "sm3_20", "m3"}:
            place = f"{self.activity_id} ({self.source_category} {self.fuel_or_product}) › {OWN_NCV}"
            raise SchemaError(problem("TY3108", place, activity_unit=self.activity_unit))
        return self.activity_value * self.parameters[OWN_NCV]

    def fuel_in(self, base_unit: str) -> Amount:
        """Return the fuel burned in the base unit that its heating value is stated in [t or sm3_20].

        Raises
        ------
        SchemaError
            If the record gives its fuel in the other unit only and no density.

        """
        amounts = self.fuel_amounts
        if base_unit not in amounts:
            place = f"{self.activity_id} ({self.source_category} {self.fuel_or_product})"
            raise SchemaError(problem("TY3102", place, base_unit=base_unit, parameter=DENSITY))
        return amounts[base_unit]

    @cached_property
    def amounts(self) -> dict[str, Amount]:
        """Activity by the base that a factor may be stated in, e.g. `kg per t`."""
        unit = resolve_unit(self.activity_unit)
        amount = self.activity_value * float(unit.factor_to_base)
        base, scale = _ANNUAL_STOCKS.get(unit.base_unit, (unit.base_unit, 1.0))
        if unit.code in WORK_UNITS:
            found = {"kg per kWh": self.amount_in("kWh")}
        else:
            found = {f"kg per {unit.base_unit}": amount, f"kg per {base}": amount * scale}
        if unit.code == _EXHAUST:
            found[f"kg per {_EXHAUST}"] = self.activity_value
        if "kg per t_dm" in found:
            found["kg per t"] = found["kg per t_dm"]
        if "specific_fuel_use_kg_per_unit" in self.parameters:
            found["kg per t"] = self.activity_value * self.parameters["specific_fuel_use_kg_per_unit"] / 1000.0
        return found


@dataclass(frozen=True)
class Estimate:
    """Emission of one species, and how it was found; empty texts are filled by the estimation from the method.

    Attributes
    ----------
    emission_t : Amount
        [t/a]; negative for a removal.
    method : str
        Empty: the name of the method.
    factor_id : str
        Row of the library or fuel property.
    tier : str
        Empty: the tier of the method.
    control_efficiency : Amount
        Removal applied to what was generated [1].
    removed_t : mapping of str to Amount
        What each control of the train took [t]: the origin of the by-products of controls.
    confidence : str
        Of the weakest factor or parameter; empty: of the weakest parameter that the method needs.

    """

    emission_t: Amount
    method: str = ""
    factor_id: str = ""
    fallback_chain: str = ""
    tier: str = ""
    control_efficiency: Amount = 0.0
    confidence: str = ""
    removed_t: Mapping[str, Amount] = field(default_factory=dict)


def weakest(*confidences: str) -> str:
    """Return the weakest of the confidences A–E or H–L; empty ones do not count."""
    return max(filter(None, confidences), key=_CONFIDENCE_ORDER.find, default="")
