"""A layer under its final name is whole: written in a private folder beside it, read back, summed, then renamed.

Knows nothing of formats. A full disk, a killed writer or a wrong sum leaves what stood there before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from inventory.errors import ConservationError, ReleaseError, problem
from inventory.exact_sum import exact_sum

TOLERANCE = 1e-6
_BLOCK_BYTES = 1 << 20
_LONGEST_CAUSE = 200


@contextmanager
def checked_file(path: Path) -> Iterator[Path]:
    """Yield a private name for `path`; when the block ends well, everything written beside it takes its place.

    Sidecars written into the folder of the private name move with it, the named file last.

    Raises
    ------
    ReleaseError
        If the file cannot be written: disk, permission or the library's own error.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=path.parent, prefix=".part-") as folder:
            private = Path(folder) / path.name
            yield private
            others = sorted(file for file in Path(folder).iterdir() if file != private)
            for file in (*others, private):
                sync(file)
            for file in (*others, private):
                file.replace(path.parent / file.name)
            sync(path.parent)
    except (OSError, RuntimeError) as error:  # netCDF4 and pyogrio report a full disk as RuntimeError
        cause = _cause(error)
        raise ReleaseError(problem("TY6302", path, reason=cause)) from error


def reserve(path: Path, n_bytes: int) -> None:
    """Prove that the disk has room: libraries that crash when it fills under them (HDF5) must not find out.

    Raises
    ------
    OSError
        If it has not.

    """
    block = bytes(_BLOCK_BYTES)
    with path.open("wb") as handle:
        for _ in range(n_bytes // _BLOCK_BYTES + 1):
            handle.write(block)
    path.unlink()


@dataclass(frozen=True)
class MassSum:
    """Terms [t/a] of one sum as written and as read back; cells without emission may be left out of either."""

    label: str
    written_t: NDArray[np.float64]
    read_t: NDArray[np.float64]


def check_sums(path: Path, sums: Sequence[MassSum]) -> None:
    """Compare what a reader finds with what was to be written.

    |Σ read − Σ written| ≤ 1e-6 × Σ |written|, so that removals do not hide a loss.

    Parameters
    ----------
    path : Path
        Final name of the file.
    sums : sequence of MassSum
        Labelled by species, or by species and category class.

    Raises
    ------
    ConservationError
        Naming file, species and category; all of them at once.

    """
    problems = []
    for entry in sums:
        expected, size = exact_sum(entry.written_t.ravel()), exact_sum(np.abs(entry.written_t).ravel())
        found = exact_sum(entry.read_t.ravel()) if np.isfinite(entry.read_t).all() else float("nan")
        if not abs(found - expected) <= TOLERANCE * size:
            problems.append(problem("TY6303", f"{path.name} › {entry.label}", found=found, expected=expected))
    if problems:
        raise ConservationError(*problems)


def _cause(error: Exception) -> str:
    """Return the message; of a long one (GDAL quotes its SQL) the end, where the cause stands."""
    text = str(error)
    return text if len(text) <= _LONGEST_CAUSE else f"… {text[-_LONGEST_CAUSE // 2 :]}"


def sync(path: Path) -> None:
    """Force a file or folder onto the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
