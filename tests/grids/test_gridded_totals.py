"""From weights to mass, by hand, and doubling bit for bit."""

import pandas as pd
import pytest

from grids.gridded_totals import (
    emission_by_allocation,
    out_emission_by_cell,
    out_emission_by_region,
    out_mass_balance,
)
from inventory.errors import ConservationError
from inventory.reporting.totals import out_total

WEIGHTS = pd.DataFrame({"allocation_id": ["a", "a", "b"], "cell_id": [0, 3, 3], "weight": [0.3, 0.6, 1.0]})
ALLOCATIONS = pd.DataFrame({"allocation_id": ["a", "b"], "outside": [0.1, 0.0], "unallocated": [0.0, 0.0]})
REGIONS = pd.DataFrame({"allocation_id": ["a", "b"], "region_code": ["310101", "310101"], "share": [0.9, 1.0]})


def joined(first_t: float = 0.1) -> pd.DataFrame:
    """Return a record of solvents placed by `a` and one of boilers placed by `b`."""
    return pd.DataFrame(
        {
            "activity_id": ["s:1", "s:1", "f:1"], "source_category": ["SV.04.01", "SV.04.01", "FC.06.01"],
            "category_class": ["SV", "SV", "FC"], "species": ["NMVOC", "CO", "CO"], "allocation_id": ["a", "a", "b"],
            "emission_t": [first_t, first_t / 7, 0.7], "in_airshed": True, "ghg_role": "none", "data_quality": "L",
        }
    )  # fmt: skip


def by_cell(frame: pd.DataFrame) -> dict[tuple[str, str, int], float]:
    """Return emissions by class, species and cell."""
    cells = out_emission_by_cell(emission_by_allocation(frame, "category_class"), WEIGHTS, 4)
    return {(row.category_class, row.species, row.cell_id): row.emission_t for row in cells.itertuples()}


def test_a_cell_holds_emission_times_weight():
    assert by_cell(joined(10.0)) == {
        ("SV", "NMVOC", 0): 10.0 * 0.3, ("SV", "NMVOC", 3): 10.0 * 0.6,
        ("SV", "CO", 0): 10.0 / 7 * 0.3, ("SV", "CO", 3): 10.0 / 7 * 0.6, ("FC", "CO", 3): 0.7,
    }  # fmt: skip


def test_doubling_a_record_doubles_its_cells_bit_for_bit_and_no_others():
    once, twice = by_cell(joined(0.1)), by_cell(joined(0.2))
    assert once.keys() == twice.keys()
    for (category, species, cell), value in once.items():
        assert twice[category, species, cell] == (2 * value if category == "SV" else value)


def test_doubling_a_record_doubles_its_total_bit_for_bit():
    once, twice = (out_total(joined(value)).set_index(["scope", "species"])["emission_t"] for value in (0.1, 0.2))
    assert twice["airshed", "NMVOC"] == 2 * once["airshed", "NMVOC"]


def test_districts_outside_and_cells_add_up():
    placed = emission_by_allocation(joined(10.0), "category_class")
    regions = out_emission_by_region(placed, REGIONS, ALLOCATIONS).set_index(
        ["region_code", "category_class", "species"]
    )
    assert regions.loc[("310101", "SV", "NMVOC"), "emission_t"] == 10.0 * 0.9
    assert regions.loc[("outside_grid", "SV", "NMVOC"), "emission_t"] == 10.0 * 0.1
    balance = out_mass_balance(emission_by_allocation(joined(10.0), "source_category"), WEIGHTS, ALLOCATIONS)
    assert balance["relative_error"].abs().max() <= 1e-12


def test_lost_weight_is_an_error_that_names_category_and_species():
    short = WEIGHTS.assign(weight=[0.3, 0.5, 1.0])
    with pytest.raises(ConservationError) as caught:
        out_mass_balance(emission_by_allocation(joined(10.0), "source_category"), short, ALLOCATIONS)
    assert {problem.place for problem in caught.value.problems} == {"SV.04.01 CO", "SV.04.01 NMVOC"}


def test_an_emission_without_allocation_is_an_error():
    lost = joined().assign(allocation_id="nowhere")
    with pytest.raises(ConservationError) as caught:
        out_mass_balance(emission_by_allocation(lost, "source_category"), WEIGHTS, ALLOCATIONS)
    assert len(caught.value.problems) == 3
