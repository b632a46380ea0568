"""Dust that traffic raises from unpaved roads: on industrial sites, and on roads open to the public.

A record that carries speed and moisture of the surface is a public road, one with the vehicle weight an industrial one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import pandas as pd

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.dust.paved_roads import SHORT_TONS_PER_TONNE
from inventory.methods.dust.sized_dust import SPECIES, controlled_dust, days_in_year

G_PER_VKM_OF_LB_PER_VMT = 281.9
"""Grams per vehicle kilometre of one pound per vehicle mile, as AP-42 prints it."""

KM_PER_MILE = 1.609344

_INDUSTRIAL_NEEDS = ("surface_silt_fraction", "vehicle_weight_t")
_PUBLIC_NEEDS = ("surface_silt_fraction", "vehicle_speed_km_per_h", "surface_moisture_fraction")
_OPTIONAL = ("k", "wet_days_per_a")


@dataclass(frozen=True)
class UnpavedRoadConstants:
    """Constants of one form and particle size (unpaved_roads.csv); NaN where the form has none.

    Attributes
    ----------
    k_lb_per_vmt : float
        Particle size multiplier [lb per vehicle mile].
    silt_exponent, weight_exponent, speed_exponent, moisture_exponent : float
        a, b, d and c of the equations [1].
    exhaust_lb_per_vmt : float
        Exhaust, brake and tyre wear that the public form takes off [lb per vehicle mile].

    """

    k_lb_per_vmt: float
    silt_exponent: float
    weight_exponent: float
    speed_exponent: float
    moisture_exponent: float
    exhaust_lb_per_vmt: float
    confidence: str


def industrial_road_factor_g_per_vkm(
    surface_silt_fraction: Amount,
    *,
    vehicle_weight_short_tons: Amount,
    species: str = "PM10",
    k_lb_per_vmt: Amount | None = None,
) -> Amount:
    """Return the dry-weather factor of an industrial unpaved road [g/vkm] = 281.9 × k × (s/12)^a × (W/3)^b.

    Parameters
    ----------
    surface_silt_fraction : Amount
        Silt of the surface material [1]; s of the equation is in per cent.
    vehicle_weight_short_tons : Amount
        Mean vehicle weight, W [short tons].
    species : str
        TSP, PM10 or PM2.5: chooses k, a and b.
    k_lb_per_vmt : Amount, optional
        Own multiplier in place of the published one.

    References
    ----------
    US EPA AP-42 13.2.2 (2006), equation 1a.

    """
    constants = unpaved_road_constants("industrial", species)
    k = constants.k_lb_per_vmt if k_lb_per_vmt is None else k_lb_per_vmt
    silt = np.power(surface_silt_fraction * 100.0 / 12.0, constants.silt_exponent)
    weight = np.power(vehicle_weight_short_tons / 3.0, constants.weight_exponent)
    return G_PER_VKM_OF_LB_PER_VMT * k * silt * weight


def public_road_factor_g_per_vkm(
    surface_silt_fraction: Amount,
    *,
    speed_mph: Amount,
    surface_moisture_fraction: Amount,
    species: str = "PM10",
    k_lb_per_vmt: Amount | None = None,
) -> Amount:
    """Return the dry-weather factor of a public unpaved road [g/vkm] = 281.9 × (k (s/12)^a (S/30)^d / (M/0.5)^c − C).

    Never below 0: a surface almost without silt raises less than the exhaust share C that is taken off.

    Parameters
    ----------
    surface_silt_fraction, surface_moisture_fraction : Amount
        Silt and moisture of the surface material [1]; s and M of the equation are in per cent.
    speed_mph : Amount
        Mean vehicle speed, S [mile/h].
    species : str
        TSP, PM10 or PM2.5: chooses k, a, c, d and C.
    k_lb_per_vmt : Amount, optional
        Own multiplier in place of the published one.

    References
    ----------
    US EPA AP-42 13.2.2 (2006), equation 1b; the constants are from memory.

    """
    constants = unpaved_road_constants("public", species)
    k = constants.k_lb_per_vmt if k_lb_per_vmt is None else k_lb_per_vmt
    silt = np.power(surface_silt_fraction * 100.0 / 12.0, constants.silt_exponent)
    speed = np.power(speed_mph / 30.0, constants.speed_exponent)
    wetness = np.power(surface_moisture_fraction * 100.0 / 0.5, constants.moisture_exponent)
    return G_PER_VKM_OF_LB_PER_VMT * np.maximum(k * silt * speed / wetness - constants.exhaust_lb_per_vmt, 0.0)


def dust_of_unpaved_road(
    distance_vkm: Amount, *, factor_g_per_vkm: Amount, wet_days: Amount = 0.0, period_days: Amount = 365.0
) -> Amount:
    """Return road dust [t] = distance [vkm] × factor [g/vkm] × (N − P) / N / 10^6, before control.

    References
    ----------
    US EPA AP-42 13.2.2 (2006), equation 2: no dust on days with 0.254 mm of rain or more.

    """
    return distance_vkm * factor_g_per_vkm * (period_days - wet_days) / period_days / 1e6


@cache
def unpaved_road_constants(form: str, species: str) -> UnpavedRoadConstants:
    """Return the constants of a form (industrial, public) and a particle size."""
    text = files("inventory.methods.dust").joinpath("unpaved_roads.csv").read_text(encoding="utf-8")
    rows = pd.read_csv(StringIO(text)).set_index(["form", "species"]).drop(columns="source")
    return UnpavedRoadConstants(**rows.loc[(form, species)].to_dict())


def _industrial(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate one particle size of an industrial road."""

    def factor_g_per_vkm(size: str) -> Amount:
        return industrial_road_factor_g_per_vkm(
            record.parameter("surface_silt_fraction"),
            vehicle_weight_short_tons=record.parameter("vehicle_weight_t") * SHORT_TONS_PER_TONNE,
            species=size,
            k_lb_per_vmt=record.parameters.get(f"k:{size}"),
        )

    confidences = _confidences(record, "industrial", species, _INDUSTRIAL_NEEDS)
    return controlled_dust(
        record, species, context,
        generated_t=lambda size: _dust(record, context, factor_g_per_vkm(size)), confidences=confidences,
    )  # fmt: skip


