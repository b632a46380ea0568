"""The project's part in the harness: each function does one workload with the code of the inventory."""

from pathlib import Path

import duckdb

from inventory.factors.resolution import along_chains, index_factors, resolve_factors

_STEPS = Path(__file__).parent / "w1_steps"
_INPUTS = {"activity": "activity", "factor_row": "factors", "control": "control"}


def w1_project(ctx):
    """Factors of 12 species per distinct key by inventory.factors.resolution, then one join back to the rows."""
    connection = duckdb.connect(config={"preserve_insertion_order": False})
    for view, name in _INPUTS.items():
        connection.read_parquet(str(ctx.data / f"{name}.parquet")).create_view(view)
    _make(connection, "activity_key")
    _make(connection, "factor")
    ctx.lap("load")
    keys = connection.table("activity_key")
    tree = index_factors(
        connection, connection.table("factor"), names=("sector", "region", "tech"), ranks=("age",)
    )  # fmt: skip
    resolution = resolve_factors(tree, keys, _dimensions(keys))
    ctx.lap("x_resolve")
    for step in ("resolution_factor", "emitted_share", "key_factor"):
        _make(connection, step)
    ctx.lap("x_key_factors")
    connection.execute(_statement("emission"), {"emission_file": str(ctx.out / "emis.parquet")})
    ctx.lap("compute+write")
    return {"x_keys": resolution.keys.shape[0], "x_winners": resolution.winners.shape[0]}


def _dimensions(keys):
    """Return the dimensions: the sector must match, region and technology may be any."""
    codes = {
        name: [code for (code,) in keys.select(name).distinct().fetchall()] for name in ("sector", "region", "tech")
    }
    return (
        along_chains("sector", {code: (code,) for code in codes["sector"]}),
        along_chains("region", {code: (code, "any") for code in codes["region"]}),
        along_chains("tech", {code: (code, "any") for code in codes["tech"]}),
    )


def _make(connection, step):
    """Run one statement and keep its result as a table, named like its file."""
    connection.execute(f"create or replace table {step} as {_statement(step)}")


def _statement(step):
    """Return the text of a statement."""
    return (_STEPS / f"{step}.sql").read_text(encoding="utf-8")
