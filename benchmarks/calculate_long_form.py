"""Time `calculate` on many rows of the real vocabulary: seeded records in a CSV, wall seconds and peak memory.

`python benchmarks/calculate_long_form.py [--rows 1000000] [--keys 20000] [--seed 1] [--out parquet]`
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from inventory.calculation.calculate import DEFAULT_PACKS
from inventory.factors.library import load_library
from inventory.vocabulary import load

PARAMETERS = ("sulphur_fraction", "sulphur_retention")
HEADER = (
    "activity_id", "source_category", "fuel_or_product", "technology", "control", "activity_value", "activity_unit",
    "inventory_year", "region_code", "activity_uncertainty_pct", *PARAMETERS,
)  # fmt: skip
_RUN = (
    "import sys, time\nfrom pathlib import Path\nfrom inventory.calculation.calculate import calculate\n"
    "started = time.perf_counter()\n"
    "report = calculate(Path(sys.argv[1]), Path(sys.argv[2]), gwp_set='AR5GWP100')\n"
    "print(report.activities, report.emissions, report.missing, time.perf_counter() - started)\n"
)


def fuel_keys(count, rng):
    """Return keys of leaf, fuel, technology, control, unit, year and region that the packs have factors for."""
    factors = load_library(DEFAULT_PACKS).factors
    fuels = load("fuels")
    unit_of = dict(zip(fuels["code"], fuels["default_unit"], strict=True))
    solid = set(fuels.loc[fuels["kind"] == "solid", "code"])
    rows = factors[factors["source_category"].str.startswith("FC") & factors["fuel_or_product"].isin(unit_of)]
    rows = rows[rows["fuel_or_product"].map(unit_of) != ""]
    bases = sorted(set(zip(rows["source_category"], rows["fuel_or_product"], rows["technology"], strict=True)))
    leaves = load("categories")["code"].tolist()
    below = {base[0]: [leaf for leaf in leaves if f"{leaf}.".startswith(f"{base[0]}.")] for base in bases}
    bases = [base for base in bases if below[base[0]]]
    regions = load("regions")
    places = regions.loc[regions["code"].str.isdigit(), "code"].tolist()
    controls = ("none", "esp", "fgd_limestone", "esp+fgd_limestone", "scr+esp+fgd_limestone")
    keys = []
    for at in rng.integers(0, len(bases), count).tolist():
        category, fuel, technology = bases[at]
        control = controls[int(rng.integers(len(controls)))] if fuel in solid else "none"
        keys.append(
            (below[category][int(rng.integers(len(below[category])))], fuel, technology, control, unit_of[fuel],
             int(rng.integers(2010, 2025)), places[int(rng.integers(len(places)))], fuel in solid)
        )  # fmt: skip
    return keys


def write_activity(path, *, rows, keys, seed):
    """Write a CSV of so many records over so many keys; half of the solid fuels carry their sulphur."""
    rng = np.random.default_rng(seed)
    known = fuel_keys(keys, rng)
    values, key_of = rng.lognormal(4.0, 2.0, rows), rng.integers(0, len(known), rows)
    sulphur, has_sulphur = rng.uniform(0.002, 0.02, rows), rng.random(rows) < 0.5
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(HEADER)
        for at in range(rows):
            leaf, fuel, technology, control, unit, year, region, is_solid = known[key_of[at]]
            own = (f"{sulphur[at]:.4f}", "0.15") if is_solid and has_sulphur[at] and unit == "t" else ("", "")
            writer.writerow(
                (f"R{at}", leaf, fuel, technology, control, repr(float(values[at])), unit, year, region, 5, *own)
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keys", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", choices=("parquet", "csv"), default="parquet")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "activity.csv", Path(folder) / f"emission.{given.out}"
        write_activity(source, rows=given.rows, keys=given.keys, seed=given.seed)
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", _RUN, source, out], check=True, capture_output=True, text=True)
        wall_s = time.perf_counter() - started
        activities, emissions, missing, seconds = done.stdout.split()
        answer = {
            "rows": int(activities), "keys": given.keys, "emissions": int(emissions), "missing": int(missing),
            "calculate_s": round(float(seconds), 1), "process_s": round(wall_s, 1),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
            "input_mb": round(source.stat().st_size / 1e6), "output_mb": round(out.stat().st_size / 1e6),
        }  # fmt: skip
    sys.stdout.write(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main()
