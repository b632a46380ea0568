"""Which columns a template was made for: what its hidden sheet says and the reader compares."""

from __future__ import annotations

import hashlib
import json

from sources.registry import DataSource

_HEX = 12


def template_version(source: DataSource) -> str:
    """Return the source's version and a hash of its columns.

    The hash changes when a column is added, removed, moved, renamed, retyped or made required.
    """
    columns = [[column.name, column.zh, column.type, column.required, column.optional] for column in source.columns]
    text = json.dumps([source.source_id, source.zh, columns], ensure_ascii=False, separators=(",", ":"))
    return f"{source.version}-{hashlib.sha256(text.encode()).hexdigest()[:_HEX]}"
