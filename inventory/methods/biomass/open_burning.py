"""Open burning: crop residues on fields, forest and grassland fires, small fires seen from space.

Each method finds the dry matter that burns and takes the factors per dry matter from the library. CO2 of burning is
biogenic: never the fossil CO2 of the total.
"""

from __future__ import annotations

from dataclasses import replace

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods import library_factor
from inventory.methods.context import NITROGEN_TO_N2O, Method, MethodContext

RESIDUE_EFFICIENCY = 0.9
"""Share of exposed residue that burns, T/CSES 144-2024, equations (76) to (80)."""

FOREST_EFFICIENCY = 0.5
"""Share of forest biomass that burns, same source."""

GRASS_EFFICIENCY = 0.8
"""Share of grassland biomass that burns, same source."""

KG_PER_FIRE_POINT = 8.7e5
"""Biomass burned per fire point [kg], T/CSES 144-2024, small fires on fields."""

_FACTOR = "ef_g_per_kg_dm"
_SPECIES = ("SO2", "NOx", "CO", "NMVOC", "NH3", "PM10", "PM2.5", "BC", "OC", "CO2_BIO", "CH4", "N2O")
_EFFICIENCY = "combustion_efficiency"
_CITATION = "T/CSES 144-2024, equations (76) to (80)"


def residue_burnt(
    production_t: Amount,
    *,
    residue_ratio: Amount,
    burnt_fraction: Amount,
    dry_matter_fraction: Amount = 1.0,
    combustion_efficiency: Amount = RESIDUE_EFFICIENCY,
) -> Amount:
    """Return residue burned [t] = crop [t] × residue ratio × share burnt × dry matter × efficiency.

    Parameters
    ----------
    residue_ratio : Amount
        Residue per crop, N [t/t].
    burnt_fraction : Amount
        Share of the residue that is burnt in the open, R [1].
    dry_matter_fraction : Amount
        1 where the residue ratio or the factor counts residue as it lies.

    References
    ----------
    T/CSES 144-2024, equations (76) to (80).

    """
    return production_t * residue_ratio * burnt_fraction * dry_matter_fraction * combustion_efficiency


def area_burnt(area_ha: Amount, *, biomass_t_per_ha: Amount, combustion_efficiency: Amount) -> Amount:
    """Return biomass burned [t] = area burnt [ha] × biomass [t/ha] × efficiency (forest 0.5, grassland 0.8).

    References
    ----------
    T/CSES 144-2024, equations (76) to (80).

    """
    return area_ha * biomass_t_per_ha * combustion_efficiency


def fire_points_burnt(fire_points: Amount, *, kg_per_fire_point: Amount = KG_PER_FIRE_POINT) -> Amount:
    """Return biomass burned [t] = fire points × 8.7e5 kg / 1000.

    References
    ----------
    T/CSES 144-2024, equations (76) to (80).

    """
    return fire_points * kg_per_fire_point / 1000.0


def emission_of_burning(burnt_t: Amount, *, ef_g_per_kg: Amount) -> Amount:
    """Return emission [t] = biomass burned [t] × factor [g/kg] / 1000."""
    return burnt_t * ef_g_per_kg / 1000.0


def emission_of_field_burning(
    production_t: Amount,
    *,
    residue_ratio: Amount,
    burnt_fraction: Amount,
    ef_g_per_kg: Amount,
    dry_matter_fraction: Amount = 1.0,
    combustion_efficiency: Amount = RESIDUE_EFFICIENCY,
) -> Amount:
    """Return emission [t] of residues burned on fields; see `residue_burnt` and `emission_of_burning`.

    References
    ----------
    T/CSES 144-2024, equations (76) to (80).

    """
    burnt_t = residue_burnt(
        production_t,
        residue_ratio=residue_ratio,
        burnt_fraction=burnt_fraction,
        dry_matter_fraction=dry_matter_fraction,
        combustion_efficiency=combustion_efficiency,
    )
    return emission_of_burning(burnt_t, ef_g_per_kg=ef_g_per_kg)


def emission_of_area_fire(
    area_ha: Amount, *, biomass_t_per_ha: Amount, combustion_efficiency: Amount, ef_g_per_kg: Amount
) -> Amount:
    """Return emission [t] of a forest or grassland fire = area × biomass × efficiency × factor / 1000.

    References
    ----------
    T/CSES 144-2024, equations (76) to (80).

    """
    burnt_t = area_burnt(area_ha, biomass_t_per_ha=biomass_t_per_ha, combustion_efficiency=combustion_efficiency)
    return emission_of_burning(burnt_t, ef_g_per_kg=ef_g_per_kg)


def emission_of_small_fires(
    fire_points: Amount, *, ef_g_per_kg: Amount, kg_per_fire_point: Amount = KG_PER_FIRE_POINT
) -> Amount:
    """Return emission [t] of small fires = fire points × kg per point × factor [g/kg] / 10^6.

    References
    ----------
    T/CSES 144-2024, equations (76) to (80).

    """
    return emission_of_burning(
        fire_points_burnt(fire_points, kg_per_fire_point=kg_per_fire_point), ef_g_per_kg=ef_g_per_kg
    )


