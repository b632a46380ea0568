"""The life of a local factor: candidate → reviewed → effective → superseded, with who, when and why.

Knows the moves and what each demands; nothing is deleted, so that every release can say which row it used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from inventory.errors import Problem, SchemaError, problem
from inventory.factors.overrides import LOCAL_FILE, STATUSES, superseded_by


@dataclass(frozen=True)
class Move:
    """One step of a factor's life: from which statuses to which, and the columns that record it."""

    name: str
    zh: str
    origins: tuple[str, ...]
    target: str
    who: str
    when: str
    why: str


MOVES = {
    move.name: move
    for move in (
        Move("review", "复核", ("candidate",), "reviewed", "reviewer", "reviewed_on", "review_reason"),
        Move("approve", "批准", ("reviewed",), "effective", "approver", "approved_on", "approval_reason"),
        Move(
            "retire", "停用", ("candidate", "reviewed", "effective"), "superseded", "retired_by", "retired_on",
            "retirement_reason",
        ),
    )
}  # fmt: skip
"""Moves by name; `retire` also withdraws a row that never became effective."""

_REACHED_BY = {"reviewed": ("review",), "effective": ("review", "approve"), "superseded": ("retire",)}


@dataclass(frozen=True)
class Signature:
    """Who moves a row, when, and why; `sign_off` is the signature that a held row needs besides."""

    by: str
    on: date
    reason: str
    sign_off: str = ""


def move_factor(
    local: pd.DataFrame, factor_id: str, move_name: str, *, signature: Signature, packs: pd.DataFrame
) -> pd.DataFrame:
    """Return the local table after one move of one row.

    An approved row supersedes the effective local row of its key, and records the pack rows that it stands in for.

    Parameters
    ----------
    local : DataFrame
        All local rows.
    packs : DataFrame
        Rows of the packs, to record what an approved row supersedes.

    Raises
    ------
    SchemaError
        If the row or the move does not exist, the status does not allow it, or a signature is missing; all at once.

    """
    found = local[local["factor_id"] == factor_id]
    if move_name not in MOVES or len(found) != 1:
        raise SchemaError(_no_such_row(factor_id, len(found)))
    move, row = MOVES[move_name], found.iloc[0]
    problems = _move_problems(row, move, signature)
    if problems:
        raise SchemaError(*problems)
    moved = local.copy()
    _record(moved, found.index, move, signature)
    if move.target != "effective":
        return moved
    moved.loc[found.index, "sign_off"] = signature.sign_off.strip()
    effective = local[local["status"] == "effective"]
    older = superseded_by(row, effective)
    replaced = Signature(signature.by, signature.on, f"由 {factor_id} 取代 / replaced by {factor_id}")
    _record(moved, older.index, MOVES["retire"], replaced)
    pack_rows = superseded_by(row, packs) if len(packs) else packs
    moved.loc[found.index, "supersedes"] = ";".join([*older["factor_id"], *pack_rows.get("factor_id", ())])
    return moved


def history_problems(row: pd.Series) -> list[Problem]:
    """Return what is wrong with the recorded life of a local row: a status without the signatures it needs."""
    place = f"{LOCAL_FILE} › {row['factor_id']}"
    if row["status"] not in STATUSES:
        known = "、".join(STATUSES)
        return [problem("TY4405", place, text=row["status"], known=known)]
    needed = ["author", "created_on", "reason"]
    for name in _REACHED_BY.get(row["status"], ()):
        needed += [MOVES[name].who, MOVES[name].when, MOVES[name].why]
    if row["status"] == "effective" and row["hold"]:
        needed.append("sign_off")
    problems = [
        problem("TY4406", place, status=row["status"], column=column) for column in needed if not row[column].strip()
    ]
    problems += [
        problem("TY4415", place, column=column, text=row[column])
        for column in ("created_on", "reviewed_on", "approved_on", "retired_on")
        if row[column] and not _is_date(row[column])
    ]
    same = [
        role for role in ("reviewer", "approver") if row[role].strip() and row[role].strip() == row["author"].strip()
    ]
    return [*problems, *(problem("TY4407", place, role=role, name=row[role]) for role in same)]


def _move_problems(row: pd.Series, move: Move, signature: Signature) -> list[Problem]:
    """Return why a row cannot make a move."""
    place = f"{LOCAL_FILE} › {row['factor_id']}"
    problems = []
    if row["status"] not in move.origins:
        allowed = "、".join(move.origins)
        said = problem("TY4408", place, status=row["status"], allowed=allowed, move_zh=move.zh, move_en=move.name)
        problems.append(said)
    problems += [
        problem("TY4416", place, option=option, move_zh=move.zh, move_en=move.name)
        for option, text in (("--by", signature.by), ("--reason", signature.reason))
        if not text.strip()
    ]
    if move.name != "retire" and signature.by.strip() and signature.by.strip() == row["author"].strip():
        problems.append(problem("TY4407", place, role=move.who, name=signature.by))
    if move.target == "effective" and row["hold"] and not signature.sign_off.strip():
        problems.append(problem("TY4409", place, hold=row["hold"]))
    return problems


def _record(table: pd.DataFrame, index: pd.Index, move: Move, signature: Signature) -> None:
    """Write status, person, day and reason into rows of a table."""
    table.loc[index, ["status", move.who, move.when, move.why]] = [
        move.target, signature.by.strip(), signature.on.isoformat(), signature.reason.strip(),
    ]  # fmt: skip


def _no_such_row(factor_id: str, count: int) -> Problem:
    """Return the error of an id that is not there once."""
    return problem("TY4410", f"{LOCAL_FILE} › {factor_id}", count=count)


def _is_date(text: str) -> bool:
    """Return whether a text is a day in ISO form."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
