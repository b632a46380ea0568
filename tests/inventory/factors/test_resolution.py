"""The resolver: lexicographic order, validity, ties, depths; and against a plain loop over all rows."""

import random

import duckdb
import pandas as pd
import pytest

from inventory.errors import FactorNotFoundError
from inventory.factors.resolution import along_chains, find_factors, index_factors, resolve_factors, with_depths

REGIONS = {"pudong": ("pudong", "city", "any"), "minhang": ("minhang", "city", "any"), "city": ("city", "any")}
TECHNOLOGIES = {"grate": ("grate", "boiler", "any"), "boiler": ("boiler", "any")}
DIMENSIONS = (along_chains("region", REGIONS), along_chains("technology", TECHNOLOGIES))
NAMES = ("region", "technology")


def _tree(connection, rows, names=NAMES):
    """Index rows of (species, codes ..., valid_from, valid_to, age); factor_no is the place in the list."""
    columns = ["species", *names, "valid_from", "valid_to", "age"]
    frame = pd.DataFrame(rows, columns=columns).assign(factor_no=range(len(rows)))
    for year in ("valid_from", "valid_to"):
        frame[year] = frame[year].astype("Int64")
    return index_factors(connection, connection.from_df(frame), names=names, ranks=("age",))


def _resolve(rows, keys, *, dimensions=DIMENSIONS, find=resolve_factors, connection=None):
    """Return {(key_id, species): (factor_no, depths)}; keys are (codes ..., year), key_id is the place in the list."""
    connection = connection or duckdb.connect()
    names = tuple(dimension.name for dimension in dimensions)
    asked = pd.DataFrame(keys, columns=[*names, "inventory_year"]).assign(key_id=range(len(keys)))
    resolution = find(_tree(connection, rows, names), connection.from_df(asked), dimensions)
    return {
        (key_id, species): (number, tuple(depths)) for key_id, species, number, depths in resolution.factors.fetchall()
    }


def test_first_dimension_stays_exact_longest():
    rows = [("NOx", "any", "grate", None, None, 0), ("NOx", "city", "any", None, None, 0)]
    assert _resolve(rows, [("pudong", "grate", 2021)]) == {(0, "NOx"): (1, (1, 2))}
    assert _resolve(rows[::-1], [("pudong", "grate", 2021)]) == {(0, "NOx"): (0, (1, 2))}


def test_rank_decides_only_between_rows_of_equal_depths():
    rows = [
        ("NOx", "city", "any", None, None, -2019), ("NOx", "city", "any", None, None, -2021),
        ("NOx", "any", "grate", None, None, -2025),
    ]  # fmt: skip
    assert _resolve(rows, [("city", "grate", 2021)]) == {(0, "NOx"): (1, (0, 2))}


@pytest.mark.parametrize(("year", "winner"), [(2016, 0), (2017, 1), (2019, 1), (2020, 2), (2021, 2), (2022, 0)])
def test_a_row_matches_from_its_first_to_its_last_year(year, winner):
    rows = [
        ("NOx", "any", "any", None, None, 0), ("NOx", "any", "any", 2017, 2019, -2017),
        ("NOx", "any", "any", 2020, 2021, -2020),
    ]  # fmt: skip
    keys = [("city", "grate", other) for other in (2010, 2030)] + [("city", "grate", year)]
    assert _resolve(rows, keys)[2, "NOx"][0] == winner


def test_every_species_finds_its_own_row():
    rows = [("NOx", "pudong", "any", None, None, 0), ("SO2", "any", "boiler", None, None, 0)]
    assert _resolve(rows, [("pudong", "grate", 2021), ("minhang", "boiler", 2021)]) == {
        (0, "NOx"): (0, (0, 2)), (0, "SO2"): (1, (2, 1)), (1, "SO2"): (1, (2, 0)),
    }  # fmt: skip


def test_keys_that_reach_no_row_have_no_winner():
    rows = [("NOx", "minhang", "any", None, None, 0), ("NOx", "any", "any", None, 2000, 0)]
    assert _resolve(rows, [("pudong", "grate", 2021), ("unheard of", "grate", 1999)]) == {}


def test_all_ties_are_told_at_once():
    rows = [
        ("NOx", "city", "any", None, None, 0), ("NOx", "city", "any", None, None, 0),
        ("SO2", "any", "grate", None, None, 0), ("SO2", "any", "grate", None, None, 0),
        ("SO2", "any", "grate", None, None, 0),
    ]  # fmt: skip
    with pytest.raises(FactorNotFoundError) as caught:
        _resolve(rows, [("minhang", "boiler", 2021), ("pudong", "grate", 2021), ("city", "grate", 2021)])
    told = [(problem.place, problem.message_en) for problem in caught.value.problems]
    assert told == [("minhang boiler NOx", "equal matches: 0、1"), ("pudong grate SO2", "equal matches: 2、3、4")]


