"""Hourly exports of monitoring platforms → raw_cems, streamed; whether an hour is valid inventory/monitoring says.

Two blocks of lines are parsed at a time; rows that cannot be used go to raw_cems_quarantine, repeated ones are counted.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from inventory.errors import DataSourceError, Problem, problem
from sources.cems.blocks import ENCODINGS, Block, blocks, decoded, read_header
from sources.cems.layout import Layout, read_layout
from sources.cems.quarantine import Quarantine
from sources.cems.rows import Rows, read_rows
from sources.cems.stacks import NOTHING_MEASURED, StackSpill
from sources.delivery import DeliveredFile, Delivery
from sources.series import SeriesExtraction

_THREADS = 2
_QUARANTINED_SHARE = 0.05
"""Rows set aside per rows of a file beyond which the file itself must be wrong (threshold of design)."""

_UNKNOWN_FLAG = "TY2856"


def extract_series(delivery: Delivery, work: Path) -> SeriesExtraction:
    """Write raw_cems.parquet and raw_cems_quarantine.parquet from the files of a delivery.

    Raises
    ------
    DataSourceError
        For headers, encodings and files that cannot be read; all headers in one pass.

    """
    layouts = _layouts(delivery)
    declared = {each.quantity.column for layout in layouts.values() for each in layout.fields if each.is_declared}
    measured = sorted({each.quantity.column for layout in layouts.values() for each in layout.fields})
    quarantine = Quarantine(work / "raw_cems_quarantine.parquet")
    rows_in = rejected = 0
    rows_of: dict[str, int] = {}
    encodings: dict[str, str] = {}
    with TemporaryDirectory(dir=work, prefix=".cems-") as folder:
        spill = StackSpill(Path(folder), measured)
        for file, (text, encoding), rows in _parsed(delivery, layouts):
            if not text.isascii():
                encodings[file.name] = encoding
            use = (rows.faults.of_row == 0) & ~rows.is_empty
            spill.add(rows, use, file.name)
            _set_aside(rows, text, file.name, quarantine)
            count = len(rows.number) + len(rows.ragged)
            rows_of[file.name] = rows_of.get(file.name, 0) + count
            rows_in += count
            rejected += int(rows.is_empty.sum())
        used, repeated, odd = spill.write(work / "raw_cems.parquet", quarantine)
    quarantined = quarantine.close()
    remarks = [*_encoded(encodings), *_unused(layouts), *_undried(layouts), *_counted(quarantine)]
    remarks += _repeated(repeated)
    meant = [each for each in odd if each.code == NOTHING_MEASURED or each.place.rsplit(" › ", 1)[-1] in declared]
    remarks += [f"{each.place}：{each.message_zh} / {each.message_en}" for each in meant]
    problems = [each for each in odd if each not in meant] + _too_many(quarantine, rows_of)
    if used == 0:
        problems.append(problem("TY2869", "cems", rows=rows_in, quarantined=quarantined))
    return SeriesExtraction(rows_in, used, quarantined, rejected + repeated, tuple(remarks), tuple(problems))


def _layouts(delivery: Delivery) -> dict[str, Layout]:
    """Return the layout of every file."""
    found: dict[str, Layout] = {}
    problems: list[Problem] = []
    for file in delivery.files:
        try:
            header = read_header(file, delivery.spec)
            found[file.name] = read_layout(header, delivery.spec.columns, file=file.name)
        except DataSourceError as error:
            problems += error.problems
    if problems:
        raise DataSourceError(*problems)
    return found


def _parsed(delivery: Delivery, layouts: dict[str, Layout]) -> Iterator[tuple[DeliveredFile, tuple[str, str], Rows]]:
    """Yield the blocks of all files in order with their text and its encoding, parsed a little ahead."""
    spec = delivery.spec

    def parse(file: DeliveredFile, block: Block) -> tuple[DeliveredFile, tuple[str, str], Rows]:
        text = decoded(block, spec.encoding, file=file.name)
        return file, text, read_rows(
            text[0], layouts[file.name], file=file.name, first_row=block.first_row, lines=block.lines,
            delimiter=spec.delimiter, decimal=spec.decimal,
        )  # fmt: skip

    waiting: deque[Future[tuple[DeliveredFile, tuple[str, str], Rows]]] = deque()
    pairs = ((file, block) for file in delivery.files for block in blocks(file, spec))
    with ThreadPoolExecutor(_THREADS) as pool:
        for file, block in pairs:
            waiting.append(pool.submit(parse, file, block))
            if len(waiting) > _THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _set_aside(rows: Rows, text: str, file: str, quarantine: Quarantine) -> None:
    """Put the ragged and faulty rows of a block into quarantine, with their lines."""
    for number, line in rows.ragged:
        quarantine.add(file, number, "TY2857", text=line)
    faulty = rows.faults.of_row.nonzero()[0]
    if len(faulty) == 0:
        return
    lines = text.split("\n")
    for place in faulty:
        number = int(rows.number[place])
        code, position = rows.faults.kinds[rows.faults.of_row[place] - 1]
        line = lines[number - rows.first_row].rstrip("\r")
        cells = line.split(rows.delimiter)
        cell = cells[position] if position < len(cells) else ""
        quarantine.add(file, number, code, text=line, cell=cell)


def _too_many(quarantine: Quarantine, rows_of: dict[str, int]) -> list[Problem]:
    """Return flags that nobody knows, and files of which too many rows were set aside."""
    problems = []
    if quarantine.counts[_UNKNOWN_FLAG]:
        flags = "、".join(sorted(quarantine.cells[_UNKNOWN_FLAG])[:20])
        problems.append(problem("TY2867", "cems", flags=flags, rows=quarantine.counts[_UNKNOWN_FLAG]))
    for file, count in sorted(quarantine.of_file.items()):
        if count > _QUARANTINED_SHARE * rows_of[file]:
            problems.append(problem("TY2868", file, count=count, rows=rows_of[file]))
    return problems


def _encoded(encodings: dict[str, str]) -> list[str]:
    """Return how many files are in which encoding, where it is not UTF-8."""
    counts = Counter(encoding.upper() for encoding in encodings.values() if encoding != ENCODINGS[0])
    return [f"编码 / encoding {encoding} × {count}" for encoding, count in sorted(counts.items())]


def _unused(layouts: dict[str, Layout]) -> list[str]:
    """Return the columns that were not read."""
    names = sorted({name for layout in layouts.values() for name in layout.unused})
    return [f"未读入的列 / columns not read: {'、'.join(names)}"] if names else []


def _undried(layouts: dict[str, Layout]) -> list[str]:
    """Return the flows that were taken as dry though their header does not say so."""
    names = sorted({name for layout in layouts.values() for name in layout.undried})
    if not names:
        return []
    return [
        f"流量表头没有写明干基，按标干流量读入；若含水汽，质量会偏大，请改交标干流量：{'、'.join(names)}"
        " / the header of the flow does not say dry: read as dry; of wet gas the mass would come out too high"
    ]


def _counted(quarantine: Quarantine) -> list[str]:
    """Return how many rows were set aside for which reason, with the first of each."""
    return [f"{count} × {quarantine.first[code]}" for code, count in sorted(quarantine.counts.items())]


def _repeated(count: int) -> list[str]:
    """Return how many rows said again what another row says."""
    return [f"完全重复的行 / rows that repeat another one: {count}"] if count else []
