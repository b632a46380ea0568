"""How a command answers: text or JSON on standard output, problems with their exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer

from inventory.errors import InventoryError

Json = Annotated[bool, typer.Option("--json", help="机器可读输出 / machine-readable output")]

ENVIRONMENT, INTERRUPTED = 4, 130
"""Exit codes of the file system and of Ctrl-C."""


def tell(answer: dict[str, Any] | list[str]) -> None:
    """Write the answer to standard output."""
    text = json.dumps(answer, ensure_ascii=False, indent=1) if isinstance(answer, dict) else "\n".join(answer)
    typer.echo(text)


@contextmanager
def answered(*, as_json: bool) -> Iterator[None]:
    """Turn our errors and those of the file system into messages and exit codes."""
    try:
        yield
    except InventoryError as error:
        if as_json:
            problems = [asdict(problem) for problem in error.problems]
            tell({"ok": False, "exit_code": error.exit_code, "problems": problems})
        typer.echo("\n".join(str(problem) for problem in error.problems), err=True)
        raise typer.Exit(error.exit_code) from error
    except OSError as error:
        message = f"[TY9001] 文件系统错误，原有发布未改动 / file system error, earlier releases untouched: {error}"
        if as_json:
            tell({"ok": False, "exit_code": ENVIRONMENT, "problems": [{"code": "TY9001", "message_zh": message}]})
        typer.echo(message, err=True)
        raise typer.Exit(ENVIRONMENT) from error
    except KeyboardInterrupt as error:
        typer.echo("已中断，原有发布未改动 / interrupted, earlier releases untouched", err=True)
        raise typer.Exit(INTERRUPTED) from error
