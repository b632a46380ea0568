"""What vehicles raise besides exhaust: petrol vapour, wear of tyres, brakes and roads, and road dust."""

from __future__ import annotations

import pandas as pd

from inventory.exact_sum import exact_group_sum, exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, draft_row
from inventory.mobile.link_traffic import link_surrogate
from inventory.mobile.mobile_facts import MobileFacts, parameter, row_origin

_WEAR = {"MB.04.01": "轮胎磨损", "MB.04.02": "刹车磨损", "MB.04.03": "路面磨损"}
_MOTORCYCLES = "MB.03.01"
_SPEED, _SHARE = "mean_speed_km_per_h", "distance_fraction"
_SIZES = ("TSP", "PM2.5", "PM2.5-10")
_LOSSES = ("running_loss_g_per_h", "parking_loss_g_per_day")


def build_evaporation(fleet: pd.DataFrame, facts: MobileFacts) -> LedgerDraft:
    """Return one draft of petrol vehicles per class [vehicles], with mileage, speed and losses.

    References
    ----------
    T/CSES 144-2024, equation (30): running and parking loss; factors of cars only, so motorcycles are left out.

    """
    is_petrol = (fleet["fuel_or_product"] == "gasoline") & (fleet["source_category"] != _MOTORCYCLES)
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    for name, rows in fleet[is_petrol].groupby("class_name", sort=True):
        first = rows.iloc[0].to_dict()
        draft_id = f"on_road|evaporation|{name}"
        activities.append(
            draft_row(
                draft_id=draft_id, source_id="vehicles", source_category="MB.01.06", fuel_or_product="gasoline",
                release_point_id=name, activity_value=exact_sum(rows["stock"]), activity_unit="piece",
                data_quality="L", name_zh=f"{first['name_zh']} 汽油蒸发", citation=str(first["citation"]),
                surrogate="vehicle_population", **row_origin(first),
            )
        )  # fmt: skip
        speed, mileage = _mean_speed(str(first["speed_profile"]), facts), pd.Series(first)
        parameters += [
            parameter(draft_id, "annual_km_per_vehicle", _mean_annual_km(rows), mileage, "km"),
            parameter(draft_id, _SPEED, float(speed["value"]), speed),
        ]
        parameters += [_of_road(draft_id, loss, facts) for loss in _LOSSES]
    return build_draft(activities, parameters)


def build_wear(fleet: pd.DataFrame, surrogate: str = "") -> LedgerDraft:
    """Return tyre, brake and road wear drafts by wear class; electric kilometres wear too."""
    classes = sorted(set(fleet["wear_technology"]))
    codes = fleet["wear_technology"].map(classes.index).to_numpy()
    totals = exact_group_sum(fleet["wear_vkm"], codes, len(classes))
    first = fleet.iloc[0].to_dict()
    rows = [
        draft_row(
            draft_id=f"on_road|{leaf}|{name}", source_id="vehicles", source_category=leaf, fuel_or_product="vehicle_km",
            technology=name, activity_value=float(total), activity_unit="vkm", data_quality="L", name_zh=name_zh,
            surrogate=surrogate, citation=str(first["citation"]), **row_origin(first),
        )
        for leaf, name_zh in _WEAR.items()
        for name, total in zip(classes, totals, strict=True)
    ]  # fmt: skip
    return build_draft(rows, [])


def build_road_dust(fleet: pd.DataFrame, facts: MobileFacts) -> LedgerDraft:
    """Return paved road dust drafts with silt load, weight, wet days and the removal by sweeping.

    References
    ----------
    inventory.methods.dust.paved_roads.

    """
    total_vkm = exact_sum(fleet["wear_vkm"])
    expressway = facts.value("road", "expressway_share_of_vkm")
    swept = facts.assumption("road", "road_cleaning_removal")
    first = fleet.iloc[0].to_dict()
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    for product, share, road, name in (
        ("silt_road_expressway", expressway, "expressway", "快速路扬尘"),
        ("paved_road", 1.0 - expressway, "arterial", "铺装道路扬尘"),
    ):
        draft_id = f"on_road|dust|{road}"
        activities.append(
            draft_row(
                draft_id=draft_id, source_id="vehicles", source_category="DU.01.01", fuel_or_product=product,
                activity_value=total_vkm * share, activity_unit="vkm", data_quality="L", name_zh=name,
                surrogate=link_surrogate(facts, "dust"),
                citation=str(first["citation"]), **row_origin(first),
            )
        )  # fmt: skip
        silt = facts.assumption("road", f"silt_load_g_per_m2:{road}")
        parameters.append(parameter(draft_id, "silt_load_g_per_m2", float(silt["value"]), silt))
        parameters += [_of_road(draft_id, given, facts) for given in ("vehicle_weight_t", "wet_days_per_a")]
        parameters += [parameter(draft_id, f"removal:{size}", float(swept["value"]), swept) for size in _SIZES]
    return build_draft(activities, parameters)


def _mean_annual_km(rows: pd.DataFrame) -> float:
    """Return the mean mileage per vehicle of a class [km/a]; its standards may differ where ages are delivered."""
    if (rows["annual_km"] == rows["annual_km"].iloc[0]).all():
        return float(rows["annual_km"].iloc[0])
    return exact_sum(rows["stock"] * rows["annual_km"]) / exact_sum(rows["stock"])


def _mean_speed(profile: str, facts: MobileFacts) -> pd.Series:
    """Return the mean speed over all roads [km/h] = 1 / Σ (share of the distance / speed)."""
    rows = facts.group(profile)
    value = {str(row["name"]): float(row["value"]) for _, row in rows.iterrows()}
    roads = {name.partition(":")[2]: speed for name, speed in value.items() if name.startswith(_SPEED)}
    hours = exact_sum([value.get(f"{_SHARE}:{road}", 1.0) / speed for road, speed in roads.items()])
    return pd.concat([rows.iloc[0].drop("value"), pd.Series({"value": 1.0 / hours})])


def _of_road(draft_id: str, name: str, facts: MobileFacts) -> dict[str, object]:
    """Return a parameter that all roads share."""
    given = facts.assumption("road", name)
    return parameter(draft_id, name, float(given["value"]), given)
