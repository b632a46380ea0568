"""Fuel sold as a constraint: what the in-domain records do not burn was used outside the domain or by others."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from inventory.activity_record import DENSITY
from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, concat_drafts, draft_row
from inventory.mobile.aviation import build_aviation, lto_cycles
from inventory.mobile.machines import machine_fuel_t
from inventory.mobile.meters import meter_messages
from inventory.mobile.mobile_facts import MobileFacts, origin
from inventory.mobile.nonroad import build_nonroad, nonroad_messages, offroad_diesel_t
from inventory.mobile.on_road import build_on_road, fleet_fuel_t, fleet_kilometres, on_road_messages
from inventory.mobile.partners import require_partners
from inventory.mobile.ships import build_ships, ship_fuel_by_category, ship_fuel_t

FUEL_SOLD = "fuel sold"
"""First words of the measure in core_step_balance, followed by fuel and category of the balancing record."""

_TRANSPORT = "Transportation, Telecommunications, Postal"


@dataclass(frozen=True)
class Closure:
    """One balancing record: fuel sold, fuel burned by in-domain records, and the category of the rest [t]."""

    name_zh: str
    source_category: str
    fuel: str
    sold_t: float
    in_domain_t: float
    citation_row: pd.Series

    @property
    def outside_t(self) -> float:
        """Fuel sold and used outside the domain, or by vehicles that the stock does not hold [t]."""
        return self.sold_t - self.in_domain_t


def build_mobile(facts: MobileFacts) -> LedgerDraft:
    """Return all mobile drafts with one balancing record per fuel and kind of traffic.

    Raises
    ------
    SchemaError
        If a row of the tables would be lost (`require_partners`), or more fuel burns than was sold.

    """
    require_partners(facts)
    return concat_drafts(
        build_on_road(facts), build_nonroad(facts), _ships(facts), build_aviation(facts), _balancing(facts)
    )


def mobile_messages(facts: MobileFacts) -> tuple[str, ...]:
    """Return what a compiler should know of optional deliveries: ships, machines, links and meters beside the rest."""
    fleet = fleet_kilometres(facts).rows
    ships = facts.ais.messages(ship_fuel_by_category(facts)) if facts.ais else ()
    return (*ships, *nonroad_messages(facts), *on_road_messages(facts), *meter_messages(facts, fleet))


def fuel_closures(facts: MobileFacts) -> list[Closure]:
    """Return what was sold and what in-domain records burn, per fuel.

    Raises
    ------
    SchemaError
        If in-domain records burn more than was sold, naming each fuel.

    """
    closures = [*_road(facts), *_gas(facts), *_marine(facts), *_aviation(facts)]
    negative = [closure for closure in closures if closure.outside_t < 0]
    if negative:
        raise SchemaError(
            *(
                problem(
                    "TY3205",
                    closure.name_zh,
                    in_domain_t=f"{closure.in_domain_t:.0f}",
                    sold_t=f"{closure.sold_t:.0f}",
                    fuel=closure.fuel,
                )
                for closure in negative
            )
        )
    return closures


def _ships(facts: MobileFacts) -> LedgerDraft:
    """Return the ships: by their positions where a log is delivered, else by calls; never both."""
    return facts.ais.draft() if facts.ais else build_ships(facts)


def _ship_fuel_t(facts: MobileFacts, *, fuel: str, category: str = "") -> float:
    """Return the fuel of the ships' records [t]; of one category, or of all."""
    if facts.ais:
        return facts.ais.fuel_t(category=category or None, fuel=fuel)
    return ship_fuel_t(facts, category=category or None, fuel=fuel)


def _road(facts: MobileFacts) -> list[Closure]:
    """Return petrol and diesel; ships on road diesel and off-road machines burn their part of the diesel."""
    petrol = facts.fact("energy_balance", _TRANSPORT, "gasoline")
    diesel = facts.fact("energy_balance", _TRANSPORT, "diesel")
    burned_diesel = (
        fleet_fuel_t(facts, "diesel")
        + offroad_diesel_t(facts)
        + _ship_fuel_t(facts, fuel="diesel")
        + _ship_fuel_t(facts, fuel="marine_gas_oil")
    )
    return [
        Closure(
            "汽油：外省车辆与域外使用",
            "MB.01.01",
            "gasoline",
            facts.sold_t("gasoline"),
            fleet_fuel_t(facts, "gasoline") + machine_fuel_t(facts, "gasoline"),
            petrol,
        ),
        Closure("柴油：外省车辆与域外使用", "MB.02.04", "diesel", facts.sold_t("diesel"), burned_diesel, diesel),
    ]


