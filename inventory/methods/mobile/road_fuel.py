"""What follows from the fuel of road vehicles: CO2 by energy, SO2 by sulphur, fuel sold, electricity."""

from __future__ import annotations

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import FactorNotFoundError, problem
from inventory.methods.context import Method, MethodContext
from inventory.methods.mobile.table import method_table
from inventory.methods.stationary.fuel_carbon import co2_of_fuel
from inventory.methods.stationary.fuel_sulphur import SULPHUR_TO_SO2

_ENERGY, _SULPHUR, _FUEL = "energy_mj_per_km", "fuel_sulphur_ppm", "specific_fuel_use_kg_per_unit"


def co2_ef_of_energy(energy_mj_per_km: Amount, *, co2_g_per_mj: Amount) -> Amount:
    """Return CO2 [g/km] = energy [MJ/km] × CO2 per energy [g/MJ].

    Petrol 69.3, diesel 74.1, natural gas 56.1 g/MJ (road_fuel_energy.csv).

    References
    ----------
    EMEP/EEA Guidebook 2019, 1.A.3.b, energy of the speed curves; IPCC 2006 vol. 2 table 1.4.

    """
    return energy_mj_per_km * co2_g_per_mj


def so2_of_road_fuel(fuel_t: Amount, *, sulphur_ppm: Amount) -> Amount:
    """Return SO2 [t] = fuel [t] × 2 × S [mass ppm] × 1e-6; all sulphur leaves.

    References
    ----------
    EMEP/EEA Guidebook 2019, 1.A.3.b, SO2 by fuel sulphur; T/CSES 144-2024, equation (3).

    """
    return fuel_t * SULPHUR_TO_SO2 * sulphur_ppm * 1e-6


def gases_of_road_fuel(
    fuel_t: Amount,
    *,
    ncv_gj_per_t: Amount,
    cc_tc_per_tj: Amount,
    oxidation_fraction: Amount,
    ch4_kg_per_tj: Amount,
    n2o_kg_per_tj: Amount,
) -> dict[str, Amount]:
    """Return CO2, CH4 and N2O [t] of fuel burned on the road, each from the energy of the fuel.

    CO2 = E × CC × OF × 44/12, CH4 and N2O = E × EF, with E = fuel × NCV.

    References
    ----------
    IPCC 2006 vol. 2 equations 3.2.1 and 3.2.3.

    """
    energy_gj = fuel_t * ncv_gj_per_t
    return {
        "CO2": co2_of_fuel(energy_gj, cc_tc_per_tj=cc_tc_per_tj, oxidation_fraction=oxidation_fraction),
        "CH4": energy_gj * ch4_kg_per_tj * 1e-6,
        "N2O": energy_gj * n2o_kg_per_tj * 1e-6,
    }


def closure_with_fuel_sold(co2_of_activity_t: Amount, *, co2_of_fuel_sold_t: Amount) -> dict[str, Amount]:
    """Return how far the CO2 of the driving is from the CO2 of the fuel sold: difference [t] and its share [1].

    A positive difference is fuel sold that no activity burns: it belongs to a balancing record, never into a factor.

    References
    ----------
    IPCC 2006 vol. 2 ch. 3.2.1.4, completeness of fuel sold and fuel used.

    """
    difference_t = co2_of_fuel_sold_t - co2_of_activity_t
    return {"difference_t": difference_t, "relative_difference": difference_t / co2_of_fuel_sold_t}


def nmvoc_of_thc(thc: Amount, *, nmvoc_of_thc_fraction: Amount) -> Amount:
    """Return NMVOC = THC × share, in the unit of THC; the rest is methane.

    Shares stand in the pack's species_ratios.csv (petrol 0.90, diesel 0.97, CNG 0.10).

    References
    ----------
    EMEP/EEA Guidebook 2019, 1.A.3.b.

    """
    return thc * nmvoc_of_thc_fraction


def electric_vehicle(
    vehicle_km: Amount,
    *,
    electricity_kwh_per_km: Amount,
    grid_co2_kg_per_kwh: Amount,
    charging_efficiency: Amount = 1.0,
) -> dict[str, Amount]:
    """Return exhaust (zero) and, as a memo, the CO2 of the electricity that was charged [t].

    memo = vkm × kWh/km / charging efficiency × kg/kWh / 1000. The memo is already counted by the power plants.

    References
    ----------
    省级温室气体清单编制指南（试行）2011, 电力调入调出间接排放.

    """
    charged_kwh = vehicle_km * electricity_kwh_per_km / charging_efficiency
    return {"exhaust_t": vehicle_km * 0.0, "co2_memo_t": charged_kwh * grid_co2_kg_per_kwh / 1000.0}


def plug_in_hybrid_ef(fuel_mode_ef: Amount, *, utility_factor: Amount, electric_mode_ef: Amount = 0.0) -> Amount:
    """Return EF = (1 − UF) × EF of the fuel mode + UF × EF of the electric mode, in the unit given.

    References
    ----------
    GB/T 19753, weighting of a plug-in hybrid's two modes by the utility factor (from memory).

    """
    return (1.0 - utility_factor) * fuel_mode_ef + utility_factor * electric_mode_ef


def _estimate_co2(record: ActivityRecord, _species: str, _context: MethodContext) -> Estimate:
    """Estimate CO2 [t] = vkm × MJ/km × g/MJ / 10^6."""
    table = method_table("road_fuel_energy").set_index("fuel_or_product")["co2_g_per_mj"]
    fuel = record.fuel_or_product
    if fuel not in table.index:
        raise FactorNotFoundError(problem("TY4111", f"{record.activity_id} {fuel}"))
    ef_g_per_km = co2_ef_of_energy(record.parameter(_ENERGY), co2_g_per_mj=float(table[fuel]))
    return Estimate(record.amount_in("vkm") * ef_g_per_km * 1e-6)


def _estimate_so2(record: ActivityRecord, _species: str, _context: MethodContext) -> Estimate | None:
    """Estimate SO2 [t] of the fuel that the vehicles burn."""
    return Estimate(so2_of_road_fuel(record.fuel_in("t"), sulphur_ppm=record.parameter(_SULPHUR)))


METHODS = (
    Method(
        name="road_energy",
        zh="道路能耗碳",
        en="CO2 from the energy use of vehicles",
        species=("CO2",),
        needs=(_ENERGY,),
        categories=("MB.01", "MB.02", "MB.03"),
        estimate=_estimate_co2,
        citation="EMEP/EEA Guidebook 2019, 1.A.3.b; IPCC 2006 vol. 2 table 1.4",
    ),
    Method(
        name="road_fuel_sulphur",
        zh="车用燃料硫分法",
        en="sulphur of road fuel",
        species=("SO2",),
        needs=(_SULPHUR, _FUEL),
        categories=("MB.01", "MB.02", "MB.03"),
        estimate=_estimate_so2,
        citation="EMEP/EEA Guidebook 2019, 1.A.3.b; T/CSES 144-2024, equation (3)",
    ),
)
