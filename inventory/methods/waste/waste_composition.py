"""What waste is made of: shares of its fractions, and the carbon that decays, is fossil or biogenic.

The properties of the fractions stand in waste_fractions.csv; all shares are of wet waste.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from inventory.activity_record import ActivityRecord, Amount
from inventory.errors import SchemaError, problem

SHARE_PREFIX = "waste_share:"
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class WasteFraction:
    """One fraction of municipal waste.

    Attributes
    ----------
    doc : float
        Degradable organic carbon [tC/t wet waste].
    decay_rate_per_a : float
        k [1/a] in a wet temperate climate; NaN where nothing decays.
    dry_matter : float
        [t/t wet waste].
    carbon_of_dry_matter : float
        [tC/t dry matter].
    fossil_share_of_carbon : float
        [1].

    """

    doc: float
    decay_rate_per_a: float
    dry_matter: float
    carbon_of_dry_matter: float
    fossil_share_of_carbon: float

    @property
    def carbon(self) -> float:
        """Carbon [tC/t wet waste]."""
        return self.dry_matter * self.carbon_of_dry_matter


@cache
def waste_fractions() -> dict[str, WasteFraction]:
    """Return the known fractions by code."""
    with files(__package__).joinpath("waste_fractions.csv").open(encoding="utf-8") as handle:
        table = pd.read_csv(handle)
    columns = ("doc", "decay_rate", "dry_matter", "carbon_of_dry_matter", "fossil_share_of_carbon")
    numbers = table[list(columns)].astype(float).itertuples(index=False)
    return {code: WasteFraction(*row) for code, row in zip(table["fraction"], numbers, strict=True)}


def doc_of_composition(shares: Mapping[str, Amount]) -> Amount:
    """Return DOC [tC/t wet waste] = Σ share × DOC of the fraction; what the shares leave of 1 has none.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equation 3.7 and table 2.4.

    """
    known = waste_fractions()
    return _weighted(shares, {code: known[code].doc for code in _checked(shares)})


def carbon_of_composition(shares: Mapping[str, Amount]) -> tuple[Amount, Amount]:
    """Return fossil and biogenic carbon [tC/t wet waste] = Σ share × dm × CF × (FCF or 1 − FCF).

    Raises
    ------
    SchemaError
        If the shares do not sum to 1: carbon of unknown waste is not zero.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equation 5.2 and tables 2.4 and 2.5.

    """
    known = waste_fractions()
    _require_whole(shares)
    fossil = {code: known[code].carbon * known[code].fossil_share_of_carbon for code in shares}
    biogenic = {code: known[code].carbon * (1.0 - known[code].fossil_share_of_carbon) for code in shares}
    return _weighted(shares, fossil), _weighted(shares, biogenic)


def composition_of(record: ActivityRecord) -> dict[str, Amount]:
    """Return the shares that a record carries as `waste_share:<fraction>`; empty where it carries none."""
    return {
        name.removeprefix(SHARE_PREFIX): value
        for name, value in record.parameters.items()
        if name.startswith(SHARE_PREFIX)
    }


def _weighted(shares: Mapping[str, Amount], contents: Mapping[str, float]) -> Amount:
    """Return Σ share × content, in the order of the codes."""
    total: Amount = 0.0
    for code in sorted(shares):
        total = total + shares[code] * contents[code]
    return total


def _checked(shares: Mapping[str, Amount]) -> Iterable[str]:
    """Return the codes of a composition, or refuse unknown fractions and shares above 1."""
    unknown = sorted(set(shares) - set(waste_fractions()))
    if unknown:
        raise SchemaError(problem("TY3601", "、".join(unknown), known=", ".join(waste_fractions())))
    total = np.asarray(_weighted(shares, dict.fromkeys(shares, 1.0)))
    if np.any(total > 1.0 + _TOLERANCE):
        raise SchemaError(problem("TY3602", f"Σ {SHARE_PREFIX}* = {total}"))
    return shares


def _require_whole(shares: Mapping[str, Amount]) -> None:
    """Refuse a composition that does not make up all of the waste."""
    total = np.asarray(_weighted(shares, dict.fromkeys(_checked(shares), 1.0)))
    if np.any(total < 1.0 - _TOLERANCE):
        raise SchemaError(problem("TY3608", f"Σ {SHARE_PREFIX}* = {total}"))
