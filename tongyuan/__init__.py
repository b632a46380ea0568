"""The thin front door: command line, ordered steps and the release store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongyuan.releases import Release

__version__ = "0.1.0"


def open(release: str = "current", out: str | Path = "releases") -> Release:  # noqa: A001 - reads as tongyuan.open(...)
    """Return a published release; its `engine` is a read-only SQLAlchemy engine on inventory.duckdb.

    Parameters
    ----------
    release : str
        A folder, an id, or `current`.
    out : str or Path
        Folder of the releases.

    Raises
    ------
    ReleaseError
        If there is no such release.

    """
    from tongyuan.releases import open_release  # noqa: PLC0415 - keeps `import tongyuan` light

    return open_release(release, Path(out))
