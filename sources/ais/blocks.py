"""A text file in blocks of whole lines, its checksum proved on the way; memory does not grow with the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from inventory.errors import DataSourceError, problem
from sources.delivery import DeliveredFile

BLOCK_BYTES = 16 << 20


def line_blocks(file: DeliveredFile) -> Iterator[tuple[int, bytes]]:
    """Yield the number of the first line (1-based) and the bytes of each block, which ends with a line.

    Raises
    ------
    DataSourceError
        After the last block, if the file is no longer the one whose checksum was taken.

    """
    digest, first, rest = hashlib.sha256(), 1, b""
    with file.path.open("rb") as handle:
        while chunk := handle.read(BLOCK_BYTES):
            digest.update(chunk)
            cut = chunk.rfind(b"\n") + 1
            if cut == 0:
                rest += chunk
                continue
            block = rest + chunk[:cut]
            yield first, block
            first += block.count(b"\n")
            rest = chunk[cut:]
    if rest:
        yield first, rest + b"\n"
    if digest.hexdigest() != file.sha256:
        raise DataSourceError(problem("TY2771", file.name))
