"""Hours of the local year: month, kind of day and hour of day from a profile, public holidays from chinesecalendar."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from inventory.errors import GridError, problem

_MONDAY, _SUNDAY = 1, 7


def hourly_fractions(profile: pd.DataFrame, inventory_year: int) -> NDArray[np.float64]:
    """Return the fraction of the year in each local hour.

    A public holiday counts as a Sunday, a weekend day that is worked instead (调休) as a Monday. The days of a month
    share the month's fraction in proportion to their kind of day, so month totals hold exactly. A profile by hours of
    the year is taken as it stands.

    Parameters
    ----------
    profile : DataFrame
        Rows of grid_temporal_profile of one profile.
    inventory_year : int

    Returns
    -------
    ndarray, shape (hours of the year,)
        Sums to 1; hour 0 is 00:00 local time on 1 January.

    Raises
    ------
    GridError
        If the holiday calendar does not know the year, or a profile by hours of the year has not as many (IN313).

    """
    by_hour = profile[profile["kind"] == "hour_of_year"].sort_values("index")
    if len(by_hour):
        return _as_many_hours(by_hour, inventory_year)
    month, weekday, hour = (
        profile[profile["kind"] == kind].set_index("index")["fraction"]
        for kind in ("month_of_year", "day_of_week", "hour_of_day")
    )
    days = days_of_year(inventory_year)
    weight = weekday.loc[[kind_of_day(day) for day in days]].to_numpy()
    month_of_day = np.array([day.month for day in days])
    in_month = np.bincount(month_of_day, weights=weight)
    by_day = month.loc[month_of_day].to_numpy() * weight / in_month[month_of_day]
    return np.outer(by_day, hour.sort_index().to_numpy()).ravel()


def _as_many_hours(by_hour: pd.DataFrame, inventory_year: int) -> NDArray[np.float64]:
    """Return the fractions of a profile by hours of the year, if there are as many as the year has hours."""
    needed = 24 * len(days_of_year(inventory_year))
    if len(by_hour) != needed:
        name = by_hour["temporal_profile_id"].iloc[0]
        raise GridError(problem("IN313", name, profile=name, count=len(by_hour), year=inventory_year, needed=needed))
    return np.asarray(by_hour["fraction"], dtype=np.float64)


def days_of_year(inventory_year: int) -> list[date]:
    """Return the local days of a year."""
    first = date(inventory_year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(inventory_year + 1, 1, 1) - first).days)]


def kind_of_day(day: date) -> int:
    """Return the weekday (Monday = 1) that a day behaves like.

    Raises
    ------
    GridError
        If the holiday calendar does not know the year.

    """
    import chinese_calendar  # noqa: PLC0415 - only the profile step needs it

    try:
        works = chinese_calendar.is_workday(day)
    except NotImplementedError as error:
        raise GridError(problem("TY6202", f"calendar › {day.year}")) from error
    weekday = day.isoweekday()
    if works:
        return _MONDAY if weekday > 5 else weekday
    return weekday if weekday > 5 else _SUNDAY
