"""What a project declares about its ship positions; assumptions of the group `ais`, defaults where it says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from inventory.mobile.mobile_facts import MobileFacts

_GROUP = "ais"


@dataclass(frozen=True)
class AisSettings:
    """Limits of the tracks and the sulphur of the fuels.

    Attributes
    ----------
    time_zone : str
        The inventory year is the local year of this zone.
    longest_interval_h : float
        A longer time between two messages is a gap: not estimated, and reported.
    highest_speed_kn : float
        A ship that would have to be faster was not there.
    smallest_day_share : float
        Part of the days of the year [1] on which positions must stand, for the log to take the place of calls.
    accepts_difference : bool
        The project knows that fuel by positions and by calls differ (`accept_difference_from_calls` = 1).
    marine_sulphur, diesel_sulphur : Series
        Rows of the assumptions: mass fraction in marine fuels and in road diesel.

    """

    inventory_year: int
    time_zone: str
    marine_sulphur: pd.Series
    diesel_sulphur: pd.Series
    longest_interval_h: float = 2.0
    highest_speed_kn: float = 50.0
    smallest_day_share: float = 0.95
    accepts_difference: bool = False

    @property
    def year_ms(self) -> tuple[int, int]:
        """Begin and end of the local year [ms since 1970, UTC]."""
        zone = ZoneInfo(self.time_zone)
        years = (self.inventory_year, self.inventory_year + 1)
        begin, end = (round(datetime(year, 1, 1, tzinfo=zone).timestamp() * 1000) for year in years)
        return begin, end

    def sulphur(self, fuel: str) -> pd.Series:
        """Return the assumption on the sulphur of a fuel."""
        return self.diesel_sulphur if fuel == "diesel" else self.marine_sulphur


def ais_settings(facts: MobileFacts, time_zone: str) -> AisSettings:
    """Return the settings of a project: rows of the assumptions `ais`, defaults where it has none.

    Known are `longest_interval_h`, `highest_speed_kn`, `smallest_day_share` and `accept_difference_from_calls`.

    Raises
    ------
    SchemaError
        If the project does not state the sulphur of its fuels.

    """
    table = facts.assumptions
    own = table[table["group_name"] == _GROUP].set_index("name")["value"].astype(float)
    limits = ("longest_interval_h", "highest_speed_kn", "smallest_day_share")
    known = {name: float(own[name]) for name in limits if name in own.index}
    return AisSettings(
        facts.inventory_year,
        time_zone,
        facts.assumption("ship", "sulphur_fraction"),
        facts.assumption("nonroad", "sulphur_fraction"),
        accepts_difference=own.get("accept_difference_from_calls", 0.0) == 1.0,
        **known,
    )
