"""SYNTHETIC ship positions: invented vessels on invented voyages off Shanghai, seeded; no observation of any ship.

The same voyages are written as NMEA (types 1, 3, 5, 18, 24) and as CSV; values stand at the resolution of AIS, so both
forms hold identical positions. The bits are packed here, independently of the decoder under test.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from operator import xor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
ROUTE = np.array([[121.62, 31.36], [121.75, 31.30], [122.00, 31.15], [122.30, 31.05], [123.00, 30.80]])
"""Berth, channel, sea; the last leg leaves the grid of the example."""

START = int(datetime(2021, 3, 1, tzinfo=UTC).timestamp())
INTERVAL_S = 180
STATIC_EVERY = 100
_MINUTE_PARTS = 600_000
_KM_PER_KNOT_HOUR = 1.852


@dataclass(frozen=True)
class Vessel:
    """An invented vessel."""

    mmsi: int
    imo: int
    name: str
    ais_type: int
    is_class_b: bool
    speed_kn: float


@dataclass(frozen=True)
class Log:
    """Messages in order of time: arrays of shape (n,); lon and lat in 1/600000 degree, speed in 0.1 kn."""

    vessels: tuple[Vessel, ...]
    vessel: Whole
    time_s: Whole
    lon: Whole
    lat: Whole
    speed: Whole
    status: Whole


def make_log(n_messages: int, *, n_vessels: int = 20, seed: int = 20210301) -> Log:
    """Return `n_messages` position messages of `n_vessels` vessels."""
    random = np.random.default_rng(seed)
    vessels = tuple(_vessel(number, random) for number in range(n_vessels))
    counts = np.full(n_vessels, n_messages // n_vessels)
    counts[: n_messages % n_vessels] += 1
    parts = [_voyage(vessels[k], int(count), random) for k, count in enumerate(counts)]
    vessel = np.repeat(np.arange(n_vessels), counts)
    time_s, lon, lat, speed, status = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((vessel, time_s))
    return Log(vessels, vessel[order], time_s[order], lon[order], lat[order], speed[order], status[order])


def write_csv(log: Log, path: Path, *, zh: bool = False) -> None:
    """Write the log as CSV, with Chinese headers if asked, every row with the data of its ship."""
    names = ("mmsi", "time", "lon", "lat", "sog_kn", "nav_status", "ship_type", "imo", "name")
    headers = ("MMSI", "时间UTC", "经度", "纬度", "对地航速", "航行状态", "AIS船型", "IMO编号", "船名")
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(headers if zh else names)
        for k, time_s, lon, lat, speed, status in _rows(log):
            ship = log.vessels[k]
            moment = datetime.fromtimestamp(time_s, UTC).isoformat().replace("+00:00", "Z")
            known = 15 if ship.is_class_b else status
            place = f"{lon / _MINUTE_PARTS:.6f}", f"{lat / _MINUTE_PARTS:.6f}", f"{speed / 10:.1f}"
            imo = "" if ship.is_class_b else ship.imo
            writer.writerow((ship.mmsi, moment, *place, known, ship.ais_type, imo, ship.name))


def nmea_lines(log: Log, *, form: str = "tag", with_static: bool = True) -> list[bytes]:
    """Return the log as lines: time in a TAG block (`tag`) or in a column before the sentence (`column`)."""
    payloads = _position_payloads(log)
    lines: list[bytes] = []
    sent = dict.fromkeys(range(len(log.vessels)), 0)
    for number, (k, time_s) in enumerate(zip(log.vessel.tolist(), log.time_s.tolist(), strict=True)):
        head = _head(time_s, form)
        if with_static and sent[k] % STATIC_EVERY == 0:
            lines += [head + sentence for sentence in _static_sentences(log.vessels[k], sent[k] // STATIC_EVERY)]
        sent[k] += 1
        lines.append(head + _sentence(b"AIVDM,1,1,,A," + payloads[number] + b",0"))
    return lines


def write_register(log: Log, path: Path, *, listed: int | None = None) -> None:
    """Write a register of the first `listed` vessels (all by default), without default rows."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, REGISTER_COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for ship in log.vessels[:listed]:
            writer.writerow(_CLASSES[ship.ais_type] | {"mmsi": ship.mmsi, "imo": ship.imo, "name": ship.name})


