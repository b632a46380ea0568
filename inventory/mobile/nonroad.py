"""Non-road machines, fishing, railway diesel: by the fuel that they burn, or by the machines that are delivered."""

from __future__ import annotations

import pandas as pd

from inventory.exact_sum import exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, concat_drafts, draft_row
from inventory.mobile.machines import (
    build_machines,
    delivered_categories,
    machine_fuel_t,
    machine_messages,
    require_like_statistics,
)
from inventory.mobile.mobile_facts import MobileFacts, origin, parameter

_STAGES = (
    ("construction machinery: share stage 2 or older", "nonroad_stage_2"),
    ("construction machinery: share stage 3", "nonroad_stage_3"),
)
_SIZE = "kw_75_130"
_FARM = "MB.06.01"


def build_nonroad(facts: MobileFacts) -> LedgerDraft:
    """Return construction, factory, port and farm machines, fishing boats and diesel railways.

    Machines: shaft work [kWh] = fuel [kg] / specific fuel use [kg/kWh], split by emission stage. The fuel of the
    construction sector closes the balance; n × kW × h × load of the machine table would give about twice as much. A
    category whose diesel machines are delivered (sources/machines) is built of them alone.

    Raises
    ------
    SchemaError
        For wrong machines, and for machines whose diesel is far from that of the statistics.

    """
    railway = facts.fact("nonroad", "railway diesel")
    delivered = delivered_categories(facts, "diesel")
    machines = build_machines(facts)
    require_like_statistics(facts, sector_diesel_t(facts))
    return concat_drafts(
        machines,
        *(
            _machines(leaf, fact, facts, name=name, share=share)
            for leaf, (fact, name, share) in _by_stage(facts).items()
            if leaf not in delivered
        ),
        *([] if _FARM in delivered else [_by_fuel(_FARM, _farm(facts), facts, name="农业机械")]),
        _by_fuel("MB.11.01", railway, facts, name="内燃机车"),
        _fishing("diesel", facts.assumption("nonroad", "fishing_diesel_t"), facts),
        _fishing("fuel_oil", facts.fact("energy_balance", "Agriculture", "fuel_oil"), facts),
    )


def offroad_diesel_t(facts: MobileFacts) -> float:
    """Return the diesel that machines, fishing, rail and ground support burn [t]."""
    delivered = delivered_categories(facts, "diesel")
    sectors = {leaf: fuel_t for leaf, fuel_t in sector_diesel_t(facts).items() if leaf not in delivered}
    named = (facts.fact("nonroad", "railway diesel"), facts.fact("nonroad", "airport ground support diesel"))
    fishing_t = facts.value("nonroad", "fishing_diesel_t")
    others = [*(float(fact["value"]) for fact in named), fishing_t]
    return exact_sum([*sectors.values(), *others, machine_fuel_t(facts, "diesel")])


def sector_diesel_t(facts: MobileFacts) -> dict[str, float]:
    """Return the diesel of each category of machines by the statistics [t]."""
    by_stage = {leaf: float(fact["value"]) * share for leaf, (fact, _, share) in _by_stage(facts).items()}
    return by_stage | {_FARM: float(_farm(facts)["value"])}


def nonroad_messages(facts: MobileFacts) -> tuple[str, ...]:
    """Return what a compiler should know of delivered machines: both totals per category."""
    return machine_messages(facts, sector_diesel_t(facts))


def _by_stage(facts: MobileFacts) -> dict[str, tuple[pd.Series, str, float]]:
    """Return fact, name and share of the fuel of the categories that are split by emission stage."""
    factory_share = facts.value("nonroad", "factory_share_of_industry_diesel")
    return {
        "MB.05.01": (facts.fact("energy_balance", "Construction", "diesel"), "工程机械", 1.0),
        "MB.05.02": (facts.fact("energy_balance", "Industry", "diesel"), "厂内机械", factory_share),
        "MB.07.01": (facts.fact("nonroad", "port machinery: port machinery diesel"), "港口机械", 1.0),
    }


def _farm(facts: MobileFacts) -> pd.Series:
    """Return the diesel of farm machinery."""
    return facts.fact("agriculture", "farm machinery diesel")


def _machines(leaf: str, fact: pd.Series, facts: MobileFacts, *, name: str, share: float = 1.0) -> LedgerDraft:
    """Return the emission stages of one machine fleet [kWh]."""
    use = facts.assumption("nonroad", "shaft_fuel_use_kg_per_kwh")
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    for item, technology in _STAGES:
        stage = facts.fact("nonroad", item)
        draft_id = f"nonroad|{leaf}|{technology}"
        shaft_kwh = float(fact["value"]) * share * float(stage["value"]) * 1000.0 / float(use["value"])
        activities.append(
            draft_row(
                draft_id=draft_id, source_id="nonroad", source_category=leaf, fuel_or_product="diesel",
                technology=technology, size_class=_SIZE, activity_value=shaft_kwh, activity_unit="kWh",
                data_quality="L", name_zh=f"{name} {technology[-1]} 阶段", citation=fact["citation"], **origin(fact),
            )
        )  # fmt: skip
        parameters.append(parameter(draft_id, "specific_fuel_use_kg_per_unit", float(use["value"]), use, "kg/kWh"))
        parameters.append(_diesel_sulphur(draft_id, facts))
    return build_draft(activities, parameters)


def _by_fuel(leaf: str, fact: pd.Series, facts: MobileFacts, *, name: str) -> LedgerDraft:
    """Return a record by its mass of diesel [t]."""
    draft_id = f"nonroad|{leaf}|diesel"
    activity = draft_row(
        draft_id=draft_id, source_id="nonroad", source_category=leaf, fuel_or_product="diesel",
        activity_value=float(fact["value"]), activity_unit="t", data_quality=fact["confidence"], name_zh=name,
        citation=fact["citation"], **origin(fact),
    )  # fmt: skip
    return build_draft([activity], [_diesel_sulphur(draft_id, facts)])


def _fishing(fuel: str, row: pd.Series, facts: MobileFacts) -> LedgerDraft:
    """Return fishing boats on one fuel, with the factors of inland vessels and the gases of water-borne transport."""
    draft_id = f"nonroad|MB.06.02|{fuel}"
    activity = draft_row(
        draft_id=draft_id, source_id="nonroad", source_category="MB.06.02", fuel_or_product=fuel,
        activity_value=float(row["value"]), activity_unit="t", data_quality="L", name_zh="渔船",
        citation=row["citation"], **origin(row),
    )  # fmt: skip
    stated = facts.assumptions[facts.assumptions["group_name"].isin(["fishing", f"fishing_{fuel}"])]
    parameters = [parameter(draft_id, ef["name"], float(ef["value"]), ef) for _, ef in stated.iterrows()]
    if fuel == "diesel":
        parameters.append(_diesel_sulphur(draft_id, facts))
    return build_draft([activity], parameters)


def _diesel_sulphur(draft_id: str, facts: MobileFacts) -> dict[str, object]:
    """Return the sulphur of non-road diesel."""
    sulphur = facts.assumption("nonroad", "sulphur_fraction")
    return parameter(draft_id, "sulphur_fraction", float(sulphur["value"]), sulphur)
