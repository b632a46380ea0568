"""Does a log of positions stand for a year of calls: its days, and its fuel by category beside that of the calls."""

from __future__ import annotations

from collections.abc import Mapping

from inventory.errors import Problem, problem
from inventory.mobile.ais.settings import AisSettings

SMALLEST_RATIO, LARGEST_RATIO = 0.5, 2.0
"""Fuel by positions per fuel by calls, of a category, beyond which one of the two is wrong (threshold of design)."""


def coverage_findings(
    days: tuple[int, int], ais_t: Mapping[str, float], calls_fuel_t: Mapping[str, float]
) -> list[Problem]:
    """Return silent days, categories that only calls know, and categories whose fuel is another.

    Parameters
    ----------
    days : tuple of int
        Days of the year with positions, and all its days; nothing is scaled up to a whole year.
    ais_t, calls_fuel_t : mapping of str to float
        Fuel by source category [t]; where calls know no ship at all there is nothing to compare.

    """
    heard, of_year = days
    found = [problem("TY3271", "ais", days=heard, of_year=of_year)] if heard < of_year else []
    for category in sorted({*ais_t, *calls_fuel_t}) if any(calls_fuel_t.values()) else ():
        by_ais, by_calls = ais_t.get(category, 0.0), calls_fuel_t.get(category, 0.0)
        ais, calls = f"{by_ais:,.0f}", f"{by_calls:,.0f}"
        if by_ais == 0.0 and by_calls > 0.0:
            found.append(problem("TY3270", category, calls=calls))
        elif not SMALLEST_RATIO * by_calls <= by_ais <= LARGEST_RATIO * by_calls:
            found.append(problem("TY3272", category, ais=ais, calls=calls))
    return found


def stopping_findings(
    days: tuple[int, int], ais_t: Mapping[str, float], calls_fuel_t: Mapping[str, float], settings: AisSettings
) -> list[Problem]:
    """Return the findings that the project has not accepted by its assumptions of the group `ais`."""
    is_heard = days[0] >= settings.smallest_day_share * days[1]
    accepted = {"TY3271"} if is_heard else set()
    if settings.accepts_difference:
        accepted |= {"TY3270", "TY3272"}
    return [found for found in coverage_findings(days, ais_t, calls_fuel_t) if found.code not in accepted]
