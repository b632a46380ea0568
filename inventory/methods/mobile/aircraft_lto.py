"""Aircraft below 914 m: times in mode × fuel flow × emission index of the engines, with openap's engine data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import FactorNotFoundError, SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.methods import library_factor
from inventory.methods.context import Method, MethodContext
from inventory.methods.mobile.table import method_table
from inventory.methods.stationary import fuel_carbon, fuel_sulphur

TAKE_OFF_S, CLIMB_OUT_S, APPROACH_S, TAXI_S = 42.0, 132.0, 240.0, 1560.0
"""ICAO reference times in mode [s] (Annex 16 vol. II): 0.7, 2.2, 4.0 and 26 minutes."""

CO2_KG_PER_KG = 3.16
"""CO2 of jet kerosene (ICAO CORSIA, 3.16 kg/kg)."""

MOVEMENTS_PER_LTO = 2.0

_GASES = ("nox", "co", "hc")
_TAXI = "taxi_time_s"
_AIRCRAFT = "aircraft_"
_BY_MODE = {"NOx": "nox", "CO": "co", "NMVOC": "hc", "THC": "hc"}


@dataclass(frozen=True)
class EngineModes:
    """An engine in the modes take-off, climb-out, approach and taxi.

    Attributes
    ----------
    fuel_flow_kg_per_s : tuple of float
        By mode [kg/s], one engine.
    ei_g_per_kg : mapping of str to tuple of float
        nox, co and hc by mode [g/kg fuel].

    """

    fuel_flow_kg_per_s: tuple[float, ...]
    ei_g_per_kg: Mapping[str, tuple[float, ...]]


def times_in_mode_s(taxi_time_s: float = TAXI_S) -> tuple[float, float, float, float]:
    """Return take-off, climb-out, approach and taxi times [s]; an airport's own taxi time replaces 26 min."""
    return (TAKE_OFF_S, CLIMB_OUT_S, APPROACH_S, taxi_time_s)


def emission_of_cycle(
    fuel_flow_kg_per_s: tuple[float, ...],
    *,
    ei_g_per_kg: tuple[float, ...],
    time_s: tuple[float, ...],
    engines: float,
) -> float:
    """Return the emission of one LTO cycle [kg] = Σ modes n × time [s] × fuel flow [kg/s] × EI [g/kg] / 1000.

    References
    ----------
    ICAO Doc 9889, advanced approach; ICAO engine emissions databank.

    """
    modes = zip(fuel_flow_kg_per_s, ei_g_per_kg, time_s, strict=True)
    return exact_sum([engines * seconds * flow * index / 1000.0 for flow, index, seconds in modes])


def fuel_of_cycle(fuel_flow_kg_per_s: tuple[float, ...], *, time_s: tuple[float, ...], engines: float) -> float:
    """Return the fuel of one LTO cycle [kg] = Σ modes n × time × fuel flow.

    References
    ----------
    ICAO Doc 9889, advanced approach.

    """
    modes = zip(fuel_flow_kg_per_s, time_s, strict=True)
    return exact_sum([engines * seconds * flow for flow, seconds in modes])


def emission_of_cycles(lto: Amount, *, kg_per_lto: Amount) -> Amount:
    """Return emission or fuel [t] = LTO cycles × mass per cycle [kg] / 1000.

    References
    ----------
    ICAO Doc 9889, simple approach; also auxiliary power units, whose mass per cycle stands in the pack.

    """
    return lto * kg_per_lto / 1000.0


def co2_of_jet_fuel(fuel_t: Amount, *, co2_kg_per_kg: Amount = CO2_KG_PER_KG) -> Amount:
    """Return CO2 [t] = jet kerosene [t] × 3.16.

    References
    ----------
    ICAO Doc 9889; ICAO Annex 16 vol. IV (CORSIA).

    """
    return fuel_t * co2_kg_per_kg


def emission_of_auxiliary_power(
    lto: Amount, *, hours_per_lto: Amount, fuel_kg_per_h: Amount, ef_g_per_kg: Amount
) -> Amount:
    """Return emission of auxiliary power units [t] = LTO × h × fuel flow [kg/h] × EI [g/kg] × 1e-6.

    References
    ----------
    ICAO Doc 9889, auxiliary power units, advanced approach.

    """
    return lto * hours_per_lto * fuel_kg_per_h * ef_g_per_kg * 1e-6


