"""One activity record as the methods see it: key, amount, fuel and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inventory.errors import Problem, SchemaError
from inventory.vocabulary.units import resolve_unit

_ANNUAL_STOCKS = {"head": ("head_a", 1.0), "person": ("person_a", 1.0), "m2": ("ha_a", 1e-4)}
"""A stock that stands all year, in the unit of annual factors; 1 ha = 10^4 m2."""

_OWN_BASE = ("kWh", "nm3_0")
"""Units whose factors are stated in the unit itself, not in its base unit."""


DENSITY = "density_kg_per_sm3"
"""Parameter that turns the mass of a gas into its volume at 20 °C."""


@dataclass(frozen=True)
class ActivityRecord:
    """A row of core_activity with its parameters.

    Attributes
    ----------
    activity_value : float
        In `activity_unit`.
    parameters : mapping of str to float
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
    activity_value: float
    activity_unit: str
    in_airshed: bool
    balance_group: str
    included_species: frozenset[str]
    included_in: str
    parameters: Mapping[str, float]
    parameter_confidence: Mapping[str, str]

    def parameter(self, name: str) -> float:
        """Return a parameter that the method cannot do without.

        Raises
        ------
        SchemaError
            If the record does not carry it.

        """
        if name not in self.parameters:
            place = f"{self.activity_id} ({self.source_category} {self.fuel_or_product})"
            raise SchemaError(
                Problem("TY3101", place, f"缺少方法参数 {name}", f"method parameter {name} is missing",
                        "在 activity_parameters.csv 补充", "add it to activity_parameters.csv")
            )  # fmt: skip
        return self.parameters[name]

    @property
    def mass_t(self) -> float:
        """Activity [t].

        Raises
        ------
        SchemaError
            If the activity is no mass: the formula would take another unit for tonnes.

        """
        unit = resolve_unit(self.activity_unit)
        if unit.base_unit.partition("_")[0] != "t":
            place = f"{self.activity_id} ({self.source_category} {self.fuel_or_product})"
            raise SchemaError(
                Problem("TY3103", place, f"公式要求吨，活动单位是 {self.activity_unit}",
                        f"the formula wants tonnes, the activity is in {self.activity_unit}")
            )  # fmt: skip
        return self.activity_value * float(unit.factor_to_base)

    @property
    def fuel_amounts(self) -> dict[str, float]:
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

    def fuel_in(self, base_unit: str) -> float:
        """Return the fuel burned in the base unit that its heating value is stated in [t or sm3_20].

        Raises
        ------
        SchemaError
            If the record gives its fuel in the other unit only and no density.

        """
        amounts = self.fuel_amounts
        if base_unit not in amounts:
            place = f"{self.activity_id} ({self.source_category} {self.fuel_or_product})"
            raise SchemaError(
                Problem(
                    "TY3102", place, f"热值按 {base_unit} 给出，活动量不是这个单位",
                    f"the heating value is stated per {base_unit}, the activity is not",
                    f"补充参数 {DENSITY}", f"add the parameter {DENSITY}",
                )
            )  # fmt: skip
        return amounts[base_unit]

    @property
    def amounts(self) -> dict[str, float]:
        """Activity by the base that a factor may be stated in, e.g. `kg per t`."""
        if self.activity_unit in _OWN_BASE:
            found = {f"kg per {self.activity_unit}": self.activity_value}
        else:
            unit = resolve_unit(self.activity_unit)
            amount = self.activity_value * float(unit.factor_to_base)
            base, scale = _ANNUAL_STOCKS.get(unit.base_unit, (unit.base_unit, 1.0))
            found = {f"kg per {unit.base_unit}": amount, f"kg per {base}": amount * scale}
        if "kg per t_dm" in found:
            found["kg per t"] = found["kg per t_dm"]
        if "specific_fuel_use_kg_per_unit" in self.parameters:
            found["kg per t"] = self.activity_value * self.parameters["specific_fuel_use_kg_per_unit"] / 1000.0
        return found


@dataclass(frozen=True)
class Estimate:
    """Emission of one species by one record, and how it was found.

    Attributes
    ----------
    emission_t : float
        [t/a]; negative for a removal.
    control_efficiency : float
        Removal applied to a generated factor [1].
    confidence : str
        Confidence of the weakest factor or parameter.

    """

    emission_t: float
    method: str
    factor_id: str = ""
    fallback_chain: str = ""
    tier: str = ""
    control_efficiency: float = 0.0
    confidence: str = ""
