"""Ordered trains, capture × removal × operation, and particles by size."""

import pytest

from inventory.errors import SchemaError
from inventory.factors.abatement import controlled_pm10, load_control_paths


def test_train_passes_what_each_step_lets_through(make_paths):
    steps = [("train", 2, "esp", 0.9, 1.0), ("train", 1, "fgd", 1.0, 0.98)]
    paths = make_paths(steps, {("fgd", "SO2"): (0.8, "M"), ("esp", "SO2"): (0.5, "L")})
    found = paths.removal("train", "SO2")
    assert found.efficiency == pytest.approx(1 - (1 - 0.8 * 0.98) * (1 - 0.9 * 0.5), rel=1e-12)
    assert found.by_control == pytest.approx({"fgd": 0.98 * 0.8, "esp": (1 - 0.98 * 0.8) * 0.9 * 0.5})


def test_control_code_acts_as_a_path_of_one_step(make_paths):
    assert make_paths(removals={("scr", "NOx"): (0.85, "M")}).removal("scr", "NOx").efficiency == pytest.approx(0.85)


def test_unknown_path_and_species_without_a_row_remove_nothing(make_paths):
    paths = make_paths(removals={("scr", "NOx"): (0.85, "M")})
    assert paths.removal("none", "NOx").efficiency == 0.0
    assert paths.removal("scr", "CO").efficiency == 0.0


@pytest.mark.parametrize("species", ["BC", "OC", "PM2.5-10", "TSP"])
def test_parts_of_particles_are_removed_as_the_fine_ones_where_nothing_else_is_known(make_paths, species):
    assert make_paths(removals={("bag", "PM2.5"): (0.9, "M")}).removal("bag", species).efficiency == pytest.approx(0.9)


def test_row_of_the_species_itself_beats_that_of_fine_particles(make_paths):
    paths = make_paths(removals={("bag", "PM2.5"): (0.9, "M"), ("bag", "PM2.5-10"): (0.99, "M")})
    assert paths.removal("bag", "PM2.5-10").efficiency == pytest.approx(0.99)


def test_pm10_is_fine_and_coarse_apart():
    expected_t = 2 * 0.1 + (5 - 2) * 0.02
    assert controlled_pm10(2.0, 5.0, 0.9, 0.98) == pytest.approx(expected_t, rel=1e-12)


def test_unknown_control_of_a_path_is_refused(library, tmp_path):
    (tmp_path / "control_paths.csv").write_text(
        "control_path_id,step,control,capture,operation,source,confidence,note\nmine,1,wizard,1,1,x,L,\n", "utf-8"
    )
    (tmp_path / "control_removals.csv").write_text(
        "control,species,removal,region_code,source,confidence,note\n", "utf-8"
    )
    with pytest.raises(SchemaError, match="wizard"):
        load_control_paths(library, tmp_path)


def test_removal_of_the_project_beats_that_of_the_pack(library, example_config):
    paths = load_control_paths(library, example_config.project_dir)
    assert paths.removals["fume_cleaner", "PM2.5"][0] == 0.75
    assert paths.removals["fume_cleaner", "PM2.5-10"][0] == 0.75
