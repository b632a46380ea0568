"""One set of class breaks and colours per species, written as QGIS styles for rasters and polygons.

Colours stand in colour_ramps.csv. Readers of the COG and of the GeoPackage see the same classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from grids.layers.names import species_facts

QUANTILES = (0.2, 0.4, 0.6, 0.8, 0.9, 0.97)
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_VERSION = "3.28.0"


@dataclass(frozen=True)
class StyleClass:
    """A class of the legend: lower < value <= upper [t/a], or lower <= value where lower is the smallest value."""

    lower: float
    upper: float
    colour: str
    label: str
    is_transparent: bool = False


def style_classes(values_t: ArrayLike, species: str) -> tuple[StyleClass, ...]:
    """Return the legend of one species, ascending: removals, nothing, then quantiles of the cells that emit.

    Parameters
    ----------
    values_t : array-like
        Emission of the cells [t/a].
    species : str
        Code; greenhouse gases and CO2_BIO take the blue ramp, pollutants the red one.

    """
    values = np.asarray(values_t, dtype=np.float64).ravel()
    removals, emissions = values[values < 0], values[values > 0]
    classes = []
    if removals.size:
        low, high = float(removals.min()), float(removals.max())
        label = f"清除 removal {_number(low)} – {_number(high)}"
        classes.append(StyleClass(low, high, _colours("removal")[0], label))
    classes.append(StyleClass(0.0, 0.0, "#f7f7f7", "0", is_transparent=True))
    bounds = [0.0, *_upper_bounds(emissions)]
    colours = _spread(_colours(_ramp(species)), len(bounds) - 1)
    classes += [
        StyleClass(low, high, colour, f"{_number(low)} – {_number(high)}")
        for low, high, colour in zip(bounds, bounds[1:], colours, strict=False)
    ]
    return tuple(classes)


def raster_qml(classes: Sequence[StyleClass]) -> str:
    """Return the style of a single-band raster with the given classes."""
    root = _root()
    low, high = repr(classes[0].lower), repr(classes[-1].upper)
    pipe = ET.SubElement(root, "pipe")
    renderer = ET.SubElement(
        pipe, "rasterrenderer", type="singlebandpseudocolor", band="1", opacity="1", alphaBand="-1",
        classificationMin=low, classificationMax=high, nodataColor="",
    )  # fmt: skip
    ET.SubElement(renderer, "rasterTransparency")
    shader = ET.SubElement(
        ET.SubElement(renderer, "rastershader"), "colorrampshader", colorRampType="DISCRETE", classificationMode="2",
        clip="0", minimumValue=low, maximumValue=high,
    )  # fmt: skip
    for k, entry in enumerate(classes):
        ET.SubElement(
            shader, "item", value="inf" if k == len(classes) - 1 else repr(entry.upper), color=entry.colour,
            alpha="0" if entry.is_transparent else "255", label=entry.label,
        )  # fmt: skip
    ET.SubElement(pipe, "rasterresampler", maxOversampling="2")
    ET.SubElement(root, "blendMode").text = "0"
    return _text(root)


def polygon_qml(classes: Sequence[StyleClass], column: str) -> str:
    """Return the graduated style of a polygon layer by the values [t/a] of a column."""
    root = _root()
    renderer = ET.SubElement(
        root, "renderer-v2", type="graduatedSymbol", attr=column, graduatedMethod="GraduatedColor", symbollevels="0",
        forceraster="0", enableorderby="0",
    )  # fmt: skip
    ranges, symbols = ET.SubElement(renderer, "ranges"), ET.SubElement(renderer, "symbols")
    for k, entry in enumerate(_zero_first(classes)):
        ET.SubElement(
            ranges, "range", symbol=str(k), lower=repr(entry.lower), upper=repr(entry.upper), label=entry.label,
            render="true",
        )  # fmt: skip
        fill = f"{_rgb(entry.colour)},{0 if entry.is_transparent else 255}"
        _fill_symbol(symbols, k, {"color": fill, "outline_style": "no", "style": "solid"})
    ET.SubElement(root, "layerGeometryType").text = "2"
    return _text(root)


def outline_qml() -> str:
    """Return the style of boundaries: a dark line, no fill."""
    root = _root()
    renderer = ET.SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0", forceraster="0")
    outline = {"outline_color": "60,60,60,255", "outline_style": "solid", "outline_width": "0.3", "style": "no"}
    _fill_symbol(ET.SubElement(renderer, "symbols"), 0, {"color": "255,255,255,0", **outline})
    ET.SubElement(root, "layerGeometryType").text = "2"
    return _text(root)


def _upper_bounds(emissions_t: NDArray[np.float64]) -> list[float]:
    """Return rounded quantiles within the values, then the largest value itself."""
    if not emissions_t.size:
        return []
    smallest, largest = float(emissions_t.min()), float(emissions_t.max())
    rounded = {float(f"{bound:.2g}") for bound in np.quantile(emissions_t, QUANTILES)}
    return [*sorted(bound for bound in rounded if smallest <= bound < largest), largest]


def _zero_first(classes: Sequence[StyleClass]) -> list[StyleClass]:
    """Put the class of zero first: QGIS takes the first range that holds a value, both ends included."""
    return sorted(classes, key=lambda entry: not entry.is_transparent)


def _ramp(species: str) -> str:
    """Return the ramp of a species."""
    facts = species_facts()
    kind = facts["kind"].get(species, "air_pollutant")
    return "greenhouse_gas" if kind == "greenhouse_gas" or species == "CO2_BIO" else "pollutant"


@cache
def _colours(ramp: str) -> tuple[str, ...]:
    """Return the colours of a ramp, light to dark."""
    with files("grids.layers").joinpath("colour_ramps.csv").open("r", encoding="utf-8") as handle:
        table = pd.read_csv(handle, dtype={"colour": str})
    return tuple(table[table["ramp"] == ramp].sort_values("step")["colour"])


def _spread(colours: Sequence[str], n: int) -> list[str]:
    """Take n colours from light to dark; a single class takes the darkest."""
    return [colours[round(len(colours) - 1 if n == 1 else k * (len(colours) - 1) / (n - 1))] for k in range(n)]


def _number(value: float) -> str:
    """Return a number as a legend prints it."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _rgb(colour: str) -> str:
    """Return '#rrggbb' as 'r,g,b'."""
    return ",".join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))


def _fill_symbol(symbols: ET.Element, name: int, properties: dict[str, str]) -> None:
    """Add a fill symbol; properties twice, since QGIS before 3.22 reads prop and later ones Option."""
    symbol = ET.SubElement(symbols, "symbol", type="fill", name=str(name), alpha="1", clip_to_extent="1")
    layer = ET.SubElement(symbol, "layer", attrib={"class": "SimpleFill", "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", type="Map")
    for key, value in properties.items():
        ET.SubElement(options, "Option", type="QString", name=key, value=value)
    for key, value in properties.items():
        ET.SubElement(layer, "prop", k=key, v=value)


def _root() -> ET.Element:
    """Return an empty style document."""
    return ET.Element("qgis", version=_VERSION, styleCategories="Symbology")


def _text(root: ET.Element) -> str:
    """Return the document as QGIS stores it."""
    ET.indent(root)
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"
