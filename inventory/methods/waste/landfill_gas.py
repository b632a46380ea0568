"""What leaves a landfill with its gas: CH4, biogenic CO2 and NMVOC of one amount of decomposed carbon."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.activity_record import Amount
from inventory.methods.context import CARBON_TO_CO2

CH4_TO_CO2 = 44.0 / 16.0
"""Mass of CO2 per mass of CH4 oxidised."""

CH4_KG_PER_M3 = 0.67
"""Density of CH4 at 20 °C and 101.325 kPa [kg/m3] (IPCC 2006 Guidelines, vol. 2 section 4.1.3.2)."""


@dataclass(frozen=True)
class LandfillGas:
    """Gas of one year.

    Attributes
    ----------
    decomposed_tc : Amount
        Carbon that turned into gas [tC].
    ch4_of_gas : Amount
        F, share of CH4 by volume [1].
    recovered_ch4_t : Amount
        R, flared or used [t].

    """

    decomposed_tc: Amount
    ch4_of_gas: Amount
    recovered_ch4_t: Amount = 0.0

    @property
    def generated_ch4_t(self) -> Amount:
        """CH4 generated [t] = decomposed × F × 16/12."""
        return self.decomposed_tc * self.ch4_of_gas * 16.0 / 12.0


def ch4_of_landfill_gas(gas: LandfillGas, *, oxidation: Amount = 0.0) -> Amount:
    """Return CH4 [t] = (generated − R) × (1 − OX).

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equation 3.1.

    """
    return (gas.generated_ch4_t - gas.recovered_ch4_t) * (1.0 - oxidation)


def co2_of_landfill_gas(gas: LandfillGas, *, oxidation: Amount = 0.0) -> Amount:
    """Return biogenic CO2 [t] = decomposed × (1 − F) × 44/12 + (R + OX × (generated − R)) × 44/16.

    With the CH4 emitted it holds all carbon that decomposed; recovered gas is counted as burnt on the site.
    """
    oxidised_t = gas.recovered_ch4_t + oxidation * (gas.generated_ch4_t - gas.recovered_ch4_t)
    return gas.decomposed_tc * (1.0 - gas.ch4_of_gas) * CARBON_TO_CO2 + oxidised_t * CH4_TO_CO2


def nmvoc_of_landfill(gas: LandfillGas, *, nmvoc_g_per_m3: Amount) -> Amount:
    """Return NMVOC [t] = gas not recovered [m3 at 20 °C] × concentration [g/m3] × 1e-6.

    Gas [m3] = (generated − R) [t CH4] × 1000 / 0.67 kg/m3 / F. No oxidation in the cover is assumed.

    References
    ----------
    EMEP/EEA Guidebook 2019, 5.A: NMVOC in proportion to the landfill gas.

    """
    gas_m3 = (gas.generated_ch4_t - gas.recovered_ch4_t) * 1000.0 / CH4_KG_PER_M3 / gas.ch4_of_gas
    return gas_m3 * nmvoc_g_per_m3 * 1e-6
