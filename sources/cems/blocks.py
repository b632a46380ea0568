"""Cutting large text files into blocks of whole lines, as UTF-8, without holding a file in memory."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError, problem
from sources.delivery import DeliveredFile

_BLOCK_BYTES = 1 << 24
_BOM = b"\xef\xbb\xbf"
ENCODINGS = ("utf-8", "gb18030")
"""Tried in this order, both strict. In neither can a line feed or a comma be part of another character."""


@dataclass(frozen=True)
class Block:
    """Whole lines of a file as delivered bytes, each with its end; `first_row` is the number of the first, 1-based."""

    first_row: int
    offset: int
    content: bytes
    lines: int


def read_header(file: DeliveredFile, spec: DeliverySpec) -> list[str]:
    """Return the header of a file.

    Raises
    ------
    DataSourceError
        If the file is empty or in another encoding.

    """
    with file.path.open("rb") as handle:
        lines = [handle.readline() for _ in range(spec.first_row)]
    if not lines[-1].removeprefix(_BOM).strip():
        raise DataSourceError(problem("TY2859", file.name))
    text, _ = decoded(Block(spec.first_row, 0, lines[-1].removeprefix(_BOM), 1), spec.encoding, file=file.name)
    return [name.strip() for name in next(csv.reader([text.rstrip("\r\n")], delimiter=spec.delimiter))]


def blocks(file: DeliveredFile, spec: DeliverySpec) -> Iterator[Block]:
    """Yield the lines below the header in blocks, in the order of the file.

    Raises
    ------
    DataSourceError
        If the file changed since its checksum was taken.

    """
    digest = hashlib.sha256()
    rest, row, offset, skipped = b"", 1, 0, 0
    with file.path.open("rb") as handle:
        while piece := handle.read(_BLOCK_BYTES):
            digest.update(piece)
            lines, end, begun = (rest + piece).rpartition(b"\n")
            content, rest = lines + end, begun
            while content and skipped < spec.first_row:
                line, end, content = content.partition(b"\n")
                offset, row, skipped = offset + len(line) + len(end), row + 1, skipped + 1
            if content:
                count = content.count(b"\n")
                yield Block(row, offset, content, count)
                row, offset = row + count, offset + len(content)
    if rest and skipped >= spec.first_row:
        yield Block(row, offset, rest + b"\n", 1)
    if digest.hexdigest() != file.sha256:
        raise DataSourceError(problem("TY2861", file.name))


def decoded(block: Block, encoding: str, *, file: str) -> tuple[str, str]:
    """Return the text of a block and its encoding: the declared one, else UTF-8, else GB18030.

    Raises
    ------
    DataSourceError
        With the byte that cannot be read.

    """
    failure = 0
    for name in (encoding,) if encoding else ENCODINGS:
        try:
            return block.content.decode(name), name
        except UnicodeDecodeError as error:
            failure = block.offset + error.start
        except LookupError:
            raise DataSourceError(problem("TY2860", file, byte=0, tried=name)) from None
    raise DataSourceError(problem("TY2860", file, byte=failure, tried=encoding or "、".join(ENCODINGS)))
