"""The assemble step: the tables that people read, then every file of the release in a private folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from grids.city import DISTRICT_POLYGONS
from grids.definition import GridDefinition
from grids.gridded_totals import (
    dense_emissions,
    emission_by_allocation,
    out_emission_by_cell,
    out_emission_by_region,
    out_mass_balance,
)
from grids.layers.gridded import CodedName, GriddedEmissions
from grids.regions import load_districts
from inventory.config import RunConfig
from inventory.reporting.ghg_summary import build_ghg_summary
from inventory.reporting.totals import join_emissions, out_co2e, out_emission_by_category, out_total
from inventory.step_report import StepReport
from inventory.vocabulary import load
from inventory.warehouse import all_contracts, read_table, write_table
from tongyuan.content_hash import content_hash
from tongyuan.releases import IDENTITY_FILE, PRIVATE_FOLDER, STORE_NAME, stands_whole
from tongyuan.resume import write_text

if TYPE_CHECKING:
    from inventory.reporting.workbook import WorkbookAbout


def assemble(config: RunConfig, work: Path, out: Path) -> StepReport:
    """Write the out_ tables, give the release its name, and write all its files into the private folder.

    Raises
    ------
    ConservationError
        If gridding or a file loses mass.

    """
    _write_tables(config, work)
    whole, by_table = content_hash(lambda table: read_table(table, work))
    release_id = f"{config.inventory_year}-{whole[:12]}"
    identity = {"release_id": release_id, "content_hash": whole, "tables": by_table, **about(config)}
    write_text(work / IDENTITY_FILE, json.dumps(identity, ensure_ascii=False, indent=1, sort_keys=True))
    folder = work / PRIVATE_FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    if not stands_whole(out, work):
        folder.mkdir()
        _write_files(config, work, folder, release_id)
    return StepReport("assemble", {"tables": float(len(by_table)), "files": float(_count(folder))}, (release_id,))


def about(config: RunConfig) -> dict[str, object]:
    """Return what a release says of itself."""
    return {
        "title_zh": config.title_zh,
        "region_code": config.region_code,
        "inventory_year": config.inventory_year,
        "time_zone": config.time_zone,
        "grid": {"id": config.grid.grid_id, "crs": config.grid.crs, "cell_size_m": config.grid.cell_size_m},
        "gwp_sets": [config.gwp_set_headline, config.gwp_set_submission],
        "packs": list(config.packs),
        "map_approval_no": config.map_approval_no,
    }


def _write_tables(config: RunConfig, work: Path) -> None:
    """Write every out_ table."""

    def read(table: str) -> pd.DataFrame:
        return read_table(table, work)

    ledger, emissions = read("core_activity"), read("core_emission")
    weights, allocations = read("grid_weight"), read("grid_allocation")
    joined = join_emissions(ledger, emissions)
    joined["category_class"] = joined["source_category"].str.split(".").str[0]
    totals = out_total(joined)
    placed = emission_by_allocation(joined[joined["in_airshed"]], "category_class")
    summary = build_ghg_summary(ledger, emissions, read("core_gap"), gwp_set=config.gwp_set_submission)
    for table, frame in {
        "out_total": totals,
        "out_emission_by_category": out_emission_by_category(joined),
        "out_co2e": out_co2e(totals, [config.gwp_set_headline, config.gwp_set_submission]),
        "out_mass_balance": out_mass_balance(emission_by_allocation(joined, "source_category"), weights, allocations),
        "out_emission_by_cell": out_emission_by_cell(placed, weights, config.grid.nx * config.grid.ny),
        "out_emission_by_region": out_emission_by_region(placed, read("grid_allocation_region"), allocations),
        "out_ghg_summary": summary,
        "out_about": pd.DataFrame(
            [(name, json.dumps(value, ensure_ascii=False, sort_keys=True)) for name, value in about(config).items()],
            columns=["name", "value"],
        ),
    }.items():
        write_table(frame, table, work)


def _write_files(config: RunConfig, work: Path, folder: Path, release_id: str) -> None:
    """Write store, layers, workbook and map sheet."""
    from grids.layers.cog import write_cogs  # noqa: PLC0415 - each writer brings a heavy library
    from grids.layers.geopackage import write_geopackage  # noqa: PLC0415
    from grids.layers.map_sheet import BOUNDARIES_DELIVERED, BOUNDARIES_OF_AMAP, write_map_sheet  # noqa: PLC0415
    from grids.layers.netcdf import write_netcdf  # noqa: PLC0415
    from inventory.reporting.workbook import write_workbook  # noqa: PLC0415
    from tongyuan.store import write_store  # noqa: PLC0415

    gridded = gridded_emissions(config, lambda table: read_table(table, work), release_id)
    delivered = read_table(DISTRICT_POLYGONS, work)
    districts = load_districts(config.region_code, delivered)
    write_store(work, folder / STORE_NAME)
    (folder / "cog").mkdir()
    write_cogs(gridded, folder / "cog")
    write_geopackage(gridded, read_table("grid_cell", work), districts, folder / "emission.gpkg")
    write_netcdf(gridded, folder / "emission.nc")
    reported = [table for table in all_contracts() if table.startswith(("core_", "out_"))]
    tables = {table: read_table(table, work) for table in reported}
    write_workbook(tables, folder / "summary.xlsx", about=_workbook_about(config, release_id))
    boundaries_zh = BOUNDARIES_OF_AMAP if delivered.empty else BOUNDARIES_DELIVERED
    write_map_sheet(gridded, districts, folder / "map_sheet.png", boundaries_zh=boundaries_zh)


def gridded_emissions(config: RunConfig, read: Callable[[str], pd.DataFrame], release_id: str) -> GriddedEmissions:
    """Return the gridded emissions of a release for the layer writers."""
    grid = GridDefinition(config.grid)
    by_cell = read("out_emission_by_cell")
    classes, species = sorted(set(by_cell["category_class"])), sorted(set(by_cell["species"]))
    return GriddedEmissions(
        grid, config.inventory_year, config.time_zone, config.title_zh, config.map_approval_no, release_id,
        _named("category_branches", classes), _named("species", species),
        dense_emissions(by_cell, grid, classes, species),
    )  # fmt: skip


def _workbook_about(config: RunConfig, release_id: str) -> WorkbookAbout:
    """Return what the front sheet of the workbook says."""
    from inventory.reporting.workbook import WorkbookAbout  # noqa: PLC0415 - brings xlsxwriter

    return WorkbookAbout(
        title_zh=config.title_zh,
        region_zh=str(load("regions").set_index("code").loc[config.region_code, "zh"]),
        inventory_year=config.inventory_year,
        release_id=release_id,
        gwp_sets=(config.gwp_set_submission, config.gwp_set_headline),
        packs=config.packs,
        grid=f"{config.grid.crs}，{config.grid.cell_size_m:g} m",
    )


def _named(vocabulary: str, codes: list[str]) -> tuple[CodedName, ...]:
    """Return codes with their names."""
    table = load(vocabulary).set_index("code")
    return tuple(CodedName(code, str(table.loc[code, "zh"]), str(table.loc[code, "en"])) for code in codes)


def _count(folder: Path) -> int:
    """Return the number of files below a folder; 0 where there is none."""
    return sum(1 for path in folder.rglob("*") if path.is_file())
