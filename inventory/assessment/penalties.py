"""Carbon that end-of-pipe controls cost: their electricity and their reagents."""

from __future__ import annotations

from inventory.activity_record import Amount
from inventory.methods.abatement.denitrification import co2_of_urea
from inventory.methods.abatement.desulphurisation import co2_of_desulphurisation


def end_of_pipe_co2(
    electricity_mwh: Amount,
    *,
    grid_tco2_per_mwh: Amount,
    so2_removed_by_limestone_t: Amount = 0.0,
    urea_t: Amount = 0.0,
) -> Amount:
    """Return the CO2 [t] that a control costs = electricity × grid factor + SO2 removed × 44/64 + urea × 44/60.

    Parameters
    ----------
    electricity_mwh : Amount
        Electricity of the control [MWh].
    grid_tco2_per_mwh : Amount
        [t CO2/MWh].
    so2_removed_by_limestone_t, urea_t : Amount
        SO2 that limestone took up, and urea used as reagent [t].

    References
    ----------
    环办科技〔2017〕73号 工业企业污染治理设施污染物去除协同控制温室气体核算技术指南(试行) (title from memory).

    """
    reagents_t = co2_of_desulphurisation(so2_removed_by_limestone_t) + co2_of_urea(urea_t)
    return electricity_mwh * grid_tco2_per_mwh + reagents_t
