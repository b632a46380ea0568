"""NH3 of fertilisers, soils, nitrogen-fixing crops, straw composting and human excreta by factors."""

from __future__ import annotations

from dataclasses import replace

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods import library_factor
from inventory.methods.context import NITROGEN_TO_NH3, Method, MethodContext

_CORRECTIONS = ("temperature_correction", "ph_correction", "rate_correction", "placement_correction")


def nh3_of_fertiliser(
    n_t: Amount,
    *,
    nh3_n_per_n: Amount,
    temperature_correction: Amount = 1.0,
    ph_correction: Amount = 1.0,
    rate_correction: Amount = 1.0,
    placement_correction: Amount = 1.0,
) -> Amount:
    """Return NH3 [t] = N [t] × NH3-N per N × 17/14 × corrections.

    Corrections [1] are for soil temperature, soil pH, rate of application and placement; 1 = as the base factor.

    References
    ----------
    大气氨源排放清单编制技术指南（试行）2014, 农田生态系统; EMEP/EEA Guidebook 2019, 3.D Tier 2.

    """
    corrections = temperature_correction * ph_correction * rate_correction * placement_correction
    return n_t * nh3_n_per_n * corrections * NITROGEN_TO_NH3


def nh3_of_area(area_ha: Amount, *, ef_kg_per_ha_a: Amount) -> Amount:
    """Return NH3 [t] of soil background or nitrogen-fixing crops = area [ha] × factor [kg/(ha·a)] / 1000.

    References
    ----------
    大气氨源排放清单编制技术指南（试行）2014, 土壤本底, 固氮植物.

    """
    return area_ha * ef_kg_per_ha_a / 1000.0


def nh3_of_compost(straw_t: Amount, *, ef_kg_per_t: Amount) -> Amount:
    """Return NH3 [t] = straw composted [t] × factor [kg/t] / 1000.

    References
    ----------
    大气氨源排放清单编制技术指南（试行）2014, 秸秆堆肥.

    """
    return straw_t * ef_kg_per_t / 1000.0


def nh3_of_excreta(persons: Amount, *, ef_kg_per_person_a: Amount, uncollected_fraction: Amount = 1.0) -> Amount:
    """Return NH3 [t] = persons × share without a sewered toilet × factor [kg/(person·a)] / 1000.

    References
    ----------
    大气氨源排放清单编制技术指南（试行）2014, 人体粪便.

    """
    return persons * uncollected_fraction * ef_kg_per_person_a / 1000.0


def _fertiliser(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate NH3 of a nitrogen input [t N]."""
    corrections = {name: record.parameter_or(name, 1.0) for name in _CORRECTIONS}
    nh3_t = nh3_of_fertiliser(record.amount_in("t_n"), nh3_n_per_n=record.parameter("nh3_n_per_n"), **corrections)
    return Estimate(nh3_t / NITROGEN_TO_NH3 if species == "NH3_N" else nh3_t)


def _excreta(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate NH3 of the persons without a sewered toilet by the library's factor."""
    own = replace(record, activity_value=record.activity_value * record.parameter("uncollected_fraction"))
    return library_factor.METHOD.estimate(own, species, context)


METHODS = (
    Method(
        name="fertiliser_ammonia",
        zh="施肥氨挥发",
        en="NH3 of nitrogen applied",
        species=("NH3", "NH3_N"),
        needs=("nh3_n_per_n",),
        optional=_CORRECTIONS,
        categories=("AG.02.01", "AG.02.04"),
        estimate=_fertiliser,
        citation="大气氨源排放清单编制技术指南（试行）2014, 农田生态系统",
    ),
    Method(
        name="human_excreta",
        zh="人体粪便氨排放",
        en="NH3 of human excreta",
        species=("NH3",),
        needs=("uncollected_fraction",),
        categories=("AG.04.04",),
        estimate=_excreta,
        citation="大气氨源排放清单编制技术指南（试行）2014, 人体粪便",
        tier="1",
    ),
)
