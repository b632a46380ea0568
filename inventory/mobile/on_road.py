"""On-road vehicles: stock × share of the emission standard × annual mileage → vehicle kilometres.

Shares and mileage come from the table of vehicles, or from the ages of a class where they are delivered (fleet_age.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from inventory.activity_record import DENSITY
from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.ledger_draft import LedgerDraft, build_draft, concat_drafts, draft_row
from inventory.mobile.fleet_age import is_aged, shares_by_standard
from inventory.mobile.link_traffic import (
    compare_kilometres,
    label_of,
    link_messages,
    link_surrogate,
    link_surrogates,
    scale_to_links,
    speeds_with_links,
)
from inventory.mobile.mobile_facts import MobileFacts, origin, parameter, row_origin
from inventory.mobile.road_surface import build_evaporation, build_road_dust, build_wear

MILEAGE = "annual mileage (Shanghai, estimate)"
NOT_A_CLASS = "not_a_class"
"""Role of a row of the fleet table that is a total, or a part of another class."""

_CORRECTED = ("gasoline", "diesel")
_ROAD_CONDITIONS = ("altitude_m", "deterioration_year")


@dataclass(frozen=True)
class FleetKilometres:
    """Vehicle kilometres by class and standard.

    Attributes
    ----------
    rows : DataFrame
        source_category, fuel_or_product, technology, vkm (on the fuel), wear_vkm (all), annual_km (on the fuel),
        fuel_use_kg_per_vkm, wear_technology, speed_profile, stock, link_label (class of the links, or '') and the
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
    return FleetKilometres(scale_to_links(facts, _counted_fleet(facts)))


def _counted_fleet(facts: MobileFacts) -> pd.DataFrame:
    """Return the rows of FleetKilometres before links have their say."""
    classes = facts.fleet_classes[facts.fleet_classes["role"] != NOT_A_CLASS]
    return pd.DataFrame([row for fleet_class in classes.itertuples() for row in _class_rows(fleet_class, facts)])


def on_road_messages(facts: MobileFacts) -> tuple[str, ...]:
    """Return what a compiler should know of delivered links: their kilometres against those of the fleet."""
    return link_messages(facts, _counted_fleet(facts))


def road_surrogates(facts: MobileFacts) -> pd.DataFrame:
    """Return the lines and kilometres of the surrogates that links give (`link_surrogates`), for the grid."""
    return link_surrogates(facts, _counted_fleet(facts))


def build_on_road(facts: MobileFacts) -> LedgerDraft:
    """Return tailpipe, evaporation, wear and road dust drafts of the vehicles that run in the domain."""
    counted = _counted_fleet(facts)
    fleet = FleetKilometres(scale_to_links(facts, counted))
    compared = compare_kilometres(facts, counted)
    coverage = dict(zip(compared["label"], compared["coverage"], strict=True))
    activities: list[dict[str, object]] = []
    parameters: list[dict[str, object]] = []
    for row in fleet.rows[fleet.rows["source_category"] != ""].to_dict("records"):
        draft_id = f"on_road|{row['source_category']}|{row['fuel_or_product']}|{row['technology']}|{row['class_name']}"
        activities.append(_tailpipe(draft_id, row, link_surrogate(facts, str(row["link_label"]))))
        use = pd.Series({"citation": row["fuel_use_citation"], "confidence": row["fuel_use_confidence"]})
        parameters.append(
            parameter(draft_id, "specific_fuel_use_kg_per_unit", row["fuel_use_kg_per_vkm"], use, "kg/vkm")
        )
        parameters += _conditions(draft_id, row, facts, coverage=coverage.get(str(row["link_label"]), 0.0))
        if row["fuel_or_product"] == "cng":
            density = facts.assumption("natural_gas", DENSITY)
            parameters.append(parameter(draft_id, DENSITY, float(density["value"]), density))
    return concat_drafts(
        build_draft(activities, parameters),
        build_evaporation(fleet.rows, facts),
        build_wear(fleet.rows, link_surrogate(facts, "wear")),
        build_road_dust(fleet.rows, facts),
    )


def fleet_fuel_t(facts: MobileFacts, fuel: str) -> float:
    """Return the fuel that the registered fleet burns [t]."""
    rows = fleet_kilometres(facts).rows
    own = rows[(rows["fuel_or_product"] == fuel) & (rows["source_category"] != "")]
    return exact_sum(own["vkm"] * own["fuel_use_kg_per_vkm"] / 1000.0)


