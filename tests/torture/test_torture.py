"""A seeded sample of the torture run: what becomes of 300 damaged files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_of_300_damaged_files_none_crashes_hangs_or_changes_a_total_in_silence():
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", "--count", "300", "--seed", "300", "--processes", "1"],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=580,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.startswith("300 damaged files, seed 300")
