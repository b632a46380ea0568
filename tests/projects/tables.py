"""The example with its CSV tables as deliveries: one line of text can be spoiled, shuffled or doubled."""

from __future__ import annotations

from pathlib import Path


def deliver_tables(project: Path) -> None:
    """Let a copy of the example deliver its CSV tables in place of the workbooks."""
    path = project / "inventory.toml"
    head, _, _ = path.read_text(encoding="utf-8").partition("[deliveries]")
    lines = [f'{table.stem} = "tables/{table.name}"' for table in sorted((project / "tables").glob("*.csv"))]
    path.write_text(head + "[deliveries]\n" + "\n".join(lines) + "\n", encoding="utf-8")