def _class_rows(fleet_class: object, facts: MobileFacts) -> Iterator[dict[str, object]]:
    """Yield the standards of one class."""
    about: dict[str, object] = fleet_class._asdict()  # type: ignore[attr-defined]
    stock = _one(facts.vehicles, about["vehicle_type"], about["fuel"], year=facts.inventory_year)
    for standard, share, driven_km in _standards_and_mileage(about, facts):
        annual_km = driven_km * float(about["mileage_share"])  # type: ignore[arg-type]
        vehicles = float(stock["value"]) * share
        yield {
            "source_category": about["source_category"],
            "fuel_or_product": about["fuel_or_product"],
            "technology": standard,
            "class_name": f"{about['vehicle_type']} {about['fuel']}",
            "name_zh": stock["vehicle_type_zh"],
            "stock": vehicles,
            "vkm": vehicles * annual_km,
            "wear_vkm": vehicles * driven_km,
            "annual_km": annual_km,
            "fuel_use_kg_per_vkm": float(about["fuel_use_kg_per_vkm"]),  # type: ignore[arg-type]
            "fuel_use_citation": about["citation"],
            "fuel_use_confidence": about["confidence"],
            "wear_technology": about["wear_technology"],
            "speed_profile": about["speed_profile"],
            "link_label": label_of(facts, str(about["vehicle_type"]), str(about["fuel"])),
            "citation": stock["citation"],
            "confidence": stock["confidence"],
            **origin(stock),
        }


def _conditions(
    draft_id: str, row: dict[str, object], facts: MobileFacts, *, coverage: float
) -> list[dict[str, object]]:
    """Return the conditions that the base factors of petrol and diesel vehicles are corrected for."""
    if row["fuel_or_product"] not in _CORRECTED:
        return []
    speeds, label = facts.group(str(row["speed_profile"])), str(row["link_label"])
    rows = (
        speeds_with_links(facts, label, speeds, coverage=coverage)
        if label
        else [given for _, given in speeds.iterrows()]
    )
    rows += [given for _, given in facts.group("climate").iterrows()]
    wanted = [*_ROAD_CONDITIONS, "fuel_sulphur_ppm", *(["load_fraction"] if _is_truck(row) else [])]
    rows += [facts.assumption("road", name) for name in wanted]
    return [parameter(draft_id, str(given["name"]), float(given["value"]), given) for given in rows]


def _is_truck(row: dict[str, object]) -> bool:
    """Return whether the guideline corrects the class for its load."""
    return str(row["source_category"]).startswith("MB.02")


def _standards_and_mileage(about: dict[str, object], facts: MobileFacts) -> list[tuple[str, float, float]]:
    """Return standard, share of the class [1] and mileage [km/a]: by age where delivered, else of the vehicle table."""
    vehicles, year, group = facts.vehicles, facts.inventory_year, str(about["mileage_group"])
    if not is_aged(facts, str(about["vehicle_type"]), str(about["fuel"])):
        driven_km = _mileage(vehicles, group, year)
        return [(standard, share, driven_km) for standard, share in _standards(vehicles, about, year)]
    return [
        (of.standard, of.share, _mileage(vehicles, group, year) if math.isnan(of.annual_km) else of.annual_km)
        for of in shares_by_standard(facts, about)
    ]


def _standards(vehicles: pd.DataFrame, about: dict[str, object], year: int) -> list[tuple[str, float]]:
    """Return emission standards and their shares of a class."""
    group = about["share_group"]
    if not group:
        return [(str(about["default_standard"]) or "any", 1.0)]
    shares = vehicles[
        (vehicles["vehicle_type"] == group) & (vehicles["metric"] == "share of stock") & (vehicles["data_year"] == year)
    ]
    total = exact_sum(shares["value"])
    if abs(total - 1.0) > 1e-6:
        raise SchemaError(problem("TY3202", f"vehicles › {group}", total=f"{total:g}"))
    return [(row.standard.lower().replace(" ", "_"), float(row.value)) for row in shares.itertuples()]


def _mileage(vehicles: pd.DataFrame, group: str, year: int) -> float:
    """Return the annual mileage of a group [km/a]."""
    of_year = vehicles[(vehicles["metric"] == MILEAGE) & (vehicles["data_year"] == year)]
    found = of_year[of_year["vehicle_type"] == group]
    if len(found) != 1:
        raise SchemaError(problem("TY3203", f"vehicles › {group}"))
    return float(found["value"].iloc[0])


def _one(vehicles: pd.DataFrame, vehicle_type: object, fuel: object, *, year: int) -> pd.Series:
    """Return the stock of a class in the inventory year."""
    of_year = vehicles[(vehicles["metric"] == "stock") & (vehicles["data_year"] == year)]
    found = of_year[(of_year["vehicle_type"] == vehicle_type) & (of_year["fuel"] == fuel)]
    if len(found) != 1:
        place = f"vehicles › {vehicle_type} {fuel} {year}"
        raise SchemaError(problem("TY3204", place))
    return found.iloc[0]


def _tailpipe(draft_id: str, row: dict[str, object], surrogate: str) -> dict[str, object]:
    """Return the draft of one class and standard."""
    return draft_row(
        draft_id=draft_id, source_id="vehicles", source_category=row["source_category"],
        fuel_or_product=row["fuel_or_product"], technology=row["technology"], release_point_id=row["class_name"],
        activity_value=row["vkm"], activity_unit="vkm", data_quality="L", surrogate=surrogate,
        name_zh=f"{row['name_zh']} {row['technology']}", citation=row["citation"], **row_origin(row),
    )  # fmt: skip