def cycles_of_movements(movements: Amount) -> Amount:
    """Return LTO cycles = movements / 2; an LTO is a landing and a take-off."""
    return movements / MOVEMENTS_PER_LTO


def split_by_flight(
    amount: Amount, *, domestic_share: float, hmt_share: float, international_share: float
) -> dict[str, Amount]:
    """Return domestic, Hong Kong–Macao–Taiwan and international parts of cycles, fuel or emission, in its unit.

    International flights are in the airshed and a memo item of the greenhouse gases.

    Raises
    ------
    SchemaError
        If the shares do not sum to 1.

    """
    shares = {"domestic": domestic_share, "hmt": hmt_share, "international": international_share}
    total = exact_sum(list(shares.values()))
    if abs(total - 1.0) > 1e-9 or min(shares.values()) < 0.0:
        raise SchemaError(problem("TY3116", "domestic / hmt / international", total=f"{total:g}"))
    return {name: amount * share for name, share in shares.items()}


def engine_by_uid(uid: str) -> EngineModes:
    """Return an engine of the databank by its UID, or by its exact name.

    Raises
    ------
    FactorNotFoundError
        If openap has no such engine; a beginning of a name is not enough.

    References
    ----------
    openap (Sun et al. 2020, doi:10.3390/aerospace7080104) with the ICAO engine emissions databank.

    """
    found = _engine_rows(uid)
    if len(found) != 1:
        raise FactorNotFoundError(problem("TY4114", uid, count=len(found)))
    return _modes(found[0])


@cache
def cycle_of_type(aircraft_type: str, *, taxi_time_s: float = TAXI_S) -> dict[str, float]:
    """Return fuel, nox, co and hc of one LTO cycle of an aircraft type with its default engine [kg].

    Types that openap lacks, or whose engine it names inexactly (it would take the first of a family), come from
    lto_by_type.csv, which knows the reference cycle only.

    Raises
    ------
    FactorNotFoundError
        If the type is unknown, or known for 26 minutes of taxiing only.

    References
    ----------
    openap; ICAO/EASA engine emissions databank v31.

    """
    default = _default_engine(aircraft_type)
    if default is not None:
        return _cycle_of_engine(*default, times_in_mode_s(taxi_time_s))
    table = method_table("lto_by_type").set_index("aircraft_type")
    if aircraft_type not in table.index or taxi_time_s != TAXI_S:
        raise FactorNotFoundError(problem("TY4115", f"{aircraft_type}, {taxi_time_s:g} s"))
    return {name: float(table.loc[aircraft_type, f"{name}_kg"]) for name in ("fuel", *_GASES)}


def _default_engine(aircraft_type: str) -> tuple[EngineModes, float] | None:
    """Return the default engine of a type and how many it has; None where openap does not name it exactly."""
    from openap import prop  # noqa: PLC0415 - takes two seconds to import

    if aircraft_type.lower() not in prop.available_aircraft():
        return None
    engine = prop.aircraft(aircraft_type)["engine"]
    rows = _engine_rows(engine["default"])
    return (_modes(rows[0]), float(engine["number"])) if len(rows) == 1 else None


def _engine_rows(uid_or_name: str) -> list[dict[str, object]]:
    """Return the different mode data of the engines of that UID or exact name."""
    # prop.engine takes the first engine whose name begins so, which for a family may be its weakest.
    engines = _engine_table()
    columns = [name for name in engines.columns if name.startswith(("ff_", "ei_"))]
    is_named = (engines["uid"] == uid_or_name) | (engines["name"] == uid_or_name)
    return [dict(row) for row in engines.loc[is_named, columns].drop_duplicates().to_dict("records")]


@cache
def _engine_table() -> pd.DataFrame:
    """Return openap's table of engines."""
    from openap import prop  # noqa: PLC0415 - takes two seconds to import

    return pd.read_csv(prop.file_engine)


