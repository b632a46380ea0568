"""CO2 of the energy that controls use: electricity, a memo, and the fuel of oxidisers."""

from __future__ import annotations

from inventory.activity_record import Amount
from inventory.methods.context import CARBON_TO_CO2


def memo_co2_of_power(activity: Amount, *, power_kwh_per_unit: Amount, grid_kg_co2_per_kwh: Amount) -> Amount:
    """Return indirect CO2 [t] = activity [t, MWh …] × power [kWh per unit] × grid factor [kg/kWh] × 10^-3.

    A memo beside the total: the power station's own record counts it.
    """
    return activity * power_kwh_per_unit * grid_kg_co2_per_kwh / 1000.0


def co2_of_oxidiser_fuel(gas_sm3: Amount, *, ncv_gj_per_sm3: Amount, ef_kg_co2_per_gj: Amount) -> Amount:
    """Return CO2 [t] = support gas of an oxidiser [m3 at 20 °C] × NCV [GJ/m3] × EF [kg/GJ] × 10^-3.

    In an inventory the gas is an activity record of the plant's fuel, a child of the oxidiser; this is its formula.

    References
    ----------
    IPCC 2006 vol. 2 equation 2.2.

    """
    return gas_sm3 * ncv_gj_per_sm3 * ef_kg_co2_per_gj / 1000.0


def co2_of_oxidised_voc(voc_removed_t: Amount, *, carbon_fraction: Amount) -> Amount:
    """Return CO2 [t] = VOC oxidised [t] × carbon [tC/t] × 44/12; biogenic where the solvent is."""
    return voc_removed_t * carbon_fraction * CARBON_TO_CO2
