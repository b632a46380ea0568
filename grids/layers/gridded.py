"""What every layer writer gets: the gridded emissions of one release, with the words that go into its metadata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grids.definition import GridDefinition


@dataclass(frozen=True)
class CodedName:
    """A code with its names."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class GriddedEmissions:
    """Emissions inside the airshed by category class, species and cell.

    Attributes
    ----------
    grid : GridDefinition
    inventory_year : int
        Local year.
    time_zone : str
        E.g. Asia/Shanghai; time bounds are the local year in UTC.
    title_zh, map_approval_no : str
        From the project; maps with boundaries print the approval number (审图号).
    release_id : str
        Release that the layers belong to.
    categories : tuple of CodedName, length n_categories
        Classes of the vocabulary (FC, IP, MB …), sorted by code.
    species : tuple of CodedName, length n_species
        Sorted by code.
    emission_t : ndarray, shape (n_categories, n_species, ny, nx)
        [t/a], negative for removals; row 0 = south.

    """

    grid: GridDefinition
    inventory_year: int
    time_zone: str
    title_zh: str
    map_approval_no: str
    release_id: str
    categories: tuple[CodedName, ...]
    species: tuple[CodedName, ...]
    emission_t: NDArray[np.float64]

    @property
    def total_t(self) -> NDArray[np.float64]:
        """Sum over the categories, shape (n_species, ny, nx) [t/a]."""
        total: NDArray[np.float64] = self.emission_t.sum(axis=0)
        return total
