"""What a step says when it is done: counts and plain sentences, for the terminal and for machines."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class StepReport:
    """Outcome of one step.

    Attributes
    ----------
    step : str
        pull, stage, estimate, check, allocate, profile, assemble or publish.
    counts : dict
        Named counts and amounts, with the unit in the name.
    messages : tuple of str
        Sentences a compiler should read (Chinese first).

    """

    step: str
    counts: dict[str, float] = field(default_factory=dict)
    messages: tuple[str, ...] = ()
