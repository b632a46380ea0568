"""Deliveries of a small source, in the files that people and hostile programs really make."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import SimpleNamespace

import pytest

from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError
from sources.delivery import DeliveredFile, Delivery
from sources.reading.table import read_delivered_table
from sources.registry import DataSource, SourceColumn

COLUMNS = (
    SourceColumn("code", "code", True, zh="统一社会信用代码"),
    SourceColumn("fuel", "text", True, zh="燃料"),
    SourceColumn("value", "number", False, zh="燃料消耗量"),
    SourceColumn("note", "text", False, zh="备注", optional=True),
)


@pytest.fixture
def source():
    return DataSource(
        "plants", "point", "", "", "", "", "2024", "", "", "", 0, COLUMNS, zh="企业", provider="点源",
    )  # fmt: skip


@pytest.fixture
def read(tmp_path, source):
    """Return a function that delivers files (name → content, or None for one that stands there) and reads them."""

    def deliver(*files, **spec):
        delivered = []
        for each in files:
            name, content = each if isinstance(each, tuple) else (each, None)
            path = tmp_path / name
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
            delivered.append(DeliveredFile(path, name, hashlib.sha256(path.read_bytes()).hexdigest()))
        return read_delivered_table(Delivery(source, tuple(delivered), replace(DeliverySpec(), **spec)))

    return deliver


@pytest.fixture
def refusal(read):
    """Return a function that delivers files and returns the findings for which they are refused, by code."""

    def refuse(*files, **spec):
        with pytest.raises(DataSourceError) as caught:
            read(*files, **spec)
        problems = caught.value.problems
        return SimpleNamespace(
            codes=[each.code for each in problems], first=problems[0], places=[each.place for each in problems],
            text="\n".join(map(str, problems)),
        )  # fmt: skip

    return refuse
