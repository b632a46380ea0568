"""Time the whole job: a build with nothing cached, then one with unchanged inputs; wall seconds and peak memory."""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time


def main(runs=3):
    cold, warm = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as out:
            for times in (cold, warm):
                started = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-m", "tongyuan", "build", "--out", out], check=True, capture_output=True
                )
                times.append(time.perf_counter() - started)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    answer = {
        "runs": runs, "cold_s_median": round(statistics.median(cold), 1),
        "unchanged_s_median": round(statistics.median(warm), 1),
        "peak_mb": round(peak_mb), "limits": {"cold_s": 60, "unchanged_s": 20, "peak_mb": 2000},
    }  # fmt: skip
    sys.stdout.write(json.dumps(answer, indent=1) + "\n")


if __name__ == "__main__":
    main()
