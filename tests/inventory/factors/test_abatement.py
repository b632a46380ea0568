"""Ordered trains, capture × removal × operation, and particles by size."""

import pytest

from inventory.errors import MissingInputError, SchemaError
from inventory.factors.abatement import controlled_pm10, library_controls, load_control_paths, used_controls


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


@pytest.fixture(scope="module")
def published(library):
    return library_controls(library)


def test_alias_acts_as_its_parts_in_a_row(published):
    """fgd_limestone_ule 0.985, scr_ule 0.85: rows of Shanghai."""
    found = published.removal("ultra_low", "SO2", region_code="310115")
    assert (found.efficiency, set(found.by_control)) == (pytest.approx(0.985), {"fgd_limestone_ule"})
    assert "control ultra_low→fgd_limestone_ule+scr_ule+esp_wesp_ule (its parts)" in found.fallback_chain
    assert published.removal("ultra_low", "NOx", region_code="310115").efficiency == pytest.approx(0.85)
    stages = published.removal("vapour_stages_1_2_3", "NMVOC").efficiency
    assert stages == pytest.approx(1 - 0.5 * 0.2 * 0.1, rel=1e-12)


def test_nearest_code_stands_in_only_where_the_code_has_no_row_and_for_what_it_is_meant_for(published):
    """lnb: NOx 0.22; particles of an ultra-low train are those of its precipitator, not of its scrubber once more."""
    found = published.removal("lnb_fgr", "NOx")
    assert (found.efficiency, found.confidence) == (pytest.approx(0.22), "M")
    assert found.fallback_chain == "control lnb_fgr→lnb (nearest code)"
    assert published.removal("fgd_limestone_ule", "SO2", region_code="310000").efficiency == pytest.approx(0.985)
    for control in ("fgd_limestone_ule", "scr_ule"):
        assert published.removal(control, "PM2.5", region_code="310000").efficiency == 0.0


@pytest.mark.parametrize(
    ("control", "species"),
    [("vru", "NMVOC"), ("ldar", "NMVOC"), ("dln", "NOx"), ("dln_scr", "NOx"), ("water_injection", "NOx"),
     ("fgd_any", "SO2"), ("shore_power", "BC"), ("pou_abatement", "CF4"), ("as_limit", "NOx"), ("as_surveyed", "CO"),
     ("eu_average", "PM2.5-10"), ("esp+vru", "NMVOC")],
)  # fmt: skip
def test_control_meant_for_a_species_without_a_row_is_no_number(published, control, species):
    assert published.acts_on(control, species)
    with pytest.raises(MissingInputError, match="no removal"):
        published.removal(control, species)
    assert published.removal(control, species, measured=0.4).efficiency == 0.4


@pytest.mark.parametrize(
    ("control", "species"),
    [("vru", "NOx"), ("as_limit", "CO2"), ("as_standard", "NOx"), ("fuel_sulphur", "SO2"), ("none", "SO2")],
)
def test_control_that_is_not_meant_for_a_species_leaves_it(published, control, species):
    assert published.removal(control, species).efficiency == 0.0
    assert not published.acts_on(control, species)


def test_path_of_the_project_wins_over_the_code_of_its_name(make_paths):
    paths = make_paths([("vru", 1, "mine", 1.0, 1.0)], {("mine", "NMVOC"): (0.9, "M")})
    assert paths.removal("vru", "NMVOC").efficiency == pytest.approx(0.9)
    assert paths.is_path("vru")
    assert not paths.is_path("rto")


def test_hood_is_the_capture_of_the_steps_behind_it(published):
    assert published.removal("capture_hood+rto", "NMVOC").efficiency == pytest.approx(0.4 * 0.94, rel=1e-12)
    both = published.removal("capture_hood+zeolite_rotor+rto", "NMVOC")
    assert both.efficiency == pytest.approx(0.4 * (1 - (1 - 0.34) * (1 - 0.94)), rel=1e-12)
    assert sum(both.by_control.values()) == pytest.approx(both.efficiency, rel=1e-12)
    assert published.removal("capture_none+rto", "NMVOC").efficiency == 0.0
    assert published.removal("capture_enclosed", "NMVOC").efficiency == 0.0
    assert published.removal("rto+capture_hood", "NMVOC").efficiency == pytest.approx(0.94, rel=1e-12)


def test_measured_capture_replaces_that_of_the_hood(published):
    assert published.removal("capture_hood+rto", "NMVOC", capture=0.7).efficiency == pytest.approx(0.7 * 0.94)
    assert published.removal("capture_hood+rto", "NMVOC", measured=0.9).efficiency == pytest.approx(0.4 * 0.9)
    assert published.removal("capture_hood+rto", "NMVOC", measured=0.9, capture=0.7).efficiency == pytest.approx(0.63)


def test_hood_without_a_capture_of_the_species_is_no_number(published):
    with pytest.raises(MissingInputError, match="no capture of PM2.5"):
        published.removal("capture_hood+fabric_filter", "PM2.5")
    assert published.removal("capture_hood+fabric_filter", "PM2.5", capture=0.5).efficiency == pytest.approx(0.4725)
    assert published.removal("capture_hood+fabric_filter", "SO2").efficiency == 0.0


def test_row_of_a_province_holds_in_it_alone(published):
    """Shanghai 0.85; elsewhere scr_ule is taken as scr, 0.42."""
    found = {code: published.removal("scr_ule", "NOx", region_code=code).efficiency for code in ("310115", "320000")}
    assert found == pytest.approx({"310115": 0.85, "320000": 0.42})
    assert published.removal("scr_ule", "NOx").efficiency == pytest.approx(0.85)
    outside = published.removal("esp_wesp_ule", "PM2.5", region_code="CN").efficiency
    assert outside == pytest.approx(1 - (1 - 0.96) * (1 - 0.8), rel=1e-12)
    assert published.removal("lnb+scr_ule", "NOx", region_code="310115").efficiency == pytest.approx(0.9)


@pytest.mark.parametrize(
    "train",
    ["lnb+scr_ule+scr", "lnb_scr+lnb", "ultra_low+scr", "fgd_any+fgd_limestone", "esp+esp", "esp_high+esp",
     "capture_hood+capture_enclosed+rto"],
)  # fmt: skip
def test_train_that_counts_one_control_twice_is_refused(published, train):
    with pytest.raises(SchemaError) as caught:
        published.removal(train, "NOx")
    assert {problem.code for problem in caught.value.problems} <= {"TY4203", "TY4204"}
    assert all(problem.message_zh and problem.message_en for problem in caught.value.problems)


def test_path_of_a_project_that_counts_one_control_twice_is_refused(library, tmp_path):
    (tmp_path / "control_paths.csv").write_text(
        "control_path_id,step,control,capture,operation,source,confidence,note\n"
        "mine,1,scr_ule,1,1,x,L,\nmine,2,scr,1,1,x,L,\n",
        "utf-8",
    )
    (tmp_path / "control_removals.csv").write_text(
        "control,species,removal,region_code,source,confidence,note\n", "utf-8"
    )
    with pytest.raises(SchemaError, match="scr_ule and scr"):
        load_control_paths(library, tmp_path)


def test_codes_that_stand_in_are_listed_among_the_controls_used(published):
    used = set(used_controls(published, ["ultra_low", "lnb_fgr"])["control"])
    assert {"esp_high", "lnb"} <= used
    assert "ultra_low" not in used


def test_pm10_by_itself_is_removed_as_the_fine_particles_are(published):
    assert published.removal("fabric_filter", "PM10").efficiency == pytest.approx(0.945)
