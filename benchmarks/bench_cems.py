"""Time hourly monitoring, 10 years × 200 stacks: exports of a platform → raw_cems → annual masses, two processors.

The data are synthetic (tests/projects/cems_generator.py, seeded). The limit is reading the same bytes.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
STEP = """
import json, resource, sys, time
from pathlib import Path
from inventory.delivery_spec import DeliverySpec
from inventory.monitoring.series import measured_years
from sources.cems.extract import extract_series
from sources.delivery import DeliveredFile, Delivery, file_sha256
from sources.registry import find_source

folder, work = Path(sys.argv[1]), Path(sys.argv[2])
started = time.perf_counter()
files = tuple(DeliveredFile(path, path.name, file_sha256(path)) for path in sorted(folder.glob("*.csv")))
opened = time.perf_counter()
found = extract_series(Delivery(find_source("cems"), files, DeliverySpec(file=("*.csv",))), work)
extracted = time.perf_counter()
years = measured_years(work)
done = time.perf_counter()
print(json.dumps({
    "rows": found.rows_in, "used": found.used, "problems": len(found.problems), "stack_years": len(years),
    "checksum_s": round(opened - started, 1), "extract_s": round(extracted - opened, 1),
    "years_s": round(done - extracted, 1), "total_s": round(done - started, 1),
    "processor_s": round(time.process_time(), 1),
    "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
}))
"""


def main(stacks=200, years=10, runs=3):
    sys.path.insert(0, str(ROOT / "tests" / "projects"))
    from cems_generator import write_delivery  # noqa: PLC0415 - lies in tests/projects

    with tempfile.TemporaryDirectory() as scratch:
        folder, work = Path(scratch, "delivery"), Path(scratch, "work")
        folder.mkdir()
        work.mkdir()
        paths = write_delivery(folder, stacks=stacks, years=years, seed=7)
        answers = [_run(folder, work) for _ in range(runs)]
        answer = sorted(answers, key=lambda each: each["total_s"])[runs // 2]
        answer |= {"bytes_mb": round(sum(path.stat().st_size for path in paths) / 1e6), "reading_s": _reading_s(paths)}
    answer["to_reading"] = round(answer["total_s"] / answer["reading_s"], 1)
    answer |= {"runs": runs, "all_total_s": [each["total_s"] for each in answers], "load": os.getloadavg()[0]}
    answer["limits"] = {"total_s": 60, "peak_mb": 4000}
    sys.stdout.write(json.dumps(answer, indent=1) + "\n")


def _run(folder, work):
    run = subprocess.run(
        [sys.executable, "-c", STEP, str(folder), str(work)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return json.loads(run.stdout)


def _reading_s(paths):
    started = time.perf_counter()
    for path in paths:
        with path.open("rb") as handle:
            while handle.read(1 << 24):
                pass
    return round(time.perf_counter() - started, 2)


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]))
