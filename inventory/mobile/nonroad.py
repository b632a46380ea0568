"""Non-road machines, fishing, railway diesel: by the fuel that they burn."""

from __future__ import annotations

import pandas as pd

from inventory.ledger_draft import LedgerDraft, build_draft, draft_row
from inventory.mobile.mobile_facts import MobileFacts, origin, parameter

_STAGES = (
    ("construction machinery: share stage 2 or older", "nonroad_stage_2"),
    ("construction machinery: share stage 3", "nonroad_stage_3"),
)
_SIZE = "kw_75_130"


def build_nonroad(facts: MobileFacts) -> LedgerDraft:
    """Return construction, factory, port and farm machines, fishing boats and diesel railways.

    Machines: shaft work [kWh] = fuel [kg] / specific fuel use [kg/kWh], split by emission stage. The fuel of the
    construction sector closes the balance; n × kW × h × load of the machine table would give about twice as much.
    """
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    construction = facts.fact("energy_balance", "Construction", "diesel")
    factory = facts.fact("energy_balance", "Industry", "diesel")
    port = facts.fact("nonroad", "port machinery: port machinery diesel")
    factory_share = facts.value("nonroad", "factory_share_of_industry_diesel")
    for leaf, fact, share, name in (
        ("MB.05.01", construction, 1.0, "工程机械"),
        ("MB.05.02", factory, factory_share, "厂内机械"),
        ("MB.07.01", port, 1.0, "港口机械"),
    ):
        _add_machines(leaf, fact, share, name, facts, activities, parameters)
    for leaf, item, name in (
        ("MB.06.01", "farm machinery diesel", "农业机械"),
        ("MB.11.01", "railway diesel", "内燃机车"),
    ):
        source = "agriculture" if leaf == "MB.06.01" else "nonroad"
        _add_fuel(leaf, facts.fact(source, item), "diesel", name, facts, activities, parameters)
    _add_fishing(facts, activities, parameters)
    return build_draft(activities, parameters)


def offroad_diesel_t(facts: MobileFacts) -> float:
    """Return the diesel that machines, fishing, rail and ground support burn [t]."""
    named = (
        facts.fact("energy_balance", "Construction", "diesel"),
        facts.fact("nonroad", "port machinery: port machinery diesel"),
        facts.fact("agriculture", "farm machinery diesel"),
        facts.fact("nonroad", "railway diesel"),
        facts.fact("nonroad", "airport ground support diesel"),
    )
    factory_t = float(facts.fact("energy_balance", "Industry", "diesel")["value"])
    return (
        sum(float(fact["value"]) for fact in named)
        + factory_t * facts.value("nonroad", "factory_share_of_industry_diesel")
        + facts.value("nonroad", "fishing_diesel_t")
    )


def _add_machines(
    leaf: str, fact: pd.Series, share: float, name: str, facts: MobileFacts,
    activities: list[dict[str, object]], parameters: list[dict[str, object]],
) -> None:  # fmt: skip
    """Append the emission stages of one machine fleet [kWh]."""
    use = facts.assumption("nonroad", "shaft_fuel_use_kg_per_kwh")
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
        _add_sulphur(draft_id, facts, parameters)


def _add_fuel(
    leaf: str, fact: pd.Series, fuel: str, name: str, facts: MobileFacts,
    activities: list[dict[str, object]], parameters: list[dict[str, object]],
) -> None:  # fmt: skip
    """Append a record by fuel mass [t]."""
    draft_id = f"nonroad|{leaf}|{fuel}"
    activities.append(
        draft_row(
            draft_id=draft_id, source_id="nonroad", source_category=leaf, fuel_or_product=fuel,
            activity_value=float(fact["value"]), activity_unit="t", data_quality=fact["confidence"], name_zh=name,
            citation=fact["citation"], **origin(fact),
        )
    )  # fmt: skip
    _add_sulphur(draft_id, facts, parameters)


def _add_fishing(facts: MobileFacts, activities: list[dict[str, object]], parameters: list[dict[str, object]]) -> None:
    """Append fishing boats, with the factors of inland vessels."""
    diesel = facts.assumption("nonroad", "fishing_diesel_t")
    oil = facts.fact("energy_balance", "Agriculture", "fuel_oil")
    for fuel, row in (("diesel", diesel), ("fuel_oil", oil)):
        draft_id = f"nonroad|MB.06.02|{fuel}"
        activities.append(
            draft_row(
                draft_id=draft_id, source_id="nonroad", source_category="MB.06.02", fuel_or_product=fuel,
                activity_value=float(row["value"]), activity_unit="t", data_quality="L", name_zh="渔船",
                citation=row["citation"], **origin(row),
            )
        )  # fmt: skip
        supplied = facts.assumptions[facts.assumptions["group_name"] == "fishing"]
        parameters += [parameter(draft_id, ef["name"], float(ef["value"]), ef) for _, ef in supplied.iterrows()]
    _add_sulphur("nonroad|MB.06.02|diesel", facts, parameters)


def _add_sulphur(draft_id: str, facts: MobileFacts, parameters: list[dict[str, object]]) -> None:
    """Append the sulphur of non-road diesel."""
    sulphur = facts.assumption("nonroad", "sulphur_fraction")
    parameters.append(parameter(draft_id, "sulphur_fraction", float(sulphur["value"]), sulphur))
