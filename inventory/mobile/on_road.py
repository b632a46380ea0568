"""On-road vehicles: stock × share of the emission standard × annual mileage → vehicle kilometres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from inventory.activity_record import DENSITY
from inventory.errors import Problem, SchemaError
from inventory.exact_sum import exact_group_sum, exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, draft_row
from inventory.mobile.mobile_facts import MobileFacts, origin, parameter

_MILEAGE = "annual mileage (Shanghai, estimate)"
_WEAR = {"MB.04.01": "轮胎磨损", "MB.04.02": "刹车磨损", "MB.04.03": "路面磨损"}
_DAYS = 365.0


@dataclass(frozen=True)
class FleetKilometres:
    """Vehicle kilometres by class and standard.

    Attributes
    ----------
    rows : DataFrame
        source_category, fuel_or_product, technology, vkm, fuel_use_kg_per_vkm, wear_technology, stock and the
        origin and citation of the stock row.

    """

    rows: pd.DataFrame


def fleet_kilometres(facts: MobileFacts) -> FleetKilometres:
    """Multiply stock, share and mileage of every class of the fleet table.

    vkm = stock × share of standard × mileage × share of the mileage driven on the fuel

    References
    ----------
    MEP 2014 No. 92, technical guideline for on-road vehicle inventories, equation E = Σ P × EF × VKT.

    """
    rows = [row for fleet_class in facts.fleet_classes.itertuples() for row in _class_rows(fleet_class, facts.vehicles)]
    return FleetKilometres(pd.DataFrame(rows))


def build_on_road(facts: MobileFacts) -> LedgerDraft:
    """Return tailpipe, evaporation, wear and road dust drafts of the registered fleet."""
    fleet = fleet_kilometres(facts)
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    for row in fleet.rows[fleet.rows["source_category"] != ""].to_dict("records"):
        draft_id = f"on_road|{row['source_category']}|{row['fuel_or_product']}|{row['technology']}|{row['class_name']}"
        activities.append(_tailpipe(draft_id, row))
        use = {"value": row["fuel_use_kg_per_vkm"], "citation": row["fuel_use_citation"], "confidence": "L"}
        parameters.append(
            parameter(draft_id, "specific_fuel_use_kg_per_unit", row["fuel_use_kg_per_vkm"], pd.Series(use), "kg/vkm")
        )
        if row["fuel_or_product"] in {"gasoline", "diesel"}:
            sulphur = facts.assumption("road", "sulphur_fraction")
            parameters.append(parameter(draft_id, "sulphur_fraction", float(sulphur["value"]), sulphur))
        if row["fuel_or_product"] == "cng":
            density = facts.assumption("natural_gas", DENSITY)
            parameters.append(parameter(draft_id, DENSITY, float(density["value"]), density))
    activities += [*_evaporation(fleet), *_wear(fleet)]
    dust = _road_dust(fleet, facts)
    return build_draft(
        [*activities, *dust.activities.to_dict("records")], [*parameters, *dust.parameters.to_dict("records")]
    )


def fleet_fuel_t(facts: MobileFacts, fuel: str) -> float:
    """Return the fuel that the registered fleet burns [t]."""
    rows = fleet_kilometres(facts).rows
    own = rows[(rows["fuel_or_product"] == fuel) & (rows["source_category"] != "")]
    return exact_sum(own["vkm"] * own["fuel_use_kg_per_vkm"] / 1000.0)


def _class_rows(fleet_class: object, vehicles: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield the standards of one class."""
    about: dict[str, object] = fleet_class._asdict()  # type: ignore[attr-defined]
    stock = _one(vehicles, about["vehicle_type"], about["fuel"], "stock")
    mileage = _mileage(vehicles, str(about["mileage_group"])) * float(about["mileage_share"])  # type: ignore[arg-type]
    for standard, share in _standards(vehicles, about):
        yield {
            "source_category": about["source_category"],
            "fuel_or_product": about["fuel_or_product"],
            "technology": standard,
            "class_name": f"{about['vehicle_type']} {about['fuel']}",
            "name_zh": stock["vehicle_type_zh"],
            "stock": float(stock["value"]) * share,
            "vkm": float(stock["value"]) * share * mileage,
            "fuel_use_kg_per_vkm": float(about["fuel_use_kg_per_vkm"]),  # type: ignore[arg-type]
            "fuel_use_citation": about["citation"],
            "wear_technology": about["wear_technology"],
            "citation": stock["citation"],
            **origin(stock),
        }


def _standards(vehicles: pd.DataFrame, about: dict[str, object]) -> list[tuple[str, float]]:
    """Return emission standards and their shares of a class."""
    group = about["share_group"]
    if not group:
        return [(str(about["default_standard"]) or "any", 1.0)]
    shares = vehicles[(vehicles["vehicle_type"] == group) & (vehicles["metric"] == "share of stock")]
    total = exact_sum(shares["value"])
    if abs(total - 1.0) > 1e-6:
        raise SchemaError(
            Problem(
                "TY3202",
                f"vehicles › {group}",
                f"排放标准份额之和为 {total:g}",
                f"shares of emission standards sum to {total:g}",
            )
        )
    return [(row.standard.lower().replace(" ", "_"), float(row.value)) for row in shares.itertuples()]


