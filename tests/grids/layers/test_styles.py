"""Class breaks worked out by hand, and the same classes in both kinds of style."""

from xml.etree import ElementTree as ET

import pytest

from grids.layers.names import species_column
from grids.layers.styles import outline_qml, polygon_qml, raster_qml, style_classes
from inventory.vocabulary import load


def document(qml):
    return ET.fromstring(qml.split("\n", 1)[1])


def test_breaks_are_quantiles_of_the_cells_that_emit():
    classes = style_classes([0, 0, 0, *range(1, 11)], "NOx")
    # linear quantiles of 1 … 10: 1 + 9 q, in two digits
    assert [entry.upper for entry in classes] == [0, 2.8, 4.6, 6.4, 8.2, 9.1, 9.7, 10]
    assert [entry.lower for entry in classes] == [0, 0, 2.8, 4.6, 6.4, 8.2, 9.1, 9.7]
    assert [entry.is_transparent for entry in classes] == [True] + [False] * 7


def test_ramp_runs_from_light_to_dark_and_tells_carbon_from_pollutants():
    nox, co2 = (style_classes(range(1, 11), species) for species in ("NOx", "CO2"))
    assert (nox[1].colour, nox[-1].colour) == ("#ffffb2", "#b10026")
    assert (co2[1].colour, co2[-1].colour) == ("#ffffcc", "#0c2c84")


def test_removals_have_a_class_of_their_own():
    removal, nothing, _ = style_classes([-3, -1, 0, 5], "CO2")
    assert (removal.lower, removal.upper, removal.colour) == (-3, -1, "#1b7837")
    assert (nothing.lower, nothing.upper) == (0, 0)


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_layer_without_emission_has_only_the_class_of_nothing(values):
    assert [entry.label for entry in style_classes(values, "NOx")] == ["0"]


def test_single_value_makes_one_class_in_the_darkest_colour():
    assert [(entry.upper, entry.colour) for entry in style_classes([0, 7.25], "NOx")[1:]] == [(7.25, "#b10026")]


def test_raster_and_polygons_show_the_same_classes():
    classes = style_classes([-3, 0, *range(1, 11)], "CO2")
    items = list(document(raster_qml(classes)).iter("item"))
    ranges = list(document(polygon_qml(classes, "CO2")).iter("range"))
    assert {item.get("label") for item in items} == {entry.get("label") for entry in ranges}
    uppers = [float(item.get("value")) for item in items]
    assert uppers == sorted(uppers)
    assert uppers[-1] == float("inf")
    assert [item.get("alpha") for item in items[:3]] == ["255", "0", "255"]


def test_polygon_of_value_0_meets_the_transparent_class_first():
    renderer = document(polygon_qml(style_classes([-3, 0, 5], "CO2"), "CO2")).find("renderer-v2")
    first = next(
        entry for entry in renderer.iter("range") if float(entry.get("lower")) <= 0 <= float(entry.get("upper"))
    )
    symbol = renderer.find(f"symbols/symbol[@name='{first.get('symbol')}']")
    assert symbol.find("layer/Option/Option[@name='color']").get("value") == "247,247,247,0"


def test_boundaries_have_a_line_and_no_fill():
    options = {option.get("name"): option.get("value") for option in document(outline_qml()).iter("Option")}
    assert options["style"] == "no"
    assert options["outline_style"] == "solid"


def test_every_species_of_the_vocabulary_has_a_column_of_its_own():
    columns = [species_column(code) for code in load("species")["code"]]
    assert all(column.isidentifier() and column.isascii() for column in columns)
    assert len({column.lower() for column in columns}) == len(columns)
    assert species_column("PM2.5") == "PM25"
    assert species_column("c-C4F8") == "cC4F8"
