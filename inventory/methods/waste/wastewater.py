"""CH4 of domestic and industrial wastewater from the organic load."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import Method, MethodContext
from inventory.vocabulary.units import resolve_unit

DAYS_PER_YEAR = 365.0
"""As equation 6.3 prints it, also for leap years."""


def ch4_of_organic_load(load_kg: Amount, *, bo_kg_ch4_per_kg: Amount, mcf: Amount) -> Amount:
    """Return CH4 [t] = organic load [kg BOD or COD] × Bo [kg CH4 per kg of the same] × MCF / 1000.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 生活污水; IPCC 2006 vol. 5 equation 6.1.

    """
    return load_kg * bo_kg_ch4_per_kg * mcf / 1000.0


def ch4_of_wastewater(
    load_kg: Amount,
    *,
    bo_kg_ch4_per_kg: Amount,
    mcf: Amount,
    sludge_kg: Amount = 0.0,
    recovered_ch4_t: Amount = 0.0,
) -> Amount:
    """Return CH4 [t] = (TOW − S) × Bo × MCF / 1000 − R.

    Domestic water: TOW and S in kg BOD, Bo 0.6 kg CH4/kg BOD; industrial water: kg COD, Bo 0.25 kg CH4/kg COD.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equations 6.1 and 6.4 and table 6.2; 省级温室气体清单编制指南（试行）2011, 废水处理.

    """
    return ch4_of_organic_load(load_kg - sludge_kg, bo_kg_ch4_per_kg=bo_kg_ch4_per_kg, mcf=mcf) - recovered_ch4_t


def bod_of_population(population: Amount, *, bod_g_per_person_day: Amount, industrial_factor: Amount = 1.0) -> Amount:
    """Return BOD [kg/a] = P × BOD [g/person/d] × 0.001 × I × 365.

    I is 1.25 for sewers that take industrial water too, 1.00 else (defaults of the reference).

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equation 6.3.

    """
    return population * bod_g_per_person_day * 0.001 * industrial_factor * DAYS_PER_YEAR


def load_of_water(water_m3: Amount, *, concentration_mg_per_l: Amount) -> Amount:
    """Return BOD or COD [kg] = water [m3] × concentration [mg/L = g/m3] / 1000."""
    return water_m3 * concentration_mg_per_l / 1000.0


def ch4_of_septic_tank(
    water_m3: Amount, *, bod_mg_per_l: Amount, bo_kg_ch4_per_kg_bod: Amount = 0.6, mcf: Amount
) -> Amount:
    """Return CH4 [t] = water [m3] × BOD [mg/L] × Bo × MCF × 1e-6; Bo 0.6 is the default of the reference.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equation 6.1 and tables 6.2 and 6.3 (septic system: MCF 0.5).

    """
    load_kg = load_of_water(water_m3, concentration_mg_per_l=bod_mg_per_l)
    return ch4_of_organic_load(load_kg, bo_kg_ch4_per_kg=bo_kg_ch4_per_kg_bod, mcf=mcf)


def _from_cod_removed(record: ActivityRecord) -> Amount:
    """Return BOD [kg] of water whose removed COD is known per unit."""
    return record.activity_value * record.parameter("cod_removed_kg_per_unit") * record.parameter("bod_per_cod")


def _from_population(record: ActivityRecord) -> Amount:
    """Return BOD [kg] of the people that the record counts."""
    return bod_of_population(
        record.amount_in("person"),
        bod_g_per_person_day=record.parameter("bod_g_per_person_day"),
        industrial_factor=record.parameter_or("industrial_bod_factor", 1.0),
    )


def _from_bod_of_water(record: ActivityRecord) -> Amount:
    """Return BOD [kg] of a volume of water."""
    return load_of_water(record.amount_in("m3"), concentration_mg_per_l=record.parameter("bod_mg_per_l"))


def _from_cod(record: ActivityRecord) -> Amount:
    """Return COD [kg] of a volume of water of known COD, or of a load."""
    if resolve_unit(record.activity_unit).dimension == "volume":
        return load_of_water(record.amount_in("m3"), concentration_mg_per_l=record.parameter("cod_mg_per_l"))
    return record.amount_in("kg")


def _ch4_method(
    name: str,
    names: tuple[str, str],
    load_kg: Callable[[ActivityRecord], Amount],
    *,
    basis: str,
    needs: tuple[str, ...],
) -> Method:
    """Return the method that takes the load of a record in its own way."""
    bo = f"bo_kg_ch4_per_kg_{basis}"

    def estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
        """Estimate CH4."""
        emission_t = ch4_of_wastewater(
            load_kg(record),
            bo_kg_ch4_per_kg=record.parameter(bo),
            mcf=record.parameter("mcf"),
            sludge_kg=record.parameter_or(f"sludge_{basis}_kg", 0.0),
            recovered_ch4_t=record.parameter_or("recovered_ch4_t", 0.0),
        )
        if np.any(np.asarray(emission_t) < 0.0):
            raise _error(record)
        return Estimate(emission_t)

    return Method(
        name=name,
        zh=names[0],
        en=names[1],
        species=("CH4",),
        needs=(*needs, bo, "mcf"),
        optional=(f"sludge_{basis}_kg", "recovered_ch4_t", "industrial_bod_factor", "cod_mg_per_l"),
        estimate=estimate,
        citation="省级温室气体清单编制指南（试行）2011, 废水处理; IPCC 2006 vol. 5 equations 6.1, 6.3 and 6.4",
        tier="1",
    )


def _error(record: ActivityRecord) -> SchemaError:
    """Return the error of water that emits less than nothing."""
    place = f"{record.activity_id} ({record.source_category})"
    return SchemaError(problem("TY3606", place))


METHOD = _ch4_method(
    "wastewater_organic_load",
    ("生活污水有机负荷", "organic load of domestic wastewater"),
    _from_cod_removed,
    basis="bod",
    needs=("cod_removed_kg_per_unit", "bod_per_cod"),
)

METHODS = (
    METHOD,
    _ch4_method(
        "wastewater_population",
        ("生活污水人口法", "domestic wastewater by population"),
        _from_population,
        basis="bod",
        needs=("bod_g_per_person_day",),
    ),
    _ch4_method(
        "wastewater_bod",
        ("污水 BOD 浓度法", "BOD of a volume of wastewater"),
        _from_bod_of_water,
        basis="bod",
        needs=("bod_mg_per_l",),
    ),
    _ch4_method(
        "wastewater_cod",
        ("工业废水有机负荷", "organic load of industrial wastewater"),
        _from_cod,
        basis="cod",
        needs=(),
    ),
)
