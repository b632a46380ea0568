"""Positions of vessels → intervals between two consecutive positions, after cleaning; no engine is known here.

All arrays are sorted by vessel and time. A gap is never bridged: it is counted in hours.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from inventory.exact_sum import exact_sum

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

EARTH_RADIUS_NM = 6371.0088 / 1.852
"""Mean radius of the earth (IUGG) in nautical miles."""

POSITION_TOLERANCE_NM = 0.1
"""Positions of one ship differ by so much through the place of its antennas, GPS and the resolution of time."""

_MS_PER_H = 3_600_000.0
_PASSES = 20


@dataclass(frozen=True)
class Track:
    """Positions, shape (n,), sorted by mmsi and time; speed [kn] nan where not given."""

    mmsi: Whole
    time_ms: Whole
    lon: Real
    lat: Real
    sog_kn: Real

    def where(self, kept: Flags) -> Track:
        """Return the chosen positions."""
        return Track(*(getattr(self, each.name)[kept] for each in fields(self)))


@dataclass(frozen=True)
class Intervals:
    """Times between two positions of one vessel, shape (n,), inside the inventory year.

    Attributes
    ----------
    hours, distance_nm, speed_kn : ndarray
        Time and distance run; speed: mean of the two reported ones, else distance / hours.

    """

    mmsi: Whole
    lon_start: Real
    lat_start: Real
    lon_end: Real
    lat_end: Real
    hours: Real
    distance_nm: Real
    speed_kn: Real

    def where(self, kept: Flags) -> Intervals:
        """Return the chosen intervals."""
        return Intervals(*(getattr(self, each.name)[kept] for each in fields(self)))


@dataclass(frozen=True)
class Cleaning:
    """What was left out: positions of one vessel at two places at once, positions out of reach; hours not estimated."""

    positions: int = 0
    at_two_places: int = 0
    repeated_instant: int = 0
    out_of_reach: int = 0
    gap_h: float = 0.0
    broken_h: float = 0.0


def distance_nm(lon_a: Real, lat_a: Real, lon_b: Real, lat_b: Real) -> Real:
    """Return the great-circle distance [nm] between places [degree] = 2 R asin √(haversine)."""
    a, b = np.radians(lat_a), np.radians(lat_b)
    rise = np.sin((b - a) / 2) ** 2
    chord = rise + np.cos(a) * np.cos(b) * np.sin(np.radians(lon_b - lon_a) / 2) ** 2
    found: Real = 2 * EARTH_RADIUS_NM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))
    return found


def clean_track(track: Track, *, highest_speed_kn: float) -> tuple[Track, Cleaning]:
    """Leave out positions that cannot be true.

    At one instant a vessel has one place: places that differ by more than POSITION_TOLERANCE_NM are all left out. A
    position that cannot be reached from the one before, nor left to the next, though these two fit, is left out.
    """
    n = len(track.mmsi)
    far, repeated = _same_instant(track)
    kept = track.where(~(far | repeated))
    out_of_reach = 0
    for _ in range(_PASSES):
        spikes = _spikes(kept, highest_speed_kn)
        if not spikes.any():
            break
        out_of_reach += int(spikes.sum())
        kept = kept.where(~spikes)
    return kept, Cleaning(n, int(far.sum()), int(repeated.sum()), out_of_reach)


def intervals_of(
    track: Track, *, year_ms: tuple[int, int], longest_interval_h: float, highest_speed_kn: float
) -> tuple[Intervals, Cleaning]:
    """Return the intervals inside the year; those too long, or too fast to be true, are counted in hours instead."""
    same = track.mmsi[1:] == track.mmsi[:-1]
    begin, end = track.time_ms[:-1], track.time_ms[1:]
    lasting = np.maximum(end - begin, 1)
    first = np.clip((year_ms[0] - begin) / lasting, 0.0, 1.0)
    last = np.clip((year_ms[1] - begin) / lasting, 0.0, 1.0)
    hours = (end - begin) / _MS_PER_H
    inside = same & (last > first)
    in_year_h = hours * (last - first)
    too_long = inside & (hours > longest_interval_h)
    broken = inside & ~too_long & _too_fast(track, 1, highest_speed_kn)
    kept = inside & ~too_long & ~broken
    found = _intervals(track, kept, (first, last), highest_speed_kn=highest_speed_kn)
    return found, Cleaning(gap_h=exact_sum(in_year_h[too_long]), broken_h=exact_sum(in_year_h[broken]))


def _intervals(track: Track, kept: Flags, part: tuple[Real, Real], *, highest_speed_kn: float) -> Intervals:
    """Return the chosen intervals, cut to the part [0–1] of each that lies in the year."""
    first, last = part[0][kept], part[1][kept]
    lon, lat = track.lon[:-1][kept], track.lat[:-1][kept]
    run_lon, run_lat = track.lon[1:][kept] - lon, track.lat[1:][kept] - lat
    hours = (track.time_ms[1:] - track.time_ms[:-1])[kept] / _MS_PER_H
    distance = distance_nm(lon, lat, lon + run_lon, lat + run_lat)
    speeds = np.stack([track.sog_kn[:-1][kept], track.sog_kn[1:][kept]])
    known = np.isfinite(speeds) & (speeds <= highest_speed_kn)
    reported = np.where(known, speeds, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    speed = np.where(known.any(axis=0), reported, distance / hours)
    return Intervals(
        track.mmsi[:-1][kept], lon + first * run_lon, lat + first * run_lat, lon + last * run_lon,
        lat + last * run_lat, hours * (last - first), distance * (last - first), speed,
    )  # fmt: skip


def _same_instant(track: Track) -> tuple[Flags, Flags]:
    """Return the positions of instants with places far apart, and the further ones of instants with one place."""
    n = len(track.mmsi)
    if n == 0:
        return np.zeros(0, np.bool_), np.zeros(0, np.bool_)
    repeated = np.zeros(n, np.bool_)
    repeated[1:] = (track.mmsi[1:] == track.mmsi[:-1]) & (track.time_ms[1:] == track.time_ms[:-1])
    instant = np.cumsum(~repeated) - 1
    first = np.flatnonzero(~repeated)[instant]
    apart = distance_nm(track.lon[first], track.lat[first], track.lon, track.lat) > POSITION_TOLERANCE_NM
    is_far = np.bincount(instant, weights=apart, minlength=int(instant[-1]) + 1) > 0
    far: Flags = is_far[instant]
    return far, repeated & ~far


def _too_fast(track: Track, step: int, highest_speed_kn: float) -> Flags:
    """Return whether the ship would be too fast from each position to the one `step` later, shape (n − step,)."""
    hours = (track.time_ms[step:] - track.time_ms[:-step]) / _MS_PER_H
    run = distance_nm(track.lon[:-step], track.lat[:-step], track.lon[step:], track.lat[step:])
    is_same = track.mmsi[step:] == track.mmsi[:-step]
    found: Flags = is_same & (run > highest_speed_kn * hours + POSITION_TOLERANCE_NM)
    return found


def _spikes(track: Track, highest_speed_kn: float) -> Flags:
    """Return positions out of reach; of several in a row every other one, from the first, so that one track remains."""
    n = len(track.mmsi)
    spike = np.zeros(n, np.bool_)
    if n < 3:
        return spike
    fast, skipped = _too_fast(track, 1, highest_speed_kn), _too_fast(track, 2, highest_speed_kn)
    same = track.mmsi[2:] == track.mmsi[:-2]
    spike[1:-1] = same & fast[:-1] & fast[1:] & ~skipped
    places = np.arange(n)
    run_start = np.maximum.accumulate(np.where(spike & ~np.roll(spike, 1), places, 0))
    odd: Flags = spike & ((places - run_start) % 2 == 0)
    return odd
