"""What layers call a species, and which species appear in them."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from grids.layers.gridded import CodedName, GriddedEmissions
from inventory.errors import ConservationError, problem
from inventory.vocabulary import load

MISSING_ZH = "0 = 清单在该处没有这一物种的排放量；全市都没有估算的物种不出现（缺口见 core_gap），不以 0 充数"
MISSING_EN = (
    "0 = the inventory holds no emission of the species there; a species without any estimate does not appear "
    "(see core_gap) instead of standing as 0"
)
GWP_ZH = "数值为物种质量，不含 CO2e；折算 CO2e 须写明所用 GWP 集（如 AR5GWP100）；CO2_BIO 不并入 CO2"
GWP_EN = "masses of the species, no CO2e: convert with a named GWP set (e.g. AR5GWP100); CO2_BIO is never part of CO2"


def species_column(code: str) -> str:
    """Return the code without characters that SQL, NetCDF and field calculators refuse: PM2.5 → PM25."""
    return re.sub(r"\W", "", code, flags=re.ASCII)


def species_label(species: CodedName) -> str:
    """Return code and Chinese name, once: 'NOx 氮氧化物'."""
    return f"{species.code} {species.name_zh}"


def estimated_species(gridded: GriddedEmissions) -> list[int]:
    """Return the positions of the species that some cell holds; one without any estimate must not stand as zeros.

    Raises
    ------
    ConservationError
        If a value is not finite; names species and category class, all of them at once.

    """
    finite = np.isfinite(gridded.emission_t).all(axis=(2, 3))
    problems = [
        problem("TY6301", f"{gridded.species[s].code} › {gridded.categories[c].code}") for c, s in np.argwhere(~finite)
    ]
    if problems:
        raise ConservationError(*problems)
    return np.flatnonzero((gridded.emission_t != 0).any(axis=(0, 2, 3))).tolist()


@cache
def species_facts() -> pd.DataFrame:
    """Return the vocabulary's species by code."""
    return load("species").set_index("code")


@cache
def standard_names() -> dict[str, str]:
    """Return the CF standard name by species; a species without a right one is absent (NOx as NO2, TSP, Hg …)."""
    with files("grids.layers").joinpath("cf_standard_names.csv").open("r", encoding="utf-8") as handle:
        table = pd.read_csv(handle, dtype=str, keep_default_na=False)
    return dict(zip(table["species"], table["standard_name"], strict=True))
