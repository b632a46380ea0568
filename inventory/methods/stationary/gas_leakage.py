"""CH4 and CO2 that oil and gas systems leak: by equipment and throughput, or by what the gas is made of."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.methods.context import Method, MethodContext
from inventory.methods.stationary.coal_mining import CH4_KG_PER_M3

CO2_KG_PER_M3 = 1.83
"""Density of CO2 at 20 °C and 101.325 kPa, ideal gas: 44.01 / 24.055."""

_LEAK, _CH4, _CO2 = "gas_leak_fraction", "ch4_volume_fraction", "co2_volume_fraction"


def ch4_of_oil_and_gas(activity: Amount, *, ef_t_per_unit: Amount, recovered_t: Amount = 0.0) -> Amount:
    """Return CH4 [t] = activity × EF [t per unit of activity] − recovered [t].

    The unit is the factor's: a station or well head in the year, 10^8 m3 of gas, 10^8 t of crude oil.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 石油和天然气系统逃逸; IPCC 2006 vol. 2 equation 4.2.1.

    """
    return activity * ef_t_per_unit - recovered_t


def leaked_gas(
    gas_sm3: Amount, *, leak_fraction: Amount, volume_fraction: Amount, density_kg_per_m3: Amount = CH4_KG_PER_M3
) -> Amount:
    """Return one component of leaked gas [t] = gas [m3 at 20 °C] × leak × volume fraction × density [kg/m3] / 1000.

    References
    ----------
    IPCC 2006 vol. 2 ch. 4.2, conversion of the composition of the gas; density of CH4 0.67 kg/m3.

    """
    return gas_sm3 * leak_fraction * volume_fraction * density_kg_per_m3 / 1000.0


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate | None:
    """Estimate one component; None for CO2 where its share of the gas is not stated."""
    name, density = (_CH4, CH4_KG_PER_M3) if species == "CH4" else (_CO2, CO2_KG_PER_M3)
    if name not in record.parameters:
        return None
    emission_t = leaked_gas(
        record.amount_in("sm3_20"),
        leak_fraction=record.parameter(_LEAK),
        volume_fraction=record.parameter(name),
        density_kg_per_m3=density,
    )
    return Estimate(emission_t, confidence=record.confidence_of(_LEAK, name))


METHOD = Method(
    name="gas_leakage",
    zh="燃气泄漏（按组成）",
    en="leaked gas by its composition",
    species=("CH4", "CO2"),
    needs=(_LEAK, _CH4),
    optional=(_CO2,),
    categories=("IP.17",),
    estimate=_estimate,
    citation="IPCC 2006 vol. 2 ch. 4.2",
)
