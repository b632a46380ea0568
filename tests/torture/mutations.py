"""Seeded damage to a delivered file: bits, cuts, columns, rows and cells."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections.abc import Callable

CELLS = (
    "", " ", "0", "-0", "-1", "1", "1e400", "nan", "inf", "NULL", "N/A", "—", "/", "<0.1", "未检出", "12吨", "１２３．５", "1,234.5",
    "1.234,5", "95%", "10³", "1e-320", "99999999999999999999", "0x1F", "1_000", "２０２１", "2021.0", "23", "203", "true", "=1+1",
    "+A1", "'; DROP TABLE core_activity;--", "<script>", "\u200b", "\ufeff", "\u00a0", "a\nb", 'a"b', "浦東新區", "上海", "t", "kt",
    "万t", "tce", "kWh", "H", "h", "X", "外高桥第一发电厂", "\x07", "😀", "a" * 5000,
)  # fmt: skip
"""What a cell may turn into: missing markers, look-alikes of numbers, units and codes of another column, text that bites."""


def mutate(content: bytes, name: str, dice: random.Random) -> tuple[str, bytes]:
    """Return the kind of damage and the damaged file."""
    table = [
        _shuffle_columns,
        _drop_column,
        _double_column,
        _shuffle_rows,
        _drop_row,
        _double_row,
        _cell,
        _cell,
        _cell,
        _swap,
    ]
    plain = [_flip_bits, _cut, _insert, _double_piece]
    kinds: list[Callable[..., bytes]] = [
        *plain,
        *(table if name.endswith(".csv") else [_part_bits, _part_value, _part_value]),
    ]
    kind = dice.choice(kinds)
    return kind.__name__.strip("_"), kind(content, dice)


def _flip_bits(content: bytes, dice: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 8, 64))):
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    return bytes(damaged)


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content))]


def _insert(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content))
    return content[:at] + dice.randbytes(dice.choice((1, 2, 16, 1024))) + content[at:]


def _double_piece(content: bytes, dice: random.Random) -> bytes:
    start, stop = sorted(dice.randrange(len(content)) for _ in range(2))
    return content[:stop] + content[start:stop] + content[stop:]


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _bytes(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _shuffle_columns(content: bytes, dice: random.Random) -> bytes:
    rows = _rows(content)
    order = list(range(len(rows[0])))
    dice.shuffle(order)
    return _bytes([[row[place] for place in order] for row in rows])


def _drop_column(content: bytes, dice: random.Random) -> bytes:
    rows = _rows(content)
    gone = dice.randrange(len(rows[0]))
    return _bytes([row[:gone] + row[gone + 1 :] for row in rows])


def _double_column(content: bytes, dice: random.Random) -> bytes:
    rows = _rows(content)
    twice = dice.randrange(len(rows[0]))
    return _bytes([[*row, row[twice]] for row in rows])


def _shuffle_rows(content: bytes, dice: random.Random) -> bytes:
    head, *body = _rows(content)
    dice.shuffle(body)
    return _bytes([head, *body])


def _drop_row(content: bytes, dice: random.Random) -> bytes:
    rows = _rows(content)
    del rows[dice.randrange(len(rows))]
    return _bytes(rows)


def _double_row(content: bytes, dice: random.Random) -> bytes:
    rows = _rows(content)
    rows.insert(dice.randrange(len(rows)), list(dice.choice(rows)))
    return _bytes(rows)


def _cell(content: bytes, dice: random.Random) -> bytes:
    rows = _rows(content)
    row = dice.choice(rows)
    row[dice.randrange(len(row))] = dice.choice(CELLS)
    return _bytes(rows)


def _swap(content: bytes, dice: random.Random) -> bytes:
    """Exchange two cells of one row or of one column."""
    rows = _rows(content)
    one, other = dice.choice(rows), dice.choice(rows)
    place = dice.randrange(len(one))
    there = place if one is not other else dice.randrange(len(one))
    one[place], other[there] = other[there], one[place]
    return _bytes(rows)


def _part_bits(content: bytes, dice: random.Random) -> bytes:
    """Flip bits inside an inflated part of a workbook."""
    return _change_part(content, dice, lambda part: _flip_bits(part, dice) if part else part)


def _part_value(content: bytes, dice: random.Random) -> bytes:
    """Write something else into one value of a sheet or of the shared strings."""

    def change(part: bytes) -> bytes:
        found = list(re.finditer(rb"<(v|t)( [^>]*)?>([^<]*)</\1>", part))
        if not found:
            return part
        hit = dice.choice(found)
        text = dice.choice(CELLS).replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "surrogatepass")
        return part[: hit.start(3)] + text + part[hit.end(3) :]

    return _change_part(content, dice, change)


def _change_part(content: bytes, dice: random.Random, change: Callable[[bytes], bytes]) -> bytes:
    """Rewrite a workbook with one of its sheets or its shared strings changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chosen = dice.choice([name for name in parts if "sheet" in name.lower() or "shared" in name.lower()])
    parts[chosen] = change(parts[chosen])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()