REGISTER_COLUMNS = (
    "mmsi", "ais_ship_types", "imo", "name", "voyage", "ship_type", "size", "size_unit", "main_kw", "max_speed_kn",
    "tier", "engine_family", "aux_family", "fuel_or_product", "specific_fuel_use_g_per_kwh", "aux_kw",
    "shore_power_share", "source", "confidence",
)  # fmt: skip
_SYNTHETIC = {"source": "synthetic", "confidence": "L"}
_SEA = {"tier": 1, "aux_family": "msd", "fuel_or_product": "marine_residual_oil"} | _SYNTHETIC
_CLASSES: dict[int, dict[str, object]] = {
    71: _SEA | {
        "voyage": "international", "ship_type": "container_ship", "size": 6000, "size_unit": "teu", "main_kw": 40000,
        "max_speed_kn": 24, "engine_family": "ssd", "shore_power_share": 0.25,
    },
    70: _SEA | {
        "voyage": "coastal", "ship_type": "bulk_carrier", "size": 40000, "size_unit": "dwt", "main_kw": 8000,
        "max_speed_kn": 15, "engine_family": "ssd",
    },
    80: _SEA | {
        "voyage": "coastal", "ship_type": "chemical_tanker", "size": 12000, "size_unit": "dwt", "main_kw": 5000,
        "max_speed_kn": 14, "engine_family": "msd", "fuel_or_product": "marine_gas_oil",
    },
    52: _SYNTHETIC | {
        "voyage": "harbour", "ship_type": "service_tug", "size": 400, "size_unit": "gt", "main_kw": 2500,
        "max_speed_kn": 16, "tier": 1, "fuel_or_product": "diesel", "specific_fuel_use_g_per_kwh": 210,
    },
}  # fmt: skip


def _vessel(number: int, random: np.random.Generator) -> Vessel:
    """Return an invented vessel; every fourth is a small one of class B."""
    ais_type = (71, 70, 80, 52)[number % 4]
    speed = float(np.round(random.uniform(8.0, 13.0), 1))
    return Vessel(413_000_001 + number, 9_000_001 + number, f"SYNTHETIC {number}", ais_type, number % 4 == 3, speed)


def _voyage(ship: Vessel, n: int, random: np.random.Generator) -> tuple[Whole, Whole, Whole, Whole, Whole]:
    """Return time, place, speed and status of a ship that lies, leaves, anchors at sea and comes back, again and again."""
    step = np.diff(ROUTE, axis=0) * np.array([95.4, 111.2])
    length_km = np.hypot(step[:, 0], step[:, 1])
    along = np.concatenate([[0.0], np.cumsum(length_km)])
    slow_h, cruise_h = 0.5, (along[-1] / _KM_PER_KNOT_HOUR - 2.5) / ship.speed_kn
    legs_h = np.array([6.0, slow_h, cruise_h, 2.0, cruise_h, slow_h])
    legs_kn = np.array([0.0, 5.0, ship.speed_kn, 0.0, -ship.speed_kn, -5.0])
    ends_h = np.concatenate([[0.0], np.cumsum(legs_h)])
    ends_km = np.concatenate([[0.0], np.cumsum(legs_h * legs_kn * _KM_PER_KNOT_HOUR)])
    time_s = np.arange(n) * INTERVAL_S + random.integers(0, 30, n) + int(random.integers(0, 60))
    hour = (time_s / 3600.0 + float(random.uniform(0, ends_h[-1]))) % ends_h[-1]
    at_km = np.interp(hour, ends_h, ends_km)
    leg = np.clip(np.searchsorted(ends_h, hour, side="right") - 1, 0, len(legs_h) - 1)
    lon, lat = np.interp(at_km, along, ROUTE[:, 0]), np.interp(at_km, along, ROUTE[:, 1])
    berth = random.uniform(-0.01, 0.01, 2)
    places = [
        np.round((value + shift) * _MINUTE_PARTS).astype(np.int64)
        for value, shift in zip((lon, lat), berth, strict=True)
    ]
    speed = np.round(np.abs(legs_kn[leg]) * 10).astype(np.int64)
    status = np.select([leg == 0, leg == 3], [5, 1], default=0).astype(np.int64)
    return START + time_s, places[0], places[1], speed, status