def _mileage(vehicles: pd.DataFrame, group: str) -> float:
    """Return the annual mileage of a group [km/a]."""
    found = vehicles[(vehicles["metric"] == _MILEAGE) & (vehicles["vehicle_type"] == group)]
    if len(found) != 1:
        raise SchemaError(Problem("TY3203", f"vehicles › {group}", "缺少年均行驶里程", "annual mileage is missing"))
    return float(found["value"].iloc[0])


def _one(vehicles: pd.DataFrame, vehicle_type: object, fuel: object, metric: str) -> pd.Series:
    """Return the one row of a class and metric."""
    found = vehicles[
        (vehicles["vehicle_type"] == vehicle_type) & (vehicles["fuel"] == fuel) & (vehicles["metric"] == metric)
    ]
    if len(found) != 1:
        raise SchemaError(
            Problem("TY3204", f"vehicles › {vehicle_type} {fuel}", f"{metric} 应有一行", f"{metric} must have one row")
        )
    return found.iloc[0]


def _tailpipe(draft_id: str, row: dict[str, object]) -> dict[str, object]:
    """Return the draft of one class and standard."""
    return draft_row(
        draft_id=draft_id, source_id="vehicles", source_category=row["source_category"],
        fuel_or_product=row["fuel_or_product"], technology=row["technology"], release_point_id=row["class_name"],
        activity_value=row["vkm"], activity_unit="vkm", data_quality="L",
        name_zh=f"{row['name_zh']} {row['technology']}", citation=row["citation"], **_origin_of(row),
    )  # fmt: skip


def _evaporation(fleet: FleetKilometres) -> list[dict[str, object]]:
    """Return one draft of parked petrol vehicles [vehicle days]."""
    petrol = fleet.rows[(fleet.rows["fuel_or_product"] == "gasoline") & (fleet.rows["source_category"] != "MB.03.01")]
    days = exact_sum(petrol["stock"]) * _DAYS
    first = petrol.iloc[0].to_dict()
    return [
        draft_row(
            draft_id="on_road|evaporation", source_id="vehicles", source_category="MB.01.06",
            fuel_or_product="gasoline", technology="evaporation_parking", activity_value=days,
            activity_unit="vehicle_day", data_quality="L", name_zh="汽油车驻车蒸发", citation=str(first["citation"]),
            surrogate="vehicle_population", **_origin_of(first),
        )
    ]  # fmt: skip


def _wear(fleet: FleetKilometres) -> list[dict[str, object]]:
    """Return tyre, brake and road wear drafts by wear class."""
    classes = sorted(set(fleet.rows["wear_technology"]))
    codes = fleet.rows["wear_technology"].map(classes.index).to_numpy()
    totals = exact_group_sum(fleet.rows["vkm"], codes, len(classes))
    first = fleet.rows.iloc[0].to_dict()
    return [
        draft_row(
            draft_id=f"on_road|{leaf}|{name}", source_id="vehicles", source_category=leaf, fuel_or_product="vehicle_km",
            technology=name, activity_value=float(total), activity_unit="vkm", data_quality="L", name_zh=name_zh,
            citation=str(first["citation"]), **_origin_of(first),
        )
        for leaf, name_zh in _WEAR.items()
        for name, total in zip(classes, totals, strict=True)
    ]  # fmt: skip


def _road_dust(fleet: FleetKilometres, facts: MobileFacts) -> LedgerDraft:
    """Return paved road dust drafts with their factors.

    EF = k × sL^0.91 × W^1.02 × (1 − P / (4 × 365)) × (1 − removal) [g/vkm], sL in g/m2, W in short tons.

    References
    ----------
    US EPA AP-42, 13.2.1 (2011), equation 2.

    """
    total_vkm = exact_sum(fleet.rows["vkm"])
    expressway = facts.value("road", "expressway_share_of_vkm")
    weight = facts.value("road", "fleet_mean_weight_short_ton") ** 1.02
    dry = 1.0 - facts.value("road", "rain_days") / (4.0 * _DAYS)
    kept = 1.0 - facts.value("road", "road_cleaning_removal")
    first = fleet.rows.iloc[0].to_dict()
    activities, parameters = [], []
    for product, share, road, name in (
        ("silt_road_expressway", expressway, "expressway", "快速路扬尘"),
        ("paved_road", 1.0 - expressway, "arterial", "铺装道路扬尘"),
    ):
        silt = facts.assumption("road", f"silt_load_{road}_g_per_m2")
        draft_id = f"on_road|dust|{road}"
        activities.append(
            draft_row(
                draft_id=draft_id, source_id="vehicles", source_category="DU.01.01", fuel_or_product=product,
                activity_value=total_vkm * share, activity_unit="vkm", data_quality="L", name_zh=name,
                citation=str(first["citation"]), **_origin_of(first),
            )
        )  # fmt: skip
        for species in ("TSP", "PM10", "PM2.5"):
            k = facts.value("road", f"k_{species}")
            factor_kg = k * float(silt["value"]) ** 0.91 * weight * dry * kept / 1000.0
            parameters.append(parameter(draft_id, f"ef_kg_per_unit:{species}", factor_kg, silt, "kg/vkm"))
    return build_draft(activities, parameters)


def _origin_of(row: dict[str, object]) -> dict[str, object]:
    """Return the origin columns of a fleet row."""
    return {name: row[name] for name in ("origin_file", "origin_sheet", "origin_row", "origin_sha256")}
