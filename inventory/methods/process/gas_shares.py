"""Which fluorinated gases a record is made of: shares of its mass, each gas a species of its own."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount
from inventory.errors import SchemaError, problem
from inventory.vocabulary import expected_species, load

SHARE = "gas_share"
_TOLERANCE = 1e-3
"""Shares are read as printed, to three decimals."""


def gas_shares(record: ActivityRecord) -> dict[str, Amount]:
    """Return the share of each gas in the record's mass, from `gas_share:<species>`.

    A leaf with one F-gas only needs no shares. All gases of the mass are named, N2O and those without greenhouse effect
    (C4F6) as well: what is not named is none of it. Empty where a mixture is not stated.

    A gas that the leaf does not expect is estimated as well: its share asks for it.

    Raises
    ------
    SchemaError
        If the shares do not add up to 1.

    """
    prefix = f"{SHARE}:"
    shares = {name.removeprefix(prefix): v for name, v in record.parameters.items() if name.startswith(prefix)}
    if not shares:
        gases = [code for code in expected_species(record.source_category) if code in _f_gases()]
        return {gases[0]: 1.0} if len(gases) == 1 else {}
    total: Amount = 0.0
    for share in shares.values():
        total = total + share
    if np.any(np.abs(np.asarray(total) - 1.0) > _TOLERANCE):
        raise SchemaError(problem("TY3192", f"{record.activity_id} ({record.source_category})", parameter=SHARE))
    return shares


def _f_gases() -> frozenset[str]:
    """Return the fluorinated greenhouse gases of the vocabulary."""
    return _counted() - {"CO2", "CH4", "N2O"}


def _counted() -> frozenset[str]:
    """Return the greenhouse gases of the vocabulary."""
    species = load("species")
    return frozenset(species.loc[species["kind"] == "greenhouse_gas", "code"])
