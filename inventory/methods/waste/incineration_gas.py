"""CH4 and N2O of incinerated waste and sludge from factors per tonne burnt."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd

from inventory.activity_record import ActivityRecord, Amount, Estimate
from inventory.errors import FactorNotFoundError, problem
from inventory.methods.context import Method, MethodContext

PREFIX = "incineration_ef_g_per_t:"
_KEY = ["waste", "operation", "furnace", "species"]


def gas_of_incineration(waste_t: Amount, *, ef_g_per_t: Amount) -> Amount:
    """Return CH4 or N2O [t] = waste [t] × EF [g/t] × 1e-6; waste and factor on the same basis, wet or dry.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 equations 5.4 and 5.5.

    """
    return waste_t * ef_g_per_t * 1e-6


def incineration_factor(waste: str, species: str, *, operation: str = "any", furnace: str = "any") -> float:
    """Return the default factor [g/t] of a kind of waste.

    Raises
    ------
    FactorNotFoundError
        If the table has none.

    References
    ----------
    IPCC 2006 Guidelines, vol. 5 tables 5.3 and 5.6.

    """
    key = (waste, operation, furnace, species)
    if key not in _factors():
        raise FactorNotFoundError(problem("TY3604", " / ".join(key), parameter=PREFIX, species=species))
    return _factors()[key]


@cache
def _factors() -> dict[tuple[str, ...], float]:
    """Return the default factors [g/t] by waste, operation, furnace and species."""
    with files(__package__).joinpath("incineration_factors.csv").open(encoding="utf-8") as handle:
        table = pd.read_csv(handle)
    keys = table[_KEY].itertuples(index=False, name=None)
    return dict(zip(keys, table["value_g_per_t"].astype(float), strict=True))


def _estimate(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate CH4 or N2O from the record's own factor."""
    name = PREFIX + species
    return Estimate(
        gas_of_incineration(record.mass_t, ef_g_per_t=record.parameter(name)), confidence=record.confidence_of(name)
    )


METHOD = Method(
    name="incineration_gas",
    zh="废弃物焚烧 CH4 与 N2O",
    en="CH4 and N2O of incinerated waste",
    species=("CH4", "N2O"),
    needs=("incineration_ef_g_per_t",),
    categories=("WT.02",),
    estimate=_estimate,
    citation="IPCC 2006 Guidelines, vol. 5 equations 5.4 and 5.5",
)
