"""Time ship emissions from a log of AIS messages (NMEA) to cells, all species; and the limit: read and decode alone.

The log is synthetic (tests/projects/ais_generator.py). Stages run in one process.
Limits: 10^6 messages < 60 s and < 1.5 GB.
"""

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from pyais import decode

from grids.allocation.tracks import allocate_tracks
from grids.definition import GridDefinition
from inventory.by_products import estimate_ledger
from inventory.config import load_config
from inventory.delivered_cells import parse_number
from inventory.delivery_spec import DeliverySpec
from inventory.factors.abatement import load_control_paths
from inventory.factors.library import load_library
from inventory.ledger import finish_ledger
from inventory.methods.context import MethodContext
from inventory.mobile.ais.drafts import build_ais_ships
from inventory.mobile.ais.engine_work import engine_work
from inventory.mobile.ais.fleet import load_fleet
from inventory.mobile.ais.settings import AisSettings
from inventory.warehouse import conform, load_contract
from sources.ais.extract import extract_series
from sources.delivery import DeliveredFile, Delivery, file_sha256
from sources.registry import find_source

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "shanghai"


def generate(folder, messages):
    """Write log and register; in a process of its own, so that its memory does not count."""
    spec = importlib.util.spec_from_file_location("ais_generator", ROOT / "tests/projects/ais_generator.py")
    generator = importlib.util.module_from_spec(spec)
    sys.modules["ais_generator"] = generator
    spec.loader.exec_module(generator)
    log = generator.make_log(messages, n_vessels=max(20, messages // 2000))
    generator.write_nmea(log, folder / "log.nmea")
    generator.write_register(log, folder / "register.csv")


def limit(folder):
    """Read the lines and decode each message of one sentence with pyais, and keep nothing."""

    started = time.perf_counter()
    with (folder / "log.nmea").open("rb") as lines:
        for line in lines:
            if b"VDM,1,1," in line:
                decode(line[line.rfind(b"!") :], error_if_checksum_invalid=True)
    return time.perf_counter() - started


def run(folder):
    """Run the stages and return their seconds with what they found."""

    config = load_config(EXAMPLE)
    sulphur = [pd.Series({"value": s, "citation": "synthetic", "confidence": "L"}) for s in (0.005, 1e-5)]
    settings = AisSettings(2021, "Asia/Shanghai", *sulphur)
    seconds, clock = {}, time.perf_counter

    started = clock()
    log = folder / "log.nmea"
    file = DeliveredFile(log, log.name, file_sha256(log))
    pulled = extract_series(Delivery(find_source("ais"), (file,), DeliverySpec((log.name,))), folder)
    seconds["log to positions"] = clock() - started

    started = clock()
    fleet = load_fleet(staged_register(folder), settings)
    done = engine_work(folder, fleet, settings)
    seconds["positions to engine work"] = clock() - started

    started = clock()
    draft = build_ais_ships(done, fleet, settings)
    ledger, parameters, _ = finish_ledger(draft.activities, draft.parameters, {}, config)
    library = load_library(config.packs)
    context = MethodContext(library, load_control_paths(library, EXAMPLE), 2021)
    _, emissions = estimate_ledger(ledger, parameters, context)
    seconds["emissions of all species"] = clock() - started

    started = clock()
    tracks = allocate_tracks(
        folder / "stg_ais_segment.parquet", folder / "stg_ais_track.parquet", GridDefinition(config.grid)
    )
    cells = gridded(ledger, emissions, tracks, config.grid.nx * config.grid.ny)
    seconds["segments to cells"] = clock() - started
    found = {
        "lines": pulled.rows_in,
        "positions": pulled.used,
        "drafts": len(ledger),
        "species": len(cells),
        "weights": len(tracks.shares.cell),
        "NOx_t": round(float(cells["NOx"].sum()), 1),
    }
    return seconds, found


def staged_register(folder):
    """Return the register as the staging SQL gives it."""
    raw = pd.read_csv(folder / "register.csv", dtype=str, keep_default_na=False).rename(columns={"source": "citation"})
    origin = {
        "origin_file": "register.csv",
        "origin_sheet": "",
        "origin_row": range(2, len(raw) + 2),
        "origin_sha256": "",
    }
    raw = raw.assign(**origin)
    contract = load_contract("stg_vessel_register_vessel")
    columns = {}
    for column in contract.columns:
        cells = raw[column.name] if column.name in raw else pd.Series("", index=raw.index)
        is_number = column.type != "VARCHAR" and column.name != "origin_row"
        columns[column.name] = cells.map(parse_number).astype(float) if is_number else cells
    return conform(pd.DataFrame(columns), contract)


def gridded(ledger, emissions, tracks, n_cells):
    """Return emissions by cell [t] of every species."""
    number = {name: index for index, name in enumerate(tracks.geometry_keys)}
    feature_of = dict(zip(ledger["activity_id"], ledger["geometry_key"].map(number), strict=True))
    valued = emissions[emissions["emission_t"].notna()]
    feature = valued["activity_id"].map(feature_of)
    cells = {}
    for species, rows in valued[feature.notna()].groupby("species"):
        by_key = np.zeros(len(tracks.geometry_keys))
        np.add.at(by_key, rows["activity_id"].map(feature_of).to_numpy(int), rows["emission_t"].to_numpy(float))
        amount = by_key[tracks.shares.feature] * tracks.shares.share
        cells[species] = np.bincount(tracks.shares.cell, amount, n_cells)
    return cells


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--stage", choices=["generate", "limit", "run"])
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.stage == "generate":
        generate(options.folder, options.messages)
    elif options.stage:
        seconds, found = (
            ({"read and decode": limit(options.folder)}, {}) if options.stage == "limit" else run(options.folder)
        )
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        answer = {"seconds": {name: round(s, 2) for name, s in seconds.items()}, "peak_mb": round(peak_mb), **found}
        answer["total_s"] = round(sum(seconds.values()), 2)
        sys.stdout.write(json.dumps(answer) + "\n")
    else:
        with tempfile.TemporaryDirectory() as folder:
            for stage in ("generate", "limit", "run"):
                command = [
                    sys.executable,
                    __file__,
                    "--stage",
                    stage,
                    "--folder",
                    folder,
                    "--messages",
                    str(options.messages),
                ]
                told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
                sys.stdout.write(f"{stage}: {told}" if told else "")


if __name__ == "__main__":
    main()
