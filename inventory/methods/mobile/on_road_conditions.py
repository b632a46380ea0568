"""The conditions under which a record drives: one value, or several by road class and by month.

`mean_speed_km_per_h:<road>` goes with `distance_fraction:<road>`; months (`air_temperature_c:01` …) count alike. The
corrections are steps, so they are averaged, not the conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from inventory.activity_record import ActivityRecord, Amount
from inventory.errors import SchemaError, problem
from inventory.methods.mobile.on_road_corrections import CorrectionName, VehicleKey, correction, humidity_correction

SPEED, SHARE = "mean_speed_km_per_h", "distance_fraction"
TEMPERATURE, HUMIDITY = "air_temperature_c", "relative_humidity"
SINGLE: dict[str, CorrectionName] = {
    "altitude_m": "altitude",
    "deterioration_year": "deterioration",
    "fuel_sulphur_ppm": "sulphur",
    "load_fraction": "load",
}
"""Conditions with one value for all roads and months."""

NAMES = (SPEED, SHARE, TEMPERATURE, HUMIDITY, *SINGLE)

_REFERENCE_C = 15.0
_TOLERANCE = 1e-6


def names_carried(record: ActivityRecord) -> list[str]:
    """Return the names of the record's conditions, with their suffixes."""
    return [name for name in record.parameters if name.partition(":")[0] in NAMES]


def corrections_of(record: ActivityRecord, key: VehicleKey) -> Iterator[tuple[str, Amount | None]]:
    """Yield name and value of each correction that the record asks for [1]; None where the table has no row.

    A size class that states a speed is not corrected for speed: the factor is of that speed.

    Raises
    ------
    SchemaError
        If the shares of the road classes do not sum to 1.

    """
    if not record.size_class.startswith("speed_") and _series(record, SPEED):
        yield "speed", _speed(record, key)
    temperatures, humidities = _series(record, TEMPERATURE), _series(record, HUMIDITY)
    if "" in temperatures or (temperatures and not humidities):
        yield "temperature", _mean([correction("temperature", value, key) for value in temperatures.values()])
    if "" in humidities:
        air = temperatures.get("", _REFERENCE_C)
        yield "humidity", humidity_correction(humidities[""], key, air_temperature_c=air)
    elif humidities:
        yield "weather", _weather(record, key, temperatures, humidities=humidities)
    for parameter, name in SINGLE.items():
        if parameter in record.parameters:
            yield name, correction(name, record.parameters[parameter], key)


def _series(record: ActivityRecord, name: str) -> dict[str, Amount]:
    """Return the values of a condition by suffix; '' is the one value for all."""
    own = [carried for carried in record.parameters if carried.partition(":")[0] == name]
    return {carried.partition(":")[2]: record.parameters[carried] for carried in own}


def _speed(record: ActivityRecord, key: VehicleKey) -> Amount | None:
    """Return the correction for speed, by the share of the distance on each road class."""
    speeds = _series(record, SPEED)
    found = {road: correction("speed", speed, key) for road, speed in speeds.items()}
    known = {road: value for road, value in found.items() if value is not None}
    if not known:
        return None
    if "" in speeds:
        return known[""]
    shares = {road: record.parameter(f"{SHARE}:{road}") for road in speeds}
    _require_whole(record, shares)
    return sum((shares[road] * value for road, value in known.items()), start=np.float64(0.0))


def _weather(
    record: ActivityRecord, key: VehicleKey, temperatures: dict[str, Amount], *, humidities: dict[str, Amount]
) -> Amount | None:
    """Return the mean over the months of temperature × humidity; what the table does not know counts as 1."""
    if "" not in temperatures and set(temperatures) != set(humidities):
        raise SchemaError(problem("TY3119", f"{record.activity_id} › {TEMPERATURE}, {HUMIDITY}"))
    months = []
    for month, humidity in humidities.items():
        air = temperatures.get(month, temperatures.get("", _REFERENCE_C))
        cold = correction("temperature", air, key)
        damp = humidity_correction(humidity, key, air_temperature_c=air)
        if cold is None and damp is None:
            return None
        months.append((1.0 if cold is None else cold) * (1.0 if damp is None else damp))
    return _mean(months)


def _mean(values: Sequence[Amount | None]) -> Amount | None:
    """Return the mean of corrections that count alike; None where the table knows none."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return sum(known[1:], start=known[0]) / len(known)


def _require_whole(record: ActivityRecord, shares: dict[str, Amount]) -> None:
    """Refuse shares of the distance that lose or double kilometres."""
    total = sum(shares.values(), start=np.float64(0.0))
    if np.any(np.abs(np.asarray(total) - 1.0) > _TOLERANCE):
        raise SchemaError(problem("TY3118", f"{record.activity_id} › {SHARE}", total=total, shares=", ".join(shares)))
