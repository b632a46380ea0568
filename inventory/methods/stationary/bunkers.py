"""Aviation and marine fuel: what counts in the total, and what is an international bunker and only a memo item."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory.activity_record import Amount
from inventory.errors import SchemaError, problem
from inventory.methods.stationary.fuel_carbon import co2_of_fuel


@dataclass(frozen=True)
class BunkerSplit:
    """Fuel or emission by what it counts for, in one unit.

    Attributes
    ----------
    domestic : Amount
        In the total.
    international : Amount
        Memo item, never in the total.

    """

    domestic: Amount
    international: Amount

    @property
    def booked(self) -> Amount:
        """All that the energy balance books: domestic + international."""
        return self.domestic + self.international


def split_bunkers(booked: Amount, *, international_share: Amount) -> BunkerSplit:
    """Return fuel or emission split by the share of international flights or voyages [1].

    Raises
    ------
    SchemaError
        If the share is outside 0–1.

    References
    ----------
    IPCC 2006 vol. 2 ch. 3.5 and 3.6; 省级温室气体清单编制指南（试行）2011: 国际燃料舱 is a memo item.

    """
    share = np.asarray(international_share)
    if np.any((share < 0.0) | (share > 1.0)):
        raise SchemaError(problem("TY3183", "international_share", international_share=international_share))
    international = booked * international_share
    return BunkerSplit(booked - international, international)


def co2_of_bunkers(
    domestic_t: Amount,
    *,
    international_t: Amount,
    ncv_gj_per_t: Amount,
    cc_tc_per_tj: Amount,
    oxidation_fraction: Amount,
) -> BunkerSplit:
    """Return CO2 [t] of domestic and of international fuel [t], by the same properties of the fuel.

    References
    ----------
    IPCC 2006 vol. 2 equation 3.6.1 (aviation), 3.5.1 (navigation).

    """
    carbon = {"cc_tc_per_tj": cc_tc_per_tj, "oxidation_fraction": oxidation_fraction}
    return BunkerSplit(
        co2_of_fuel(domestic_t * ncv_gj_per_t, **carbon), co2_of_fuel(international_t * ncv_gj_per_t, **carbon)
    )
