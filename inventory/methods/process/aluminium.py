"""PFCs of aluminium smelters by their anode effects, and CO2 of the anodes they burn."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import CARBON_TO_CO2, Method, MethodContext

_SLOPE, _MINUTES, _RATIO = "cf4_slope", "anode_effect_min_per_cell_day", "c2f6_per_cf4"
_ANODE, _CARBON = "anode_t_per_t", "anode_carbon_fraction"


def pfc_of_aluminium(aluminium_t: Amount, *, ef_kg_per_t: Amount) -> Amount:
    """Return CF4 or C2F6 [t] = aluminium [t] × EF [kg/t] / 1000.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 铝生产过程; IPCC 2006 vol. 3 equation 4.25.

    """
    return aluminium_t * ef_kg_per_t / 1000.0


def cf4_of_anode_effects(
    aluminium_t: Amount, *, slope_kg_per_t_per_min: Amount, anode_effect_min_per_cell_day: Amount
) -> Amount:
    """Return CF4 [t] = aluminium [t] × slope [(kg/t)/(min/cell-day)] × anode effect minutes [min/cell-day] / 1000.

    C2F6 is CF4 × its weight ratio (0.121 for centre-worked prebake).

    References
    ----------
    IPCC 2006 vol. 3 equation 4.26 and table 4.16.

    """
    return aluminium_t * slope_kg_per_t_per_min * anode_effect_min_per_cell_day / 1000.0


def co2_of_anodes(aluminium_t: Amount, *, anode_t_per_t: Amount, anode_carbon_fraction: Amount) -> Amount:
    """Return CO2 [t] = aluminium [t] × net anodes [t/t] × their carbon [tC/t] × 44/12.

    References
    ----------
    IPCC 2006 vol. 3 equation 4.21.

    """
    return aluminium_t * anode_t_per_t * anode_carbon_fraction * CARBON_TO_CO2


def _estimate_pfc(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CF4 of the anode effects; C2F6 by its ratio."""
    cf4_t = cf4_of_anode_effects(
        record.mass_t,
        slope_kg_per_t_per_min=record.parameter(_SLOPE),
        anode_effect_min_per_cell_day=record.parameter(_MINUTES),
    )
    return Estimate(cf4_t if species == "CF4" else cf4_t * record.parameter(_RATIO))


def _estimate_anodes(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CO2 of the anodes."""
    return Estimate(
        co2_of_anodes(
            record.mass_t, anode_t_per_t=record.parameter(_ANODE), anode_carbon_fraction=record.parameter(_CARBON)
        )
    )


METHODS = (
    Method(
        name="anode_effects",
        zh="铝电解阳极效应",
        en="anode effects of aluminium cells",
        species=("CF4", "C2F6"),
        needs=(_SLOPE, _MINUTES, _RATIO),
        categories=("IP.14.01",),
        estimate=_estimate_pfc,
        citation="IPCC 2006 vol. 3 equation 4.26",
    ),
    Method(
        name="anode_carbon",
        zh="铝电解阳极碳",
        en="carbon of aluminium anodes",
        species=("CO2",),
        needs=(_ANODE, _CARBON),
        categories=("IP.14.01",),
        estimate=_estimate_anodes,
        citation="IPCC 2006 vol. 3 equation 4.21",
    ),
)
