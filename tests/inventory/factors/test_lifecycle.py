"""The life of a local factor: which moves are allowed, who may sign, and what is kept."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.factors.library import load_library
from inventory.factors.lifecycle import Signature, history_problems, move_factor
from inventory.factors.overrides import read_local, write_local
from inventory.factors.pack_tables import pack_table
from inventory.factors.selection import FactorKey, select_emission_factor

DAY = date(2026, 2, 3)
EXAMPLE = Path(__file__).parents[3] / "examples" / "shanghai" / "local_factors"
PACKS = ("cn-provincial-2011", "tcses-144-2024", "ipcc-2006")
NOTHING = pd.DataFrame()


def sign(by="Reviewer", reason="complete", sign_off=""):
    return Signature(by, DAY, reason, sign_off)


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_candidate_becomes_effective_by_review_and_approval(candidate):
    local = pd.DataFrame([candidate("L1")])
    reviewed = move_factor(local, "L1", "review", signature=sign(), packs=NOTHING)
    effective = move_factor(reviewed, "L1", "approve", signature=sign("Approver", "better"), packs=NOTHING)
    row = effective.iloc[0]
    assert list(reviewed["status"]) == ["reviewed"]
    assert (row["status"], row["reviewer"], row["reviewed_on"], row["review_reason"]) == (
        "effective", "Reviewer", "2026-02-03", "complete",
    )  # fmt: skip
    assert (row["approver"], row["approved_on"], row["approval_reason"]) == ("Approver", "2026-02-03", "better")
    assert list(local["status"]) == ["candidate"]


def test_candidate_cannot_jump_to_effective(candidate):
    with pytest.raises(SchemaError) as error:
        move_factor(pd.DataFrame([candidate("L1")]), "L1", "approve", signature=sign(), packs=NOTHING)
    assert codes(error) == ["TY4408"]


@pytest.mark.parametrize("status", ["reviewed", "effective", "superseded"])
def test_only_a_candidate_is_reviewed(local_row, status):
    with pytest.raises(SchemaError, match="TY4408"):
        move_factor(pd.DataFrame([local_row("L1", status=status)]), "L1", "review", signature=sign(), packs=NOTHING)


def test_superseded_row_does_not_come_back(local_row):
    rows = pd.DataFrame([local_row("L1", status="superseded")])
    for move in ("review", "approve", "retire"):
        with pytest.raises(SchemaError, match="TY4408"):
            move_factor(rows, "L1", move, signature=sign(), packs=NOTHING)


def test_author_cannot_review_and_every_missing_signature_is_told_at_once(candidate):
    with pytest.raises(SchemaError) as error:
        move_factor(pd.DataFrame([candidate("L1")]), "L1", "review", signature=sign("Author", " "), packs=NOTHING)
    assert codes(error) == ["TY4416", "TY4407"]


def test_author_cannot_approve(candidate):
    rows = pd.DataFrame([candidate("L1", status="reviewed", reviewer="Reviewer")])
    with pytest.raises(SchemaError, match="TY4407"):
        move_factor(rows, "L1", "approve", signature=sign("Author"), packs=NOTHING)


def test_held_row_needs_a_signature_of_its_own(candidate):
    rows = pd.DataFrame([candidate("L1", status="reviewed", hold="only 2 runs")])
    with pytest.raises(SchemaError, match=r"TY4409[\s\S]*only 2 runs"):
        move_factor(rows, "L1", "approve", signature=sign(), packs=NOTHING)
    signed = move_factor(rows, "L1", "approve", signature=sign(sign_off="Director"), packs=NOTHING)
    assert list(signed[["status", "sign_off"]].iloc[0]) == ["effective", "Director"]


def test_approved_row_supersedes_the_older_one_of_its_key_and_names_the_pack_rows(local_row, candidate):
    packs = pd.DataFrame([local_row("PACK"), local_row("OTHER", species="CO")])
    rows = pd.DataFrame([local_row("OLD"), candidate("NEW", status="reviewed"), local_row("CO", species="CO")])
    moved = move_factor(rows, "NEW", "approve", signature=sign("Approver"), packs=packs).set_index("factor_id")
    assert dict(moved["status"]) == {"OLD": "superseded", "NEW": "effective", "CO": "effective"}
    assert moved.loc["NEW", "supersedes"] == "OLD;PACK"
    assert (moved.loc["OLD", "retired_by"], moved.loc["OLD", "retired_on"]) == ("Approver", "2026-02-03")
    assert "NEW" in moved.loc["OLD", "retirement_reason"]
    assert moved.loc["OLD", "approved_on"] == "2025-01-04"


def test_unknown_id_is_named(candidate):
    with pytest.raises(SchemaError, match="L9"):
        move_factor(pd.DataFrame([candidate("L1")]), "L9", "review", signature=sign(), packs=NOTHING)


def test_complete_history_has_no_problems(local_row):
    assert history_problems(pd.Series(local_row("L1"))) == []


@pytest.mark.parametrize(
    ("cells", "code", "named"),
    [
        ({"reviewer": ""}, "TY4406", "reviewer"),
        ({"approval_reason": ""}, "TY4406", "approval_reason"),
        ({"reason": ""}, "TY4406", "reason"),
        ({"reviewer": "Author"}, "TY4407", "reviewer"),
        ({"approved_on": "3.2.2025"}, "TY4415", "approved_on"),
        ({"hold": "one run"}, "TY4406", "sign_off"),
        ({"status": "active"}, "TY4405", "active"),
    ],
)
def test_status_without_its_signatures_is_a_problem(local_row, cells, code, named):
    (problem,) = history_problems(pd.Series(local_row("L1", **cells)))
    assert problem.code == code
    assert named in problem.message_zh


def test_example_walks_from_reviewed_through_effective_to_superseded(tmp_path):
    """The demonstration in examples/shanghai: reviewed as it stands, then approved and retired in a copy."""
    packs = pack_table(PACKS, "emission_factors.csv")
    rows = read_local(EXAMPLE)
    (factor_id,) = rows.loc[rows["status"] == "reviewed", "factor_id"]
    asked = FactorKey(
        "FC.01.04", "natural_gas", "ccgt_dln_50mg", "dln", "any", "310115", "NOx", 2021, frozenset({"kg per sm3_20"})
    )

    def chosen():
        return select_emission_factor(load_library(PACKS, local=tmp_path), asked)

    write_local(rows, tmp_path)
    assert chosen().factor_id == "SUP0151"
    write_local(move_factor(rows, factor_id, "approve", signature=sign("Approver"), packs=packs), tmp_path)
    assert chosen().factor_id == factor_id
    assert chosen().kg_per_base == pytest.approx(0.00074, rel=1e-12)
    effective = read_local(tmp_path)
    write_local(move_factor(effective, factor_id, "retire", signature=sign("Approver"), packs=packs), tmp_path)
    assert chosen().factor_id == "SUP0151"
    last = read_local(tmp_path).set_index("factor_id").loc[factor_id]
    assert (last["status"], last["approved_on"], last["retired_on"]) == ("superseded", "2026-02-03", "2026-02-03")