def _cycle_of_engine(modes: EngineModes, engines: float, time_s: tuple[float, ...]) -> dict[str, float]:
    """Return fuel, nox, co and hc of a cycle [kg]."""
    flow = modes.fuel_flow_kg_per_s
    masses = {
        gas: emission_of_cycle(flow, ei_g_per_kg=modes.ei_g_per_kg[gas], time_s=time_s, engines=engines)
        for gas in _GASES
    }
    return {"fuel": fuel_of_cycle(flow, time_s=time_s, engines=engines), **masses}


def _modes(engine: Mapping[str, object]) -> EngineModes:
    """Return the four modes of a row of openap."""
    names = ("to", "co", "app", "idl")
    indices = {gas: tuple(float(str(engine[f"ei_{gas}_{name}"])) for name in names) for gas in _GASES}
    return EngineModes(tuple(float(str(engine[f"ff_{name}"])) for name in names), indices)


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate cycles with the airport's taxi time: gases by mode, all else in proportion to the fuel."""
    if not record.technology.startswith(_AIRCRAFT):
        return None
    aircraft_type, lto = record.technology.removeprefix(_AIRCRAFT).upper(), record.amount_in("lto")
    own = _per_record(aircraft_type, record.parameter(_TAXI))
    if species in _BY_MODE and species != "NMVOC":
        return Estimate(emission_of_cycles(lto, kg_per_lto=own[_BY_MODE[species]]))
    if species == "NMVOC":
        return _nmvoc(record, emission_of_cycles(lto, kg_per_lto=own["hc"]), context)
    fuelled = replace(record, parameters={**record.parameters, "specific_fuel_use_kg_per_unit": own["fuel"]})
    for method in (fuel_sulphur.METHOD, fuel_carbon.METHOD):
        if method.applies(fuelled, species):
            return method.estimate(fuelled, species, context)
    found = library_factor.estimate(record, species, context)
    if found is None:
        return library_factor.estimate(fuelled, species, context)
    ratio = own["fuel"] / cycle_of_type(aircraft_type)["fuel"]
    chain = "; ".join(filter(None, (found.fallback_chain, "in proportion to the fuel of the cycle")))
    return replace(found, emission_t=found.emission_t * ratio, method="", fallback_chain=chain)


def _per_record(aircraft_type: str, taxi_time_s: Amount) -> dict[str, Amount]:
    """Return the masses of a cycle for each taxi time [kg]."""
    cycles = [cycle_of_type(aircraft_type, taxi_time_s=float(seconds)) for seconds in np.ravel(taxi_time_s)]
    if not isinstance(taxi_time_s, np.ndarray):
        return dict(cycles[0])
    return {name: np.array([cycle[name] for cycle in cycles]) for name in cycles[0]}


def _nmvoc(record: ActivityRecord, hydrocarbon_t: Amount, context: MethodContext) -> Estimate | None:
    """Return NMVOC of the hydrocarbons by the pack's cited ratio; None where the pack has none."""
    for ratio in context.library.ratios.get((record.source_category[:5], "NMVOC"), ()):
        if ratio.from_species == "THC" and ratio.fuel_or_product == record.fuel_or_product:
            chain = f"THC × {ratio.ratio:g} ({ratio.source})"
            return Estimate(hydrocarbon_t * ratio.ratio, fallback_chain=chain, confidence=ratio.confidence)
    return None


_CITATION = "ICAO Doc 9889, advanced approach; ICAO engine emissions databank through openap"
_LTO = ("MB.10.01", "MB.10.02", "MB.10.03")

METHODS = (
    Method(
        name="aircraft_time_in_mode",
        zh="LTO工况时间法",
        en="LTO cycle by times in mode",
        species=("NOx", "CO", "NMVOC", "THC", "CO2", "CH4", "N2O"),
        needs=(_TAXI,),
        categories=_LTO,
        estimate=_estimate,
        citation=_CITATION,
        tier="3",
    ),
    Method(
        name="aircraft_time_in_mode_sulphur",
        zh="LTO工况时间法（硫）",
        en="LTO cycle by times in mode, sulphur",
        species=("SO2",),
        needs=(_TAXI, "sulphur_fraction"),
        categories=_LTO,
        estimate=_estimate,
        citation=_CITATION,
        tier="3",
    ),
)
