"""Benchmark W1: factors of 12 species applied to activity rows, against the limit of the machine and against peers.

python benchmarks/w1_factor_application.py --n 10000000 --reps 3 --impl limit,project,polars

Makes the input where it is missing, runs every implementation in fresh processes in turn (A B C A B C), prints medians
with their ratios to the limit, and compares the results with each other. PERF_DATA and PERF_OUT name the folders of
inputs and outputs (1e7 rows: 0.2 GB and 1 GB per implementation); the peers need polars.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_HARNESS = _HERE / "peers_harness"
_SCRATCH = Path(tempfile.gettempdir()) / "tongyuan_performance"


def main():
    options = _options()
    folders = {"PERF_DATA": str(_SCRATCH / "data"), "PERF_OUT": str(_SCRATCH / "out")}
    paths = os.pathsep.join(filter(None, (str(_HERE.parent), str(_HERE), os.environ.get("PYTHONPATH", ""))))
    environment = folders | os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    for folder in folders:
        Path(environment[folder]).mkdir(parents=True, exist_ok=True)
    results = Path(environment["PERF_OUT"]) / "results.jsonl"
    results.unlink(missing_ok=True)
    if not (Path(environment["PERF_DATA"]) / f"W1_{options.n}").is_dir():
        _run(environment, "workloads.py", "W1", "--n", options.n)
    _run(environment, "harness.py", "bench", "W1", options.impl, "--n", options.n, "--reps", options.reps)
    _report([json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()])
    for other in options.impl.split(","):
        if not other.startswith(("limit", "project")):
            _run(environment, "harness.py", "check", "W1", f"{other},project", "--n", options.n)


def _options():
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--impl", default="limit,project,polars")
    return parser.parse_args()


def _run(environment, script, *arguments):
    """Run a script of the harness."""
    subprocess.run([sys.executable, str(_HARNESS / script), *map(str, arguments)], check=True, env=environment)


def _report(runs):
    """Print median seconds, processor seconds and memory of each implementation, with ratios to the first."""
    failed = [run for run in runs if "fail" in run]
    if failed:
        sys.exit(f"failed: {failed}")
    first = runs[0]["impl"]
    medians = {
        impl: {
            name: statistics.median(run[name] for run in runs if run["impl"] == impl)
            for name in ("total", "cpu", "rss_mb")
        }
        for impl in dict.fromkeys(run["impl"] for run in runs)
    }
    by_round = {(run["impl"], run["rep"]): run["total"] for run in runs}
    for impl, own in medians.items():
        paired = [by_round[impl, rep] / total for (name, rep), total in by_round.items() if name == first]
        sys.stdout.write(
            f"{impl}: {own['total']:.2f} s, processor {own['cpu']:.2f} s, {own['rss_mb']:.0f} MB; to {first}:"
            f" medians {own['total'] / medians[first]['total']:.2f}, per round {statistics.median(paired):.2f}"
            f" ({min(paired):.2f}-{max(paired):.2f})\n"
        )


if __name__ == "__main__":
    main()
