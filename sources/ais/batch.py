"""What decoding hands over: positions and ship data of a block of lines, and the lines that cannot be used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BAD_CHECKSUM, UNDECODABLE, NO_TIME, NO_POSITION = "TY2761", "TY2762", "TY2763", "TY2764"
INVALID_MMSI, INCOMPLETE, RAGGED, NOT_A_NUMBER = "TY2765", "TY2766", "TY2767", "TY2768"

NO_STATUS = 15
"""Navigational status: not defined (ITU-R M.1371)."""

_SHIPS_FROM, _SHIPS_BELOW = 200_000_000, 800_000_000
_NO_SPEED_FROM_KN = 102.25


class StaticRecord(NamedTuple):
    """Ship data as transmitted; 0 and '' where not given."""

    mmsi: int
    imo: int
    name: str
    ship_type: int
    length_m: float
    beam_m: float


class SetAside(NamedTuple):
    """A line that cannot be used: number in its file, code of the finding, text."""

    line: int
    code: str
    text: str


@dataclass(frozen=True)
class Positions:
    """Position messages as arrays of shape (n,); speed nan and status 15 where not given."""

    line: NDArray[np.int64]
    mmsi: NDArray[np.int64]
    time_ms: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    sog_kn: NDArray[np.float64]
    nav_status: NDArray[np.int8]

    def where(self, chosen: NDArray[np.bool_]) -> Positions:
        """Return the chosen messages."""
        return Positions(*(values[chosen] for values in vars(self).values()))


@dataclass
class Batch:
    """A decoded block of lines: every line stands in exactly one of positions, set_aside and rejected.

    Attributes
    ----------
    static : Counter of StaticRecord
        Messages by what they say.
    rejected : Counter of str
        Lines passed over by declaration, by kind.

    """

    rows_in: int
    positions: Positions
    static: Counter[StaticRecord] = field(default_factory=Counter)
    set_aside: list[SetAside] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)


def is_ship(mmsi: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which MMSI are of ships: nine digits that begin with a country code 200–799 (ITU-R M.585)."""
    return (mmsi >= _SHIPS_FROM) & (mmsi < _SHIPS_BELOW)


def is_position(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which longitudes and latitudes are a place; 181 and 91 say that there is none."""
    return (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)


def known_speed(sog_kn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the speed over ground [kn], nan where it says "not available" (102.3) or is negative."""
    return np.where((sog_kn >= 0.0) & (sog_kn < _NO_SPEED_FROM_KN), sog_kn, np.nan)


def unusable(positions: Positions) -> list[tuple[int, str]]:
    """Return index and code of the positions that cannot be used: no ship, or no place."""
    ship, place = is_ship(positions.mmsi), is_position(positions.lon, positions.lat)
    wrong = np.flatnonzero(~(ship & place))
    return [(int(index), NO_POSITION if ship[index] else INVALID_MMSI) for index in wrong]
