"""docs/errors.md: every code of the catalogue of findings, in both languages."""

from __future__ import annotations

import tomllib
from pathlib import Path

import inventory
from docs.markdown import table

_HEADER = ("代码 / code", "原因 / cause", "处理 / remedy")


def errors_document() -> str:
    """Return the page of all codes, one section per file of inventory/problems."""
    parts = [
        "# 错误与提示代码 / Codes of errors and notices",
        "由 `inventory/problems/*.toml` 生成；`{}` 处填实际内容。字母 W 开头的是提示，不停止构建。"
        " / Generated from the catalogue; a code that begins with W is a notice and stops nothing.",
    ]
    folder = Path(inventory.__file__).parent / "problems"
    for path in sorted(folder.glob("*.toml")):
        text = path.read_text(encoding="utf-8")
        title = text.splitlines()[0].removeprefix("#").strip().rstrip(".") if text.startswith("#") else path.stem
        rows = [
            (f"`{code}`", f"{about['zh']}<br>{about['en']}", _remedy(about))
            for code, about in sorted(tomllib.loads(text).items())
        ]
        parts += [f"## {title}", table(_HEADER, rows)]
    return "\n\n".join(parts) + "\n"


def _remedy(about: dict[str, str]) -> str:
    """Return the remedy in both languages; a dash where there is none."""
    return "<br>".join(filter(None, (about.get("remedy_zh", ""), about.get("remedy_en", "")))) or "—"
