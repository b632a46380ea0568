"""Damage the deliveries of the example many times over and count what becomes of them: `make torture`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.torture.oracle import CRASH, HANG, SILENT, Verdict, Victim

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "shanghai"
_VICTIM: list[Victim] = []


def main() -> int:
    """Run the cases on every core; 1 if one crashed, hung, or changed in silence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20_211_231)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--estimated-share", type=float, default=0.02, help="share of changed files that are estimated")
    options = parser.parse_args()
    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(
            options.processes, initializer=_start, initargs=(folder, options.seed, options.estimated_share)
        ) as pool,
    ):
        verdicts = list(pool.map(_try, range(options.count), chunksize=8))
    sys.stdout.write(report(verdicts, seconds=time.perf_counter() - started, seed=options.seed) + "\n")
    return int(any(verdict.outcome in {CRASH, HANG, SILENT} for verdict in verdicts))


def report(verdicts: list[Verdict], *, seconds: float, seed: int) -> str:
    """Return the counts by outcome and by damage, and every case that must not be."""
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    damages = Counter((verdict.damage, verdict.outcome) for verdict in verdicts)
    codes = Counter(code for verdict in verdicts if verdict.outcome == "refused" for code in verdict.detail.split())
    lines = [
        f"{len(verdicts)} damaged files, seed {seed}, {seconds:.0f} s; totals estimated anew for "
        f"{sum(verdict.was_estimated for verdict in verdicts)} of those that changed",
        *(f"{count:6d}  {outcome}" for outcome, count in outcomes.most_common()),
        "by damage:",
        *(f"{count:6d}  {damage}: {outcome}" for (damage, outcome), count in sorted(damages.items())),
        "codes: " + ", ".join(f"{code} {count}" for code, count in codes.most_common()),
    ]
    bad = [verdict for verdict in verdicts if verdict.outcome in {CRASH, HANG, SILENT}]
    lines += [f"{v.outcome}: case {v.number} {v.file} {v.damage}: {v.detail}" for v in bad]
    return "\n".join(lines)


def _start(folder: str, seed: int, estimated_share: float) -> None:
    """Give this process two projects of its own: one delivers workbooks, one CSV."""
    for as_csv in (False, True):
        own = Path(tempfile.mkdtemp(dir=folder))
        _VICTIM.append(Victim(EXAMPLE, own, seed=seed, estimated_share=estimated_share, as_csv=as_csv))


def _try(number: int) -> Verdict:
    """Try one case: even numbers on the workbooks, odd ones on the CSV tables."""
    return _VICTIM[number % 2].try_case(number)


if __name__ == "__main__":
    raise SystemExit(main())