def _gas(facts: MobileFacts) -> list[Closure]:
    """Return transport LPG and natural gas; gas is closed by mass against the LNG and CNG of the fleet."""
    lpg = facts.fact("energy_balance", _TRANSPORT, "lpg")
    gas = facts.fact("energy_balance", _TRANSPORT, "natural_gas")
    sold_t = float(gas["value"]) * facts.value("natural_gas", DENSITY) / 1000.0
    burned_t = fleet_fuel_t(facts, "lng") + _ship_fuel_t(facts, fuel="lng") + fleet_fuel_t(facts, "cng")
    return [
        Closure("液化石油气：交通用", "MB.01.02", "lpg", float(lpg["value"]), 0.0, lpg),
        Closure("天然气：交通用余量", "MB.02.04", "lng", sold_t, burned_t, gas),
    ]


def _marine(facts: MobileFacts) -> list[Closure]:
    """Return bunkers: the domestic share of transport fuel oil is an input of the project."""
    oil = facts.fact("energy_balance", _TRANSPORT, "fuel_oil")
    domestic = facts.value("fuel_oil", "domestic_share_of_transport_fuel_oil")
    burned = {
        category: _ship_fuel_t(facts, category=category, fuel="marine_residual_oil")
        for category in ("MB.08.01", "MB.08.02")
    }
    sold_t = float(oil["value"])
    return [
        Closure("国际航海燃料舱（域外）", "MB.08.03", "fuel_oil", sold_t * (1.0 - domestic), burned["MB.08.01"], oil),
        Closure("沿海国内航线（域外）", "MB.08.04", "fuel_oil", sold_t * domestic, burned["MB.08.02"], oil),
    ]


def _aviation(facts: MobileFacts) -> list[Closure]:
    """Return cruise fuel: refuelling abroad is international, the rest by the project's shares."""
    kerosene = facts.fact("energy_balance", _TRANSPORT, "kerosene")
    abroad_t = float(facts.fact("energy_balance", "Chinese Vessels Refueling Abroad", "kerosene")["value"])
    city_t = float(kerosene["value"]) - abroad_t
    domestic = facts.value("kerosene", "domestic_share_of_city_fuelling")
    hmt = facts.value("kerosene", "hmt_share_of_city_fuelling")
    cycles = lto_cycles(facts)
    lto_t = {
        leaf: exact_sum(cycles.loc[cycles["source_category"] == leaf, "fuel_t"])
        for leaf in ("MB.10.01", "MB.10.02", "MB.10.03")
    }
    return [
        Closure("国内航班巡航", "MB.10.04", "jet_kerosene", city_t * domestic, lto_t["MB.10.01"], kerosene),
        Closure("港澳台航班巡航", "MB.10.05", "jet_kerosene", city_t * hmt, lto_t["MB.10.02"], kerosene),
        Closure(
            "国际航班巡航（燃料舱）",
            "MB.10.06",
            "jet_kerosene",
            city_t * (1.0 - domestic - hmt) + abroad_t,
            lto_t["MB.10.03"],
            kerosene,
        ),
    ]


def _balancing(facts: MobileFacts) -> LedgerDraft:
    """Return the balancing records."""
    rows = [
        draft_row(
            draft_id=f"fuel_sold_outside|{closure.source_category}|{closure.fuel}", source_id="energy_balance",
            source_category=closure.source_category, fuel_or_product=closure.fuel, activity_value=closure.outside_t,
            activity_unit="t", data_quality="L", boundary="fuel_sold_outside", in_airshed="no", name_zh=closure.name_zh,
            citation=closure.citation_row["citation"], **origin(closure.citation_row),
        )
        for closure in fuel_closures(facts)
    ]  # fmt: skip
    return build_draft(rows, [])
