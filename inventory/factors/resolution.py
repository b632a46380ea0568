"""Which factor row wins for each of many keys: one set-based resolver, generic over the dimensions of the keys.

Factor rows form a tree with one level per dimension. Keys go down it level by level; keys that reach the same nodes at
the same depths are one class from there on, and years between the same limits of validity are one period, so the work
grows with the classes. The statements stand in resolution_steps/; knows nothing of emission inventories.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa
from duckdb import ColumnExpression, ConstantExpression, DuckDBPyConnection, DuckDBPyRelation, FunctionExpression

from inventory.errors import FactorNotFoundError, Problem, problem

_CREATE = "create or replace"
_CLASS_STEPS = ("reached_class", "class_node", "key_class")
_STEP = pa.schema({"asked": pa.string(), "given": pa.string(), "depth": pa.int64()})
_PLACE_STEPS = ("year_period", "key_resolution", "class_place", "node_best", "winner")


@dataclass(frozen=True)
class Dimension:
    """One aspect of the keys and what each of its codes may fall back to.

    Attributes
    ----------
    name : str
        Column of the keys (code asked for) and of the factor rows (code given).
    steps : Table
        asked, given, depth [1]; depth 0 is best, codes of one depth are equally good.

    """

    name: str
    steps: pa.Table


@dataclass(frozen=True)
class FactorTree:
    """Factor rows indexed along their dimensions; its tables live in the connection.

    Attributes
    ----------
    names : tuple of str
        Dimensions in order of precedence, as the rows were indexed.

    """

    connection: DuckDBPyConnection
    names: tuple[str, ...]


@dataclass(frozen=True)
class Tie:
    """Factor rows that are equally good for one species of some resolutions, and the first key that meets them."""

    species: str
    factor_nos: tuple[int, ...]
    key_id: int
    resolution_ids: tuple[int, ...]


@dataclass(frozen=True)
class Resolution:
    """The winning rows; keys that resolve alike share a resolution_id.

    Attributes
    ----------
    keys : relation
        key_id, resolution_id; a key that reaches no factor row is not there.
    winners : relation
        resolution_id, species, factor_no, is_tied.
    factors : relation
        key_id, species, factor_no, depths (one whole number per dimension, in order of precedence).
    ties : tuple of Tie
        Rows that cannot be told apart; none in a sound library.

    """

    keys: DuckDBPyRelation
    winners: DuckDBPyRelation
    factors: DuckDBPyRelation
    ties: tuple[Tie, ...]


def along_chains(name: str, chains: Mapping[str, Sequence[str]]) -> Dimension:
    """Return a dimension whose codes fall back along chains, nearest first; the depth is the place in the chain."""
    return with_depths(name, {code: {step: depth for depth, step in enumerate(chains[code])} for code in chains})


def with_depths(name: str, depths: Mapping[str, Mapping[str, int]]) -> Dimension:
    """Return a dimension from the depth [1] of every code that each code may fall back to."""
    steps = [(asked, given, depth) for asked, of_code in depths.items() for given, depth in of_code.items()]
    columns = ("asked", "given", "depth")
    return Dimension(name, pa.table({column: [step[at] for step in steps] for at, column in enumerate(columns)}, _STEP))


def index_factors(
    connection: DuckDBPyConnection, factors: DuckDBPyRelation, *, names: Sequence[str], ranks: Sequence[str]
) -> FactorTree:
    """Index factor rows along their dimensions.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Of the factors and of the keys to come; gets tables named like the files of resolution_steps/.
    factors : relation
        factor_no (whole numbers >= 0, unique), species, valid_from and valid_to (years, null is open), one text column
        per dimension, and the ranks.
    names : sequence of str
        Dimensions in order of precedence; the first named stays exact longest.
    ranks : sequence of str
        Whole-number columns that order rows of equal depths, the smallest first, e.g. pack and age.

    """
    column = ColumnExpression
    terms = [column(name) for name in ("factor_no", "species", "valid_from", "valid_to")]
    in_order = FunctionExpression("list_value", *(column(rank) for rank in ranks)).alias("ranks")
    factors.select(*terms, in_order).create_view("factor_terms", replace=True)
    _make(connection, "factor_root", table="factor_node")
    for level, name in enumerate(names):
        factors.select(column("factor_no"), column(name).alias("given")).create_view("factor_given", replace=True)
        _make(connection, "factor_edge", table=_edge_table(level))
        connection.table(_edge_table(level)).create_view("factor_edge", replace=True)
        _make(connection, "factor_node")
    _make(connection, "factor_order")
    return FactorTree(connection, tuple(names))


def resolve_factors(tree: FactorTree, keys: DuckDBPyRelation, dimensions: Sequence[Dimension]) -> Resolution:
    """Return the winning factor row of every key and species, compared lexicographically.

    A row matches where every dimension gives a code that the key's code may fall back to and the year is within its
    validity. The best row has the smallest depths, compared dimension by dimension, then the smallest ranks.

    Parameters
    ----------
    tree : FactorTree
        From index_factors, on the connection of the keys.
    keys : relation
        key_id (unique), inventory_year, one text column per dimension.
    dimensions : sequence of Dimension
        The dimensions of the tree with their fallback steps, in its order.

    Raises
    ------
    FactorNotFoundError
        If rows match equally well; one problem per set of rows, all in one pass.

    """
    resolution = find_factors(tree, keys, dimensions)
    if resolution.ties:
        raise FactorNotFoundError(*(_problem(tie, keys, dimensions) for tie in resolution.ties))
    return resolution


def find_factors(tree: FactorTree, keys: DuckDBPyRelation, dimensions: Sequence[Dimension]) -> Resolution:
    """Return what resolve_factors returns; where rows match equally well, the first one, and the tie."""
    connection = tree.connection
    column = ColumnExpression
    keys.select(column("key_id"), column("inventory_year")).create_view("key_year", replace=True)
    _make(connection, "key_root", table="key_class")
    _make(connection, "class_root", table="class_node")
    for level, dimension in enumerate(dimensions):
        keys.select(column("key_id"), column(dimension.name).alias("asked")).create_view("key_asked", replace=True)
        connection.register("step", dimension.steps)
        connection.table(_edge_table(level)).create_view("factor_edge", replace=True)
        for step in _CLASS_STEPS:
            _make(connection, step)
    for step in _PLACE_STEPS:
        _make(connection, step)
    found = connection.table("key_resolution").select("key_id", "resolution_id")
    return Resolution(
        found, connection.table("winner"), connection.sql(_statement("resolved_factor")), _ties(connection)
    )


def _ties(connection: DuckDBPyConnection) -> tuple[Tie, ...]:
    """Return the ties among the winners, in the order of their rows."""
    rows = connection.sql(_statement("tie")).order("factor_nos, species").fetchall()
    return tuple(Tie(species, tuple(nos), key_id, tuple(resolved)) for species, nos, key_id, resolved in rows)


def _problem(tie: Tie, keys: DuckDBPyRelation, dimensions: Sequence[Dimension]) -> Problem:
    """Return the finding of a tie: the key that meets it and the rows."""
    at_key = ColumnExpression("key_id") == ConstantExpression(tie.key_id)
    asked = keys.filter(at_key).select(*(ColumnExpression(dimension.name) for dimension in dimensions)).fetchall()[0]
    names = "、".join(str(factor_no) for factor_no in tie.factor_nos)
    return tie_problem(" ".join((*asked, tie.species)), names)


def tie_problem(place: str, names: str) -> Problem:
    """Return the finding that rows match a key equally well."""
    return problem("FX602", place, names=names)


def _make(connection: DuckDBPyConnection, step: str, *, table: str = "") -> None:
    """Run one statement and keep its result as a table, named like its file unless told otherwise."""
    connection.execute(f"{_CREATE} table {table or step} as {_statement(step)}")


@cache
def _statement(step: str) -> str:
    """Return the text of a statement."""
    return files("inventory.factors").joinpath("resolution_steps", f"{step}.sql").read_text(encoding="utf-8")


def _edge_table(level: int) -> str:
    """Return the table of one level of the tree."""
    return f"factor_edge_{level}"