def n2o_of_burnt_nitrogen(burnt_n_t: Amount, *, n2o_n_per_n: Amount) -> Amount:
    """Return N2O [t] = nitrogen burned [t] × N2O-N per N × 44/28.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 农用地: 秸秆田间焚烧.

    """
    return burnt_n_t * n2o_n_per_n * NITROGEN_TO_N2O


def _of_burnt(record: ActivityRecord, species: str, context: MethodContext, burnt_t: Amount) -> Estimate | None:
    """Estimate a species of biomass burned [t] by the record's own factor, else by the library."""
    own = f"{_FACTOR}:{species}"
    if own in record.parameters:
        return Estimate(emission_of_burning(burnt_t, ef_g_per_kg=record.parameter(own)))
    burnt = replace(record, activity_value=burnt_t, activity_unit="t_dm")
    found = library_factor.METHOD.estimate(burnt, species, context)
    if found is None and species == "CO2_BIO":
        return library_factor.METHOD.estimate(burnt, "CO2", context)
    return found


def _burnt_residue(record: ActivityRecord) -> Amount:
    """Return the dry matter burned [t] of a crop that was harvested [t]."""
    return residue_burnt(
        record.mass_t,
        residue_ratio=record.parameter("residue_ratio"),
        burnt_fraction=record.parameter("burnt_fraction"),
        dry_matter_fraction=record.parameter("dry_matter_fraction"),
        combustion_efficiency=record.parameter_or(_EFFICIENCY, RESIDUE_EFFICIENCY),
    )


def _residue(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate from the crop harvested [t]; the library's factors are per dry matter."""
    return _of_burnt(record, species, context, _burnt_residue(record))


def _area(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate from the area burnt; efficiency 0.5 for forest, 0.8 for grassland unless the record gives it."""
    default = FOREST_EFFICIENCY if record.source_category == "BB.03.02" else GRASS_EFFICIENCY
    burnt_t = area_burnt(
        record.amount_in("ha"),
        biomass_t_per_ha=record.parameter("biomass_t_dm_per_ha"),
        combustion_efficiency=record.parameter_or(_EFFICIENCY, default),
    )
    return _of_burnt(record, species, context, burnt_t)


def _points(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate from fire points; straw takes the factors of residues burned on fields."""
    burnt_t = fire_points_burnt(
        record.amount_in("piece"), kg_per_fire_point=record.parameter("biomass_kg_per_fire_point")
    )
    on_field = replace(record, source_category="BB.03.01")
    return _of_burnt(on_field, species, context, burnt_t)


def _nitrogen(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate N2O from the nitrogen of residue burned [t as it lies], or of a crop that carries a residue ratio."""
    of_crop = "residue_ratio" in record.parameters
    dry_t = _burnt_residue(record) if of_crop else record.mass_t * record.parameter("dry_matter_fraction")
    burnt_n_t = dry_t * record.parameter("residue_n_fraction")
    return Estimate(n2o_of_burnt_nitrogen(burnt_n_t, n2o_n_per_n=record.parameter("n2o_n_per_n")))


METHODS = (
    Method(
        name="residue_burning",
        zh="秸秆露天焚烧",
        en="crop residues burned on fields",
        species=_SPECIES,
        needs=("residue_ratio", "burnt_fraction"),
        optional=("dry_matter_fraction", _EFFICIENCY, _FACTOR),
        categories=("BB.03.01",),
        estimate=_residue,
        citation=_CITATION,
    ),
    Method(
        name="burnt_area",
        zh="森林草原火灾",
        en="forest and grassland fires",
        species=_SPECIES,
        needs=("biomass_t_dm_per_ha",),
        optional=(_EFFICIENCY, _FACTOR),
        categories=("BB.03.02", "BB.03.03"),
        estimate=_area,
        citation=_CITATION,
    ),
    Method(
        name="fire_points",
        zh="田间小火",
        en="small fires by fire points",
        species=_SPECIES,
        needs=("biomass_kg_per_fire_point",),
        optional=(_FACTOR,),
        categories=("BB.03.04",),
        estimate=_points,
        citation=_CITATION,
    ),
    Method(
        name="residue_burning_nitrogen",
        zh="秸秆焚烧氧化亚氮",
        en="N2O of the nitrogen of burned residues",
        species=("N2O",),
        needs=("dry_matter_fraction", "residue_n_fraction", "n2o_n_per_n"),
        optional=("residue_ratio", "burnt_fraction", _EFFICIENCY),
        categories=("BB.03.01",),
        estimate=_nitrogen,
        citation="省级温室气体清单编制指南（试行）2011, 农用地: 秸秆田间焚烧",
        tier="1",
    ),
)
