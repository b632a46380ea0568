"""Stage: raw deliveries → renamed, cast and in canonical units, by the SQL of sql/20_staging."""

from __future__ import annotations

from pathlib import Path

from inventory.config import RunConfig
from inventory.step_report import StepReport
from inventory.warehouse import read_table, run_layer


def stage(config: RunConfig, work: Path) -> StepReport:
    """Run the staging layer.

    Rows are conserved: every delivered row has one staged row.
    """
    written = run_layer("20_staging", work, {"inventory_year": config.inventory_year})
    counts = {table: float(len(read_table(table, work))) for table in written}
    return StepReport("stage", counts)
