"""Which fluorinated gases a record is made of: shares of its mass, each gas a species of its own."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Amount
from inventory.errors import Problem, SchemaError
from inventory.vocabulary import expected_species, load

SHARE = "gas_share"
_TOLERANCE = 1e-3
"""Shares are read as printed, to three decimals."""


def gas_shares(record: ActivityRecord) -> dict[str, Amount]:
    """Return the share of each gas in the record's mass, from `gas_share:<species>`.

    A leaf with one F-gas only needs no shares. All gases of the mass are named, N2O and those without greenhouse effect
    (C4F6) as well: what is not named is none of it. Empty where a mixture is not stated.

    Raises
    ------
    SchemaError
        If the shares do not add up to 1, or name a greenhouse gas that the leaf does not report: it would be lost.

    """
    prefix = f"{SHARE}:"
    shares = {name.removeprefix(prefix): v for name, v in record.parameters.items() if name.startswith(prefix)}
    if not shares:
        gases = [code for code in expected_species(record.source_category) if code in _f_gases()]
        return {gases[0]: 1.0} if len(gases) == 1 else {}
    problems = [_lost(record, gas) for gas in sorted(set(shares) & _counted() - set(_reported(record)))]
    total: Amount = 0.0
    for share in shares.values():
        total = total + share
    if np.any(np.abs(np.asarray(total) - 1.0) > _TOLERANCE):
        problems.append(
            Problem("TY3192", f"{record.activity_id} ({record.source_category})", "各气体份额之和不为 1",
                    "the shares of the gases do not add up to 1", f"核对 {SHARE}:*", f"check {SHARE}:*")
        )  # fmt: skip
    if problems:
        raise SchemaError(*problems)
    return shares


def _f_gases() -> frozenset[str]:
    """Return the fluorinated greenhouse gases of the vocabulary."""
    return _counted() - {"CO2", "CH4", "N2O"}


def _counted() -> frozenset[str]:
    """Return the greenhouse gases of the vocabulary."""
    species = load("species")
    return frozenset(species.loc[species["kind"] == "greenhouse_gas", "code"])


def _reported(record: ActivityRecord) -> set[str]:
    """Return the species that are estimated for a record: those of its leaf, and those with a share of zero."""
    zero = {name.partition(":")[2] for name, value in record.parameters.items() if not np.any(value)}
    return {*expected_species(record.source_category), *zero}


def _lost(record: ActivityRecord, gas: str) -> Problem:
    """Return the finding of a gas that the leaf does not report."""
    return Problem(
        "TY3193", f"{record.activity_id} › {SHARE}:{gas}", f"{record.source_category} 不报告 {gas}，排放会丢失",
        f"{record.source_category} does not report {gas}: its emission would be lost",
        "在 categories.csv 的 expected_species 中加入，或另列一条记录",
        "add it to expected_species of categories.csv, or move it to another record",
    )  # fmt: skip
