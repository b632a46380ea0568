"""Where an inventory project lies: a folder of the user's, or the bundled Shanghai example."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from inventory.errors import SchemaError, problem

_EXAMPLE = ("examples", "shanghai")


def find_project(project: str) -> Path:
    """Return the folder of a project; an empty name is the bundled example.

    Raises
    ------
    SchemaError
        If there is no such folder.

    """
    folder = Path(project) if project else _bundled_example()
    if not folder.is_dir():
        raise SchemaError(problem("TY1000", folder))
    return folder


def _bundled_example() -> Path:
    """Return the example: inside the installed package, or beside it in a checkout."""
    with as_file(files("tongyuan")) as package:
        inside = package.joinpath(*_EXAMPLE)
        return inside if inside.is_dir() else package.parent.joinpath(*_EXAMPLE)
