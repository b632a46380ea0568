"""NOx of coal-fired power units before control, by the size of the unit."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from inventory.activity_record import Amount
from inventory.errors import FactorNotFoundError, SchemaError, problem
from inventory.factors.library import FactorLibrary, load_library
from inventory.factors.selection import FactorKey, select_emission_factor

SMALL, MEDIUM, LARGE = "mw_le_100", "mw_100_300", "mw_ge_300"
"""Size classes of units: up to 100 MW, between, and from 300 MW."""


def size_class_of_unit(unit_mw: Amount) -> NDArray[np.str_]:
    """Return the size class of power units [MW]: 100 MW is small still, 300 MW large already.

    Raises
    ------
    SchemaError
        If a capacity is missing or not positive.

    References
    ----------
    T/CSES 144-2024, table D.1 note b.

    """
    capacity = np.asarray(unit_mw, dtype=np.float64)
    if not np.all(capacity > 0.0):
        raise SchemaError(problem("TY3171", f"{unit_mw}"))
    return np.select([capacity <= 100.0, capacity < 300.0], [SMALL, MEDIUM], default=LARGE)


def nox_g_per_kg_of_unit(
    unit_mw: Amount,
    *,
    fuel: str = "coal",
    technology: str = "pulverised_coal_boiler",
    inventory_year: int = 2021,
    packs: tuple[str, ...] = ("tcses-144-2024",),
) -> NDArray[np.float64]:
    """Return NOx before control [g per kg of coal] of units by their size [MW], from the factor library.

    Raises
    ------
    FactorNotFoundError
        If the packs have no factor of a size class.

    References
    ----------
    T/CSES 144-2024, table D.1 note b: 8.96, 8.19 and 7.21 g/kg.

    """
    classes = size_class_of_unit(unit_mw)
    library = _library(packs)
    by_class = {
        str(size): _g_per_kg(library, size_class=str(size), fuel=fuel, technology=technology, year=inventory_year)
        for size in np.unique(classes)
    }
    factors = [by_class[str(size)] for size in classes.ravel()]
    return np.array(factors, dtype=np.float64).reshape(classes.shape)


def _g_per_kg(library: FactorLibrary, *, size_class: str, fuel: str, technology: str, year: int) -> float:
    """Return the factor of one size class; kg per t is g per kg."""
    key = FactorKey(
        source_category="FC.01.01",
        fuel_or_product=fuel,
        technology=technology,
        control="none",
        size_class=size_class,
        region_code="310000",
        species="NOx",
        inventory_year=year,
        unit_bases=frozenset({"kg per t"}),
    )
    found = select_emission_factor(library, key)
    if found is None:
        raise FactorNotFoundError(problem("TY4103", f"FC.01.01 {fuel} {technology} {size_class}"))
    return found.kg_per_base


@cache
def _library(packs: tuple[str, ...]) -> FactorLibrary:
    """Return the library of some packs, read once."""
    return load_library(packs)
