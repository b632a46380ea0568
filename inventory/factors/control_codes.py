"""What the vocabulary says of a control code: its parts, its nearest code, the species that it is meant for.

Parts (`components`) act one behind the other; a nearest code (`nearest`) stands in where a code has no row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from inventory.errors import Problem, problem
from inventory.vocabulary import load

PARTICLES = frozenset({"PM2.5", "PM2.5-10", "PM10", "TSP", "BC", "OC"})
"""Particles and their parts: a control of one of them is one of all."""

_UNSPECIFIC = "mixed"
_CAPTURE = "capture"
_POLLUTANTS = ("air_pollutant", "intermediate")
_JOINT = "+"
"""Joins the controls of a train that is written as one code: esp+fgd_limestone."""


@dataclass(frozen=True)
class ControlCode:
    """A code of controls.csv.

    Attributes
    ----------
    parts : tuple of str
        Controls that it stands for, one behind the other.
    nearest : tuple of str
        Codes that stand in for it, the nearest first.
    species : frozenset of str
        What it is meant to remove; particles with all their sizes.
    is_capture : bool
        Whether it is a hood or an enclosure: it takes the flow to the controls behind it and removes nothing.

    """

    code: str
    parts: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    species: frozenset[str] = frozenset()
    is_capture: bool = False


def control_code(code: str) -> ControlCode:
    """Return a code of the vocabulary; one that a project made is meant for what its own rows name."""
    return _codes().get(code) or ControlCode(code)


def train_controls(path_id: str) -> tuple[str, ...]:
    """Return the control codes that a train is written of."""
    return tuple(control.strip() for control in path_id.split(_JOINT))


@cache
def combined_controls() -> dict[str, frozenset[str]]:
    """Return the controls that stand for several ones in a row and may have rows of their own, with their parts."""
    about = {row.code: str(row.species) for row in load("controls").itertuples()}
    return {code: frozenset(own.parts) for code, own in _codes().items() if len(own.parts) > 1 and about[code]}


@cache
def related_controls(code: str) -> frozenset[str]:
    """Return the parts and nearest codes of a code, and theirs: what it holds already."""
    own = control_code(code)
    direct = {*own.parts, *own.nearest}
    return frozenset(direct.union(*(related_controls(other) for other in direct)))


def train_problems(controls: Sequence[str], place: str) -> Iterator[Problem]:
    """Yield pairs of a train that would count one control twice, and a second capture."""
    for first, second in combinations(controls, 2):
        if second in related_controls(first) | {first} or first in related_controls(second):
            yield problem("TY4203", place, first=first, second=second)
    hoods = [control for control in controls if control_code(control).is_capture]
    if len(hoods) > 1:
        yield problem("TY4204", place, hoods=", ".join(hoods))


@cache
def _codes() -> dict[str, ControlCode]:
    """Return the codes of the vocabulary."""
    table = load("controls")
    return {
        str(row.code): ControlCode(
            str(row.code), _listed(row.components), _listed(row.nearest),
            _meant_for(str(row.group), _listed(row.species), has_parts=bool(row.components)), row.group == _CAPTURE,
        )
        for row in table.itertuples()
    }  # fmt: skip


def _meant_for(group: str, species: Iterable[str], *, has_parts: bool) -> frozenset[str]:
    """Return the species of a code; a statement of a plant or a stock as a whole is one of all its pollutants."""
    if group == _CAPTURE:
        return frozenset()
    if group == _UNSPECIFIC and not has_parts:
        table = load("species")
        return frozenset(table.loc[table["kind"].isin(_POLLUTANTS), "code"]) | PARTICLES
    named = frozenset(species)
    return named | PARTICLES if named & PARTICLES else named


def _listed(cell: object) -> tuple[str, ...]:
    """Return the codes of a cell, separated by `;`."""
    return tuple(filter(None, str(cell).split(";")))