def _rows(log: Log) -> zip:
    """Return the messages as tuples."""
    columns = (log.vessel, log.time_s, log.lon, log.lat, log.speed, log.status)
    return zip(*(column.tolist() for column in columns), strict=True)


def _position_payloads(log: Log) -> list[bytes]:
    """Return the armoured payloads of all positions: class A as types 1 and 3 in turn, class B as type 18."""
    n = len(log.vessel)
    mmsi = np.array([ship.mmsi for ship in log.vessels])[log.vessel]
    is_b = np.array([ship.is_class_b for ship in log.vessels])[log.vessel]
    kind = np.where(is_b, 18, np.where(log.lon % 2 == 0, 1, 3))
    zero = np.zeros(n, dtype=np.int64)
    place = [(log.lon, 28), (log.lat, 27)]
    a = [(kind, 6), (zero, 2), (mmsi, 30), (log.status, 4), (zero + 128, 8), (log.speed, 10), (zero, 1), *place,
         (zero, 12), (zero + 511, 9), (zero + 60, 6), (zero, 2), (zero, 3), (zero, 1), (zero, 19)]  # fmt: skip
    b = [(kind, 6), (zero, 2), (mmsi, 30), (zero, 8), (log.speed, 10), (zero, 1), *place, (zero, 12), (zero + 511, 9),
         (zero + 60, 6), (zero, 29)]  # fmt: skip
    packed = np.where(is_b[:, None], _armour(b), _armour(a))
    return [row.tobytes() for row in packed]


def _armour(fields: list[tuple[Whole, int]]) -> NDArray[np.uint8]:
    """Return the characters of numbers of given widths [bits]."""
    bits = np.concatenate([(value[:, None] >> np.arange(width - 1, -1, -1)) & 1 for value, width in fields], axis=1)
    six = bits.reshape(len(bits), -1, 6) @ (1 << np.arange(5, -1, -1))
    return (six + 48 + 8 * (six > 39)).astype(np.uint8)


def _static_sentences(ship: Vessel, count: int) -> list[bytes]:
    """Return the ship data: type 24 A and B of class B, else type 5 in two sentences."""
    if ship.is_class_b:
        parts = [
            [(24, 6), (0, 2), (ship.mmsi, 30), (0, 2), *_text(ship.name, 20), (0, 8)],
            [(24, 6), (0, 2), (ship.mmsi, 30), (1, 2), (ship.ais_type, 8), (0, 42), *_text("", 7), (10, 9), (20, 9),
             (4, 6), (4, 6), (0, 6)],
        ]  # fmt: skip
        return [_sentence(b"AIVDM,1,1,,B," + _one(part) + b",0") for part in parts]
    fields = [
        (5, 6), (0, 2), (ship.mmsi, 30), (0, 2), (ship.imo, 30), *_text("", 7), *_text(ship.name, 20),
        (ship.ais_type, 8), (100, 9), (80, 9), (15, 6), (15, 6), (1, 4), (0, 20), (90, 8), *_text("SHANGHAI", 20),
        (0, 1), (0, 1), (0, 2),
    ]  # fmt: skip
    payload, sequence = _one(fields), str(count % 10).encode()
    return [
        _sentence(b"AIVDM,2,1," + sequence + b",A," + payload[:60] + b",0"),
        _sentence(b"AIVDM,2,2," + sequence + b",A," + payload[60:] + b",2"),
    ]


def _one(fields: list[tuple[int, int]]) -> bytes:
    """Return the payload of one message."""
    return _armour([(np.array([value]), width) for value, width in fields])[0].tobytes()


def _text(said: str, length: int) -> list[tuple[int, int]]:
    """Return six-bit characters, padded with @."""
    return [(ord(sign) % 64, 6) for sign in said.ljust(length, "@")]


def _sentence(body: bytes) -> bytes:
    """Return a sentence with its checksum."""
    return b"!" + body + f"*{reduce(xor, body, 0):02X}".encode()


def _head(time_s: int, form: str) -> bytes:
    """Return what stands before a sentence."""
    if form == "tag":
        body = f"c:{time_s}".encode()
        return b"\\" + body + f"*{reduce(xor, body, 0):02X}".encode() + b"\\"
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode() + b","


def write_nmea(log: Log, path: Path, *, form: str = "tag") -> None:
    """Write the log as NMEA."""
    path.write_bytes(b"\n".join(nmea_lines(log, form=form)) + b"\n")
