"""Ships by their positions, as the mobile sources use them in place of calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from inventory.errors import SchemaError
from inventory.ledger_draft import LedgerDraft
from inventory.mobile.ais.coverage import stopping_findings
from inventory.mobile.ais.drafts import ais_fuel_by_category, ais_fuel_t, ais_messages, build_ais_ships
from inventory.mobile.ais.engine_work import EngineWork, engine_work
from inventory.mobile.ais.fleet import Fleet, load_fleet
from inventory.mobile.ais.settings import AisSettings, ais_settings
from inventory.mobile.mobile_facts import MobileFacts
from inventory.mobile.ships import ship_fuel_by_category

_NOTHING_TO_ESTIMATE = "TY3269"


@dataclass(frozen=True)
class AisShips:
    """The ships of a log: their records take the place of those of calls, never both."""

    fleet: Fleet
    settings: AisSettings
    done: EngineWork

    def draft(self) -> LedgerDraft:
        """Return the activity drafts."""
        return build_ais_ships(self.done, self.fleet, self.settings)

    def fuel_t(self, *, category: str | None = None, fuel: str) -> float:
        """Return the fuel that the ships burn [t]; of one category, or of all."""
        return ais_fuel_t(self.done, self.fleet, category=category, fuel=fuel)

    def messages(self, calls_fuel_t: Mapping[str, float]) -> tuple[str, ...]:
        """Return what a compiler should know; `calls_fuel_t` is the fuel of the replaced records by category [t]."""
        return ais_messages(self.done, self.fleet, calls_fuel_t=calls_fuel_t)


def read_ais_ships(
    facts: MobileFacts, register: pd.DataFrame, work: Path, *, time_zone: str, may_set_aside: bool
) -> AisShips:
    """Return the ships of the positions in a work directory; writes stg_ais_segment and stg_ais_track there.

    Parameters
    ----------
    facts : MobileFacts
    register : DataFrame
        stg_vessel_register_vessel.
    work : Path
        Holds raw_ais and raw_ais_static.
    time_zone : str
        Zone of the inventory year.
    may_set_aside : bool
        Vessels without a row of the register are left out with a message; otherwise they stop the build.

    Raises
    ------
    SchemaError
        If a row of the register lacks what its engines need, vessels have no row, the year has no interval, too few
        days have positions, or the fuel is far from that of the calls that are replaced (coverage.py).

    """
    settings = ais_settings(facts, time_zone)
    fleet = load_fleet(register, settings)
    done = engine_work(work, fleet, settings)
    stopping = [found for found in done.findings if not may_set_aside or found.code == _NOTHING_TO_ESTIMATE]
    stopping += stopping_findings(done.days, ais_fuel_by_category(done, fleet), ship_fuel_by_category(facts), settings)
    if stopping:
        raise SchemaError(*stopping)
    return AisShips(fleet, settings, done)
