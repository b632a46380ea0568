"""The progress of a build on standard error: one bar per step in a terminal, one line per step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tongyuan.steps import STEPS, StepOutcome

Listener = Callable[[str, StepOutcome], None]


@contextmanager
def step_progress() -> Iterator[Listener]:
    """Yield what a build calls after each step."""
    from rich.console import Console  # noqa: PLC0415 - only builds need it
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    console = Console(file=sys.stderr, soft_wrap=True, highlight=False)
    if not console.is_terminal:
        yield lambda step, outcome: None if step.startswith("pull.") else console.print(f"{step:<9} {_counts(outcome)}")
        return
    columns = (
        TextColumn("{task.description:<9}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[counts]}"),
    )
    with Progress(*columns, console=console) as progress:
        tasks = {step: progress.add_task(step, total=1, counts="", start=step == "pull") for step in STEPS}
        pulled: list[float] = []

        def listen(step: str, outcome: StepOutcome) -> None:
            name = step.partition(".")[0]
            if name == "pull":
                pulled.append(sum(outcome.report.counts.values()))
                progress.update(tasks["pull"], total=None, counts=f"{len(pulled)} 源 {sum(pulled):,.0f} 行")
                return
            progress.update(tasks["pull"], total=1, completed=1)
            progress.start_task(tasks[name])
            progress.update(tasks[name], completed=1, counts=_counts(outcome))

        yield listen


def _counts(outcome: StepOutcome) -> str:
    """Return counts and time of a step, or why it was skipped."""
    counts = "，".join(f"{name} {value:,.0f}" for name, value in list(outcome.report.counts.items())[:4])
    ending = "跳过：输入未变 (skipped, inputs unchanged)" if outcome.skipped else f"{outcome.seconds:.1f} s"
    return f"{ending}  {counts}"
