"""The example built once up to the estimate step, and the committed documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.generate import build_example, documents

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "shanghai"


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    return build_example(tmp_path_factory.mktemp("docs"))


@pytest.fixture(scope="session")
def generated(work):
    return documents(work)


@pytest.fixture(scope="session")
def committed():
    return {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}


@pytest.fixture(scope="session")
def example():
    return EXAMPLE
