"""Emissions of forest that is converted: burning on and off site, and ten years of decay."""

from __future__ import annotations

from collections.abc import Mapping

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import CARBON_TO_CO2, NITROGEN_TO_N2O, Method, MethodContext

CARBON_FRACTION = 0.5
"""Carbon per dry matter, 省级温室气体清单编制指南（试行）2011."""

CH4_C_RATIO = 0.012
"""CH4-C per carbon burned, IPCC 1996 Guidelines as 省级指南（试行）2011 takes it."""

N_PER_C = 0.01
"""Nitrogen per carbon of the biomass, same source."""

N2O_N_RATIO = 0.007
"""N2O-N per nitrogen burned, same source."""

DECAY_YEARS = 10
"""Years that unburnt biomass takes to decay, same source."""

_HISTORY = "converted_ha"
_STOCKS = ("biomass_before_t_dm_per_ha", "biomass_after_t_dm_per_ha")


def lost_carbon(
    area_ha: Amount, *, biomass_before: Amount, biomass_after: Amount, carbon_fraction: Amount = CARBON_FRACTION
) -> Amount:
    """Return carbon [t] = A [ha] × (B_before − B_after) [t d.m./ha] × carbon fraction.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 森林转化碳排放.

    """
    return area_ha * (biomass_before - biomass_after) * carbon_fraction


def burnt_carbon(carbon_t: Amount, *, burnt_fraction: Amount, oxidation_fraction: Amount = 0.9) -> Amount:
    """Return carbon that burns [t] = carbon lost [t] × share burnt × share oxidised.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 森林转化燃烧; oxidation 0.9 as printed there (from memory).

    """
    return carbon_t * burnt_fraction * oxidation_fraction


def co2_of_conversion_burning(
    area_ha: Amount,
    *,
    biomass_before: Amount,
    biomass_after: Amount,
    on_site_fraction: Amount,
    off_site_fraction: Amount = 0.0,
    oxidation_fraction: Amount = 0.9,
    carbon_fraction: Amount = CARBON_FRACTION,
) -> Amount:
    """Return CO2 [t] = A × (B_before − B_after) × (on site + off site) × oxidation × carbon fraction × 44/12.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 森林转化燃烧.

    """
    lost_t = lost_carbon(
        area_ha, biomass_before=biomass_before, biomass_after=biomass_after, carbon_fraction=carbon_fraction
    )
    share = on_site_fraction + off_site_fraction
    return burnt_carbon(lost_t, burnt_fraction=share, oxidation_fraction=oxidation_fraction) * CARBON_TO_CO2


def ch4_of_burnt_carbon(carbon_t: Amount, *, ch4_c_ratio: Amount = CH4_C_RATIO) -> Amount:
    """Return CH4 [t] = carbon burned on site [t] × 0.012 × 16/12.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 森林转化现地燃烧.

    """
    return carbon_t * ch4_c_ratio * 16.0 / 12.0


def n2o_of_burnt_carbon(carbon_t: Amount, *, n_per_c: Amount = N_PER_C, n2o_n_ratio: Amount = N2O_N_RATIO) -> Amount:
    """Return N2O [t] = carbon burned on site [t] × N/C × 0.007 × 44/28.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 森林转化现地燃烧.

    """
    return carbon_t * n_per_c * n2o_n_ratio * NITROGEN_TO_N2O


def mean_converted_area(converted_ha: Mapping[int, Amount], inventory_year: int) -> Amount:
    """Return the mean area converted in a year [ha/a] over the ten years that end with the inventory year.

    Raises
    ------
    SchemaError
        If one of the ten years is not given: it would count as nothing converted.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 森林转化分解.

    """
    years = range(inventory_year - DECAY_YEARS + 1, inventory_year + 1)
    holes = [year for year in years if year not in converted_ha]
    if holes:
        raise SchemaError(problem("TY3114", _HISTORY, years=holes))
    total: Amount = 0.0
    for year in years:
        total = total + converted_ha[year]
    return total / DECAY_YEARS


def co2_of_decay(
    mean_area_ha: Amount,
    *,
    biomass_before: Amount,
    biomass_after: Amount,
    decay_fraction: Amount,
    carbon_fraction: Amount = CARBON_FRACTION,
) -> Amount:
    """Return CO2 [t] = mean area of ten years [ha/a] × (B_before − B_after) × share left to decay × C × 44/12.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 森林转化分解.

    """
    lost_t = lost_carbon(
        mean_area_ha, biomass_before=biomass_before, biomass_after=biomass_after, carbon_fraction=carbon_fraction
    )
    return lost_t * decay_fraction * CARBON_TO_CO2


def _lost_carbon(record: ActivityRecord, area_ha: Amount) -> Amount:
    """Return the carbon [t] that an area of the record lost."""
    before, after = (record.parameter(name) for name in _STOCKS)
    return lost_carbon(
        area_ha,
        biomass_before=before,
        biomass_after=after,
        carbon_fraction=record.parameter_or("carbon_fraction", CARBON_FRACTION),
    )


def _burning(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of all burning, CH4 and N2O of burning on site [t]."""
    lost_t = _lost_carbon(record, record.amount_in("ha"))
    oxidation = record.parameter("oxidation_fraction")
    on_site = record.parameter("burnt_on_site_fraction")
    if species == "CO2":
        share = on_site + record.parameter_or("burnt_off_site_fraction", 0.0)
        return Estimate(burnt_carbon(lost_t, burnt_fraction=share, oxidation_fraction=oxidation) * CARBON_TO_CO2)
    carbon_t = burnt_carbon(lost_t, burnt_fraction=on_site, oxidation_fraction=oxidation)
    return Estimate(ch4_of_burnt_carbon(carbon_t) if species == "CH4" else n2o_of_burnt_carbon(carbon_t))


def _decay(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of decay; the activity is the mean area of ten years, unless `converted_ha:<year>` is given."""
    history = {
        int(name.partition(":")[2]): value
        for name, value in record.parameters.items()
        if name.partition(":")[0] == _HISTORY
    }
    area_ha = mean_converted_area(history, context.inventory_year) if history else record.amount_in("ha")
    return Estimate(_lost_carbon(record, area_ha) * record.parameter("decay_fraction") * CARBON_TO_CO2)


METHODS = (
    Method(
        name="conversion_burning",
        zh="森林转化燃烧",
        en="burning of converted forest",
        species=("CO2", "CH4", "N2O"),
        needs=(*_STOCKS, "burnt_on_site_fraction", "oxidation_fraction"),
        optional=("burnt_off_site_fraction", "carbon_fraction"),
        categories=("LU.02.01",),
        estimate=_burning,
        reads_year=True,
        citation="省级温室气体清单编制指南（试行）2011, 森林转化燃烧",
        tier="1",
    ),
    Method(
        name="conversion_decay",
        zh="森林转化分解",
        en="decay of converted forest",
        species=("CO2",),
        needs=(*_STOCKS, "decay_fraction"),
        optional=("carbon_fraction", _HISTORY),
        categories=("LU.02.02",),
        estimate=_decay,
        reads_year=True,
        citation="省级温室气体清单编制指南（试行）2011, 森林转化分解",
        tier="1",
    ),
)
