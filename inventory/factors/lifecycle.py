"""The life of a local factor: candidate → reviewed → effective → superseded, with who, when and why.

Knows the moves and what each demands; nothing is deleted, so that every release can say which row it used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from inventory.errors import Problem, SchemaError
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
        return [
            Problem("TY4405", place, f"未知的状态 {row['status']}；应为：{known}", f"unknown status; one of: {known}")
        ]
    needed = ["author", "created_on", "reason"]
    for name in _REACHED_BY.get(row["status"], ()):
        needed += [MOVES[name].who, MOVES[name].when, MOVES[name].why]
    if row["status"] == "effective" and row["hold"]:
        needed.append("sign_off")
    problems = [
        Problem("TY4406", place, f"状态 {row['status']} 缺少 {column}", f"a row that is {row['status']} lacks {column}")
        for column in needed
        if not row[column].strip()
    ]
    problems += [
        Problem(
            "TY4406",
            place,
            f"{column} 不是日期 {row[column]}",
            f"{column} is no date: {row[column]!r}",
            "写成 2026-01-31",
        )
        for column in ("created_on", "reviewed_on", "approved_on", "retired_on")
        if row[column] and not _is_date(row[column])
    ]
    same = [
        role for role in ("reviewer", "approver") if row[role].strip() and row[role].strip() == row["author"].strip()
    ]
    problems += [
        Problem(
            "TY4407", place, f"{role} 就是作者本人", f"the {role} is the author", "换人签字", "let someone else sign"
        )
        for role in same
    ]
    return problems


def _move_problems(row: pd.Series, move: Move, signature: Signature) -> list[Problem]:
    """Return why a row cannot make a move."""
    place = f"{LOCAL_FILE} › {row['factor_id']}"
    problems = []
    if row["status"] not in move.origins:
        allowed = "、".join(move.origins)
        problems.append(
            Problem(
                "TY4408", place, f"状态 {row['status']} 不能{move.zh}；须为：{allowed}",
                f"a {row['status']} row cannot be moved by {move.name}; it must be: {allowed}",
                "依次 review、approve", "first review, then approve",
            )
        )  # fmt: skip
    problems += [
        Problem("TY4406", place, f"{move.zh}缺少 {said}", f"{move.name} needs {said}", f"补充 {said}", f"state {said}")
        for said, text in (("--by", signature.by), ("--reason", signature.reason))
        if not text.strip()
    ]
    if move.name != "retire" and signature.by.strip() and signature.by.strip() == row["author"].strip():
        problems.append(
            Problem(
                "TY4407", place, f"{move.zh}人就是作者 {signature.by}", f"{signature.by} is the author of the row",
                "换人签字", "let someone else sign",
            )
        )  # fmt: skip
    if move.target == "effective" and row["hold"] and not signature.sign_off.strip():
        problems.append(
            Problem(
                "TY4409", place, f"不能直接生效：{row['hold']}", f"held back: {row['hold']}",
                "由负责人签字：--sign-off 姓名", "have the person in charge sign: --sign-off NAME",
            )
        )  # fmt: skip
    return problems


def _record(table: pd.DataFrame, index: pd.Index, move: Move, signature: Signature) -> None:
    """Write status, person, day and reason into rows of a table."""
    table.loc[index, ["status", move.who, move.when, move.why]] = [
        move.target, signature.by.strip(), signature.on.isoformat(), signature.reason.strip(),
    ]  # fmt: skip


def _no_such_row(factor_id: str, count: int) -> Problem:
    """Return the error of an id that is not there once."""
    return Problem(
        "TY4410", f"{LOCAL_FILE} › {factor_id}",
        f"这个编号有 {count} 行，应为 1 行", f"{count} rows have this id, not 1",
        "用 tongyuan factors list --factors DIR 查看", "list them with tongyuan factors list --factors DIR",
    )  # fmt: skip


def _is_date(text: str) -> bool:
    """Return whether a text is a day in ISO form."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
