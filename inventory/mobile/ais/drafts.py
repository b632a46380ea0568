"""Engine work of ships → activity drafts in engine hours with power and load, as those of calls, which they replace.

hours × rated_power_kw × engine_load_fraction is the work of the group [kWh].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
import pandas as pd

from inventory.exact_sum import exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, draft_row
from inventory.methods.mobile.ship_factors import fuel_use_at_load
from inventory.mobile.ais.coverage import coverage_findings
from inventory.mobile.ais.engine_work import EngineWork
from inventory.mobile.ais.fleet import ROLES, Fleet, ShipClass
from inventory.mobile.ais.settings import AisSettings
from inventory.mobile.mobile_facts import parameter, row_origin

_MAIN = "ship_main_"
_SURROGATE = "ship_tracks"
_SHORE_CATEGORY, _ELECTRICITY, _HELD_ELSEWHERE = "OT.04.01", "electricity", "CO2"
_MODES_ZH = {"transit": "航行", "manoeuvring": "机动", "anchorage": "锚泊", "berth": "靠泊"}
_ROLES_ZH = {"main": "主机", "aux": "辅机", "boiler": "锅炉"}


def build_ais_ships(done: EngineWork, fleet: Fleet, settings: AisSettings) -> LedgerDraft:
    """Return the drafts of all ships whose positions were pulled, and the electricity they took from shore as a memo.

    The draft's geometry_key names its segments (stg_ais_track); its load stands for its bin (load_bins).
    """
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    for group in done.groups.to_dict("records"):
        ship, row = fleet.classes[group["class_number"]], _row_of(fleet, group["class_number"])
        draft_id, technology = group["geometry_key"], ship.technologies[ROLES.index(group["role"])]
        name = f"{ship.ship_type} {_ROLES_ZH[group['role']]} {_MODES_ZH[group['mode']]}"
        activities.append(
            draft_row(
                draft_id=draft_id, source_id="ais", source_category=ship.category, fuel_or_product=ship.fuel,
                technology=technology, control_path_id=ship.control_path_id, size_class=ship.size_class,
                release_point_id=group["label"], activity_value=group["hours"], activity_unit="h",
                data_quality="M", surrogate=_SURROGATE, geometry_key=draft_id, name_zh=name,
                citation=row["citation"], **row_origin(row),
            )
        )  # fmt: skip
        parameters += _parameters(draft_id, group, ship, row=row, settings=settings)
    return build_draft(activities + _shore_power(done, fleet), parameters)


def ais_fuel_t(done: EngineWork, fleet: Fleet, *, category: str | None = None, fuel: str) -> float:
    """Return the fuel that the ships burn [t], as their records do; of one category, or of all."""
    groups = done.groups
    ships = [fleet.classes[number] for number in groups["class_number"]]
    chosen = np.array([ship.fuel == fuel and category in (None, ship.category) for ship in ships], dtype=np.bool_)
    use = np.array([_fuel_g_per_kwh(row, ship) for row, ship in zip(groups.to_dict("records"), ships, strict=True)])
    return exact_sum((groups["work_kwh"].to_numpy(float) * use / 1e6)[chosen]) if len(groups) else 0.0


def ais_fuel_by_category(done: EngineWork, fleet: Fleet) -> dict[str, float]:
    """Return the fuel that the ships burn by source category [t]."""
    fuels = sorted({ship.fuel for ship in fleet.classes})
    return {
        category: exact_sum([ais_fuel_t(done, fleet, category=category, fuel=fuel) for fuel in fuels])
        for category in sorted({ship.category for ship in fleet.classes})
    }


def ais_messages(done: EngineWork, fleet: Fleet, *, calls_fuel_t: Mapping[str, float]) -> tuple[str, ...]:
    """Return what a compiler should know: that calls were replaced, with both totals, and what was not estimated.

    Parameters
    ----------
    done : EngineWork
    fleet : Fleet
    calls_fuel_t : mapping of str to float
        Fuel of the records that are replaced, by source category [t].

    """
    by_category = ais_fuel_by_category(done, fleet)
    both = [
        f"{category} {by_category.get(category, 0.0):,.0f} ({calls_fuel_t.get(category, 0.0):,.0f})"
        for category in sorted({*calls_fuel_t, *by_category})
    ]
    ais_t, calls_t = exact_sum(list(by_category.values())), exact_sum(list(calls_fuel_t.values()))
    left, unknown, fishing = done.cleaning, done.unregistered, done.fishing
    shore_mwh = exact_sum(done.shore_kwh["kwh"]) / 1000.0
    return (
        f"船舶改用 AIS 航迹，不再用艘次：燃料 {ais_t:,.0f} t（艘次法 {calls_t:,.0f} t）"
        f" / ships by AIS instead of calls: fuel {ais_t:,.0f} t (by calls {calls_t:,.0f} t); {'; '.join(both)}",
        f"AIS：{left.positions:,} 条位置，估算 {done.hours - unknown['hours'] - fishing['hours']:,.0f} h；"
        f"未估算：间隔过长 {left.gap_h:,.0f} h、速度不可能 {left.broken_h:,.0f} h、未登记船 {unknown['hours']:,.0f} h"
        f" / hours not estimated: gaps, impossible speeds, vessels without a row",
        f"AIS 剔除 / left out: 同刻异地 / two places at once {left.at_two_places:,}、"
        f"同刻重复 / repeated instant {left.repeated_instant:,}、不可达 / out of reach {left.out_of_reach:,}",
        f"岸电（备查） / shore power (memo): {shore_mwh:,.1f} MWh",
        *(f"[{found.code}] {found.message_zh} / {found.message_en}" for found in done.findings),
        *_fishing(done),
        *(
            f"[{found.code}] {found.place}：{found.message_zh} / {found.message_en}"
            for found in coverage_findings(done.days, by_category, calls_fuel_t)
        ),
    )


def _fishing(done: EngineWork) -> list[str]:
    """Say which hours are left out because fishing boats are estimated by their fuel."""
    vessels, hours = done.fishing["vessels"], done.fishing["hours"]
    if not vessels:
        return []
    return [
        f"AIS 中的渔船 {vessels:,.0f} 艘、{hours:,.0f} h 不计入船舶：渔船按燃料估算（MB.06.02）"
        f" / fishing boats are left out of the ships: they are estimated by their fuel"
    ]


def _row_of(fleet: Fleet, class_number: int) -> dict[str, object]:
    """Return the first row of the register that belongs to a class; of lowest confidence where they differ."""
    rows = fleet.table[fleet.class_of_row == class_number]
    weakest = max(rows["confidence"], key="HML".find)
    return cast("dict[str, object]", rows.iloc[0].to_dict()) | {"confidence": weakest}


def _parameters(
    draft_id: str, group: dict[str, object], ship: ShipClass, *, row: dict[str, object], settings: AisSettings
) -> list[dict[str, object]]:
    """Return power, load, sulphur, fuel per work at the best load (the method applies the load) and per hour."""
    source = pd.Series(row)
    assumed = settings.sulphur(ship.fuel)
    sulphur_from = assumed if float(assumed["value"]) == ship.sulphur else source
    names = ("work_kwh", "hours", "load", "fuel_use_g_per_kwh")
    work_kwh, hours, load, use = (float(cast("float", group[name])) for name in names)
    burned_kg = work_kwh * _fuel_g_per_kwh(group, ship) / 1000.0
    return [
        parameter(draft_id, "rated_power_kw", work_kwh / (hours * load), source, "kW"),
        parameter(draft_id, "engine_load_fraction", load, source, "1"),
        parameter(draft_id, "sulphur_fraction", ship.sulphur, sulphur_from, "1"),
        parameter(draft_id, "specific_fuel_use_g_per_kwh", use, source, "g/kWh"),
        parameter(draft_id, "specific_fuel_use_kg_per_unit", burned_kg / hours, source, "kg/h"),
    ]


def _fuel_g_per_kwh(group: dict[str, object], ship: ShipClass) -> float:
    """Return the fuel burned per work of a group [g/kWh]; of main engines at their load."""
    use = float(cast("float", group["fuel_use_g_per_kwh"]))
    technology = ship.technologies[ROLES.index(str(group["role"]))]
    if not technology.startswith(_MAIN):
        return use
    return cast("float", fuel_use_at_load(use, load=float(cast("float", group["load"]))))


def _shore_power(done: EngineWork, fleet: Fleet) -> list[dict[str, object]]:
    """Return the electricity from shore by class of ship: a memo whose CO2 the power supply already holds."""
    found = []
    for number, kwh in zip(done.shore_kwh["class_number"], done.shore_kwh["kwh"], strict=True):
        ship, row = fleet.classes[int(number)], _row_of(fleet, int(number))
        label = f"shore power {ship.category} {ship.ship_type} {ship.technologies[0]} {ship.fuel} S{ship.sulphur:g}"
        found.append(
            draft_row(
                draft_id=f"ais|{label}", source_id="ais", source_category=_SHORE_CATEGORY,
                fuel_or_product=_ELECTRICITY, release_point_id=label, activity_value=float(kwh), activity_unit="kWh",
                data_quality="M", ghg_role="none", in_airshed="no", included_species=_HELD_ELSEWHERE,
                included_in=_SHORE_CATEGORY, name_zh=f"{ship.ship_type} 岸电", citation=row["citation"],
                **row_origin(row),
            )
        )  # fmt: skip
    return found
