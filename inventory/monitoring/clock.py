"""The local hours of whole years: which day, quarter and weekday each belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UTC_OFFSET_H = 8
"""Asia/Shanghai; its summer times ended in 1991."""


@dataclass(frozen=True)
class Clock:
    """Local hours of the years `first_year` … `first_year + years − 1`.

    Attributes
    ----------
    first_hour : int
        First hour in hours since 1970 UTC.
    day_year, day_quarter, day_weekday : ndarray, shape (days,)
        Year from 0, quarter of the series from 0 (4 to a year), weekday (0 = Monday).
    quarter_starts : ndarray, shape (4 × years,)
        First hour of each quarter, counted from `first_hour`.

    """

    first_year: int
    years: int
    first_hour: int
    days: NDArray[np.datetime64]
    day_year: NDArray[np.int64]
    day_quarter: NDArray[np.int64]
    day_weekday: NDArray[np.int64]
    quarter_starts: NDArray[np.int64]

    @property
    def hours(self) -> int:
        """Number of hours."""
        return 24 * len(self.days)


def local_clock(first_year: int, last_year: int) -> Clock:
    """Return the local hours from the first to the last year, both whole."""
    days = np.arange(np.datetime64(f"{first_year}-01-01"), np.datetime64(f"{last_year + 1}-01-01"))
    months = days.astype("datetime64[M]").astype(np.int64) - (first_year - 1970) * 12
    number = days.astype(np.int64)
    quarter = months // 3
    starts = np.flatnonzero(np.diff(quarter, prepend=-1)) * 24
    return Clock(
        first_year, last_year - first_year + 1, int(number[0]) * 24 - UTC_OFFSET_H, days, months // 12, quarter,
        (number + 3) % 7, starts,
    )  # fmt: skip


def local_year(utc_hour: int) -> int:
    """Return the local year of an hour since 1970 UTC."""
    return int(np.datetime64(utc_hour + UTC_OFFSET_H, "h").astype("datetime64[Y]").astype(np.int64)) + 1970
