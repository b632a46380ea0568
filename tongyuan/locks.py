"""One build per work directory: a kernel lock, so that a killed build leaves nothing to clean up."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inventory.errors import ReleaseError, problem


@contextmanager
def hold(work: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the work directory; readers of different deliveries may share it.

    Raises
    ------
    ReleaseError
        If another process holds it; names the owner.

    """
    path = work / ".lock"
    with path.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            owner = handle.read().strip() or "?"
            raise ReleaseError(problem("TY5001", work, owner=owner)) from error
        if not shared:
            handle.truncate(0)
            handle.write(f"pid {os.getpid()} @ {socket.gethostname()}")
            handle.flush()
        yield
