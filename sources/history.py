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
from sources.delivery import Delivery


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
        signature = sign_table(
            delivery, delivered, encoding=encoding_of(tuple(remarks)), inventory_year=config.inventory_year
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
        return changes.remarks
