"""Small monitoring exports, read as the pull step reads them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from inventory.delivery_spec import DeliverySpec
from sources.cems.extract import extract_series
from sources.delivery import DeliveredFile, Delivery, file_sha256
from sources.registry import find_source

HEADER = "企业名称,排放口编号,监测时间(时段开始),SO2实测浓度(mg/m3),标态烟气流量(m3/h),数据标记"


class Read:
    """What became of a delivery: counts and findings, the raw rows, the quarantine."""

    def __init__(self, found, work: Path) -> None:
        self.found, self.work = found, work
        self.rows = pd.read_parquet(work / "raw_cems.parquet")
        self.quarantine = pd.read_parquet(work / "raw_cems_quarantine.parquet")

    @property
    def counts(self):
        return self.found.rows_in, self.found.used, self.found.quarantined, self.found.rejected


@pytest.fixture
def read(tmp_path):
    """Return a function that delivers files (name → text or bytes) and reads them."""

    def deliver(files, **spec) -> Read:
        if isinstance(files, str | bytes):
            files = {"a.csv": files}
        paths = []
        for name, content in files.items():
            path = tmp_path / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            paths.append(DeliveredFile(path, name, file_sha256(path)))
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        delivery = Delivery(find_source("cems"), tuple(paths), DeliverySpec(file=tuple(files), **spec))
        return Read(extract_series(delivery, work), work)

    return deliver


@pytest.fixture
def export():
    """Return a function that writes a file of one stack: rows of the text after facility and outlet."""

    def lines(*rows: str, header: str = HEADER) -> str:
        return "\n".join([header, *(f"甲厂,DA001,{row}" for row in rows)]) + "\n"

    return lines
