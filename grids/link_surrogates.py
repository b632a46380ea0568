"""Surrogates that counted road links give: kilometres along their lines, a fallback for what no link holds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely

from grids.allocation.lines import allocate_lines
from grids.city import City
from grids.regions import region_of_points
from grids.surrogates import Placement
from inventory.errors import GridError, problem
from inventory.exact_sum import exact_group_sum, exact_sum


def link_placements(links: pd.DataFrame, city: City, fallbacks: Mapping[str, Placement]) -> dict[str, Placement]:
    """Return the placement of every surrogate of the links.

    share = coverage × (kilometres by cell / Σ kilometres) + (1 − coverage) × fallback

    Parameters
    ----------
    links : DataFrame
        surrogate, fallback, coverage [1], link_id, vkm, wkt (longitude latitude): inventory.mobile.on_road.
    city : City
    fallbacks : mapping of str to Placement
        Placement of each fallback for the whole city.

    Raises
    ------
    GridError
        If a link has no geometry.

    """
    return {
        str(name): _placement(rows.reset_index(drop=True), city, fallbacks)
        for name, rows in links.groupby("surrogate", sort=True)
    }


def _placement(rows: pd.DataFrame, city: City, fallbacks: Mapping[str, Placement]) -> Placement:
    """Return the placement of one surrogate."""
    bare = rows.loc[rows["wkt"] == "", "link_id"]
    if len(bare):
        raise GridError(problem("TY6012", f"link_traffic › {'、'.join(bare[:20])}"))
    pieces, link = _pieces(rows["wkt"], city)
    shares = allocate_lines(pieces, city.grid)
    length = shapely.length(pieces)
    of_link = exact_group_sum(length, link, len(rows))
    vkm = length / of_link[link] * rows["vkm"].to_numpy(dtype=float)[link]
    middle = shapely.get_coordinates(shapely.line_interpolate_point(pieces, 0.5, normalized=True))
    region = region_of_points(middle[:, 0], middle[:, 1], city.polygons)
    row = np.where(region < 0, len(city.regions), region)[shares.feature]
    total, coverage = exact_sum(rows["vkm"]), float(rows["coverage"].iloc[0])
    flat = exact_group_sum(shares.share * vkm[shares.feature], row * city.grid.n_cells + shares.cell, city.nowhere.size)
    on_links = flat.reshape(city.nowhere.shape) / total
    rest = fallbacks[str(rows["fallback"].iloc[0])]
    return Placement(
        coverage * on_links + (1.0 - coverage) * rest.share,
        coverage * exact_sum(shares.outside * vkm) / total + (1.0 - coverage) * rest.outside,
        (1.0 - coverage) * rest.unallocated, rest.confidence,
        (f"路段承担 {coverage:.1%} 的车公里，其余按 {rows['fallback'].iloc[0]}", *rest.notes),
    )  # fmt: skip


def _pieces(texts: pd.Series, city: City) -> tuple[np.ndarray, np.ndarray]:
    """Return the lines cut into pieces of a tenth of a cell in the grid CRS, and the link of each."""
    lines = shapely.from_wkt(texts.to_numpy(dtype=object))
    projected = shapely.transform(lines, lambda xy: np.column_stack(city.grid.project(xy[:, 0], xy[:, 1])))
    parts, of_part = shapely.get_parts(projected, return_index=True)
    ends, part = shapely.get_coordinates(shapely.segmentize(parts, city.grid.spec.cell_size_m / 10), return_index=True)
    joined = part[1:] == part[:-1]
    return shapely.linestrings(np.stack([ends[:-1][joined], ends[1:][joined]], axis=1)), of_part[part[:-1][joined]]