def _public(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate one particle size of a public road."""

    def factor_g_per_vkm(size: str) -> Amount:
        return public_road_factor_g_per_vkm(
            record.parameter("surface_silt_fraction"),
            speed_mph=record.parameter("vehicle_speed_km_per_h") / KM_PER_MILE,
            surface_moisture_fraction=record.parameter("surface_moisture_fraction"),
            species=size,
            k_lb_per_vmt=record.parameters.get(f"k:{size}"),
        )

    confidences = _confidences(record, "public", species, _PUBLIC_NEEDS)
    return controlled_dust(
        record, species, context,
        generated_t=lambda size: _dust(record, context, factor_g_per_vkm(size)), confidences=confidences,
    )  # fmt: skip


def _dust(record: ActivityRecord, context: MethodContext, factor_g_per_vkm: Amount) -> Amount:
    """Return the dust of the record's traffic with the rain days of its year [t]."""
    return dust_of_unpaved_road(
        record.amount_in("vkm"),
        factor_g_per_vkm=factor_g_per_vkm,
        wet_days=record.parameter_or("wet_days_per_a", 0.0),
        period_days=days_in_year(context.inventory_year),
    )


def _confidences(record: ActivityRecord, form: str, species: str, needs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the confidences of constants and parameters."""
    constants = "" if f"k:{species}" in record.parameters else unpaved_road_constants(form, species).confidence
    return (constants, record.confidence_of(*needs, f"k:{species}", "wet_days_per_a"))


METHODS = (
    Method(
        name="unpaved_road_dust_industrial",
        zh="未铺装道路扬尘（厂区）",
        en="unpaved industrial roads",
        species=SPECIES,
        needs=_INDUSTRIAL_NEEDS,
        optional=_OPTIONAL,
        categories=("DU.01.02",),
        estimate=_industrial,
        reads_year=True,
        citation="US EPA AP-42 13.2.2 (2006), equations 1a and 2",
    ),
    Method(
        name="unpaved_road_dust_public",
        zh="未铺装道路扬尘（公共道路）",
        en="unpaved public roads",
        species=SPECIES,
        needs=_PUBLIC_NEEDS,
        optional=_OPTIONAL,
        categories=("DU.01.02",),
        estimate=_public,
        reads_year=True,
        citation="US EPA AP-42 13.2.2 (2006), equations 1b and 2",
    ),
)