def test_equal_rows_behind_a_better_one_are_no_tie():
    equal = [("NOx", "city", "any", None, None, 0), ("NOx", "city", "any", None, None, 0)]
    better = ("NOx", "pudong", "any", 2020, None, 0)
    assert _resolve([*equal, better], [("pudong", "grate", 2021)]) == {(0, "NOx"): (2, (0, 2))}
    with pytest.raises(FactorNotFoundError):
        _resolve([*equal, better], [("pudong", "grate", 2019)])


def test_codes_of_one_depth_are_equally_good_and_the_next_dimension_decides():
    control = with_depths("control", {"fgd": {"fgd": 0, "implied": 0, "none": 1}})
    rows = [
        ("SO2", "none", "pudong", None, None, 0), ("SO2", "fgd", "any", None, None, 0),
        ("SO2", "implied", "city", None, None, 0),
    ]  # fmt: skip
    dimensions = (control, DIMENSIONS[0])
    assert _resolve(rows, [("fgd", "pudong", 2021)], dimensions=dimensions) == {(0, "SO2"): (2, (0, 1))}
    with pytest.raises(FactorNotFoundError, match="3、4"):
        _resolve([*rows, *(("SO2", code, "pudong", None, None, 0) for code in ("fgd", "implied"))],
                 [("fgd", "pudong", 2021)], dimensions=dimensions)  # fmt: skip


def test_one_tree_answers_many_times():
    connection = duckdb.connect()
    tree = _tree(connection, [("NOx", "pudong", "any", None, None, 0), ("NOx", "any", "any", None, None, 0)])
    for region, winner in (("pudong", 0), ("city", 1), ("pudong", 0)):
        keys = pd.DataFrame({"key_id": [7], "inventory_year": [2021], "region": [region], "technology": ["grate"]})
        found = find_factors(tree, connection.from_df(keys), DIMENSIONS)
        assert found.winners.select("factor_no").fetchall() == [(winner,)]


def _best_by_loop(rows, key):
    """Return {species: numbers of the rows that match best}, by a loop over all rows."""
    *codes, year = key
    ranked = {}
    for number, (species, *given, valid_from, valid_to, age) in enumerate(rows):
        chains = [
            {"region": REGIONS, "technology": TECHNOLOGIES}[name][code] for name, code in zip(NAMES, codes, strict=True)
        ]
        reached = all(code in chain for code, chain in zip(given, chains, strict=True))
        if reached and (valid_from or 0) <= year <= (valid_to or 9999):
            order = (*(chain.index(code) for code, chain in zip(given, chains, strict=True)), age)
            ranked.setdefault(species, []).append((order, number))
    return {
        species: tuple(number for order, number in found if order == min(found)[0]) for species, found in ranked.items()
    }


@pytest.mark.parametrize("seed", range(12))
def test_winners_and_ties_are_those_of_a_loop_over_all_rows(seed):
    draw = random.Random(seed)
    rows = [
        (
            draw.choice(("NOx", "SO2")), draw.choice(("pudong", "minhang", "city", "any", "elsewhere")),
            draw.choice(("grate", "boiler", "any")), draw.choice((None, 2015, 2018)), draw.choice((None, 2018, 2020)),
            draw.choice((-2018, -2015, 0)),
        )
        for _ in range(draw.choice((5, 20, 60)))
    ]  # fmt: skip
    keys = [
        (region, technology, year) for region in REGIONS for technology in TECHNOLOGIES for year in range(2013, 2023)
    ]
    draw.shuffle(keys)
    connection = duckdb.connect()
    asked = pd.DataFrame(keys, columns=[*NAMES, "inventory_year"]).assign(key_id=range(len(keys)))
    found = find_factors(_tree(connection, rows), connection.from_df(asked), DIMENSIONS)
    best = {
        (at, species): numbers for at, key in enumerate(keys) for species, numbers in _best_by_loop(rows, key).items()
    }
    winners = {(at, species): number for at, species, number, _ in found.factors.fetchall()}
    assert winners == {at: numbers[0] for at, numbers in best.items()}
    tied = {numbers for numbers in best.values() if len(numbers) > 1}
    assert {tie.factor_nos for tie in found.ties} == tied
