"""What a pull remembers: deliveries kept by content, and what was published last, so that no change stays unsaid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from inventory.config import RunConfig
from inventory.errors import DataSourceError
from sources.accepted import (
    Signature,
    compare_with_accepted,
    encoding_of,
    find_accepted,
    keep_delivery,
    sign_series,
    sign_table,
    write_signature,
)
from sources.archive import Archive
from sources.cell_changes import CellChanges
from sources.delivery import Delivery

_TEXT = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class History:
    """The archive of an output folder, and the sources whose changes the user accepts."""

    archive: Archive
    accepted_ids: frozenset[str] = frozenset()

    def note_table(
        self, delivery: Delivery, delivered: pd.DataFrame, remarks: Iterable[str], *, config: RunConfig, work: Path
    ) -> tuple[str, ...]:
        """Keep a delivered table and return what changed in it.

        Parameters
        ----------
        delivered : DataFrame
            The table as extract.py returned it.
        remarks : iterable of str
            Of the reader; they name the encoding.

        Raises
        ------
        DataSourceError
            If columns, units or years changed and the source is not accepted.

        """
        is_text = all(file.path.suffix.lower() in _TEXT for file in delivery.files)
        signature = sign_table(
            delivery, delivered, encoding=encoding_of(remarks) if is_text else "", inventory_year=config.inventory_year
        )
        keep_delivery(self.archive, delivery, delivered)
        return self._compare(delivery, signature, delivered, config=config, work=work)

    def note_series(self, delivery: Delivery, rows_in: int, *, config: RunConfig, work: Path) -> tuple[str, ...]:
        """Keep the files of a series and return whether they changed."""
        keep_delivery(self.archive, delivery, None)
        signature = sign_series(delivery, rows=rows_in, inventory_year=config.inventory_year)
        return self._compare(delivery, signature, None, config=config, work=work)

    def _compare(
        self, delivery: Delivery, signature: Signature, delivered: pd.DataFrame | None, *, config: RunConfig, work: Path
    ) -> tuple[str, ...]:
        """Compare with what was published last, and leave the signature for the publish step."""
        source = delivery.source
        accepted = find_accepted(
            self.archive, config.region_code, source.source_id, inventory_year=config.inventory_year
        )
        changes = compare_with_accepted(
            signature, accepted, source=source, frame=delivered, accepted_ids=self.accepted_ids
        )
        if changes.problems:
            raise DataSourceError(*changes.problems)
        write_signature(signature, work)
        return (*changes.remarks, *self._listed(source.source_id, changes.cells))

    def _listed(self, source_id: str, cells: CellChanges) -> tuple[str, ...]:
        """Write every changed cell and row to a file of its own; the remarks name the first of them."""
        path = self.archive.root / "changes" / f"{source_id}.csv"
        path.unlink(missing_ok=True)
        rows = [("changed", str(each.cell), each.old, each.new) for each in cells.changed]
        rows += [("added", place, "", "") for place in cells.added]
        rows += [("removed", place, "", "") for place in cells.removed]
        if not rows:
            return ()
        path.parent.mkdir(parents=True, exist_ok=True)
        frame = pd.DataFrame(rows, columns=["kind", "place", "old", "new"])
        frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
        return (f"{source_id}：全部 {len(rows)} 处改动见 / all changes are listed in deliveries/changes/{path.name}",)
