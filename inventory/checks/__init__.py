"""The check step: what must hold in every ledger, told all at once.

Errors stop the build after core_check is written; notices are for the compiler to judge.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from inventory.checks.double_counting import double_counting
from inventory.checks.element_rules import carbon_out, sulphur_out
from inventory.checks.emission_rules import carbon_share, finite_or_key, negative, size_order
from inventory.checks.findings import Finding, Rule, load_rules, read_core
from inventory.checks.ledger_rules import duplicate_key, expected_species, facts_balance, fuel_closure
from inventory.config import RunConfig
from inventory.errors import ConservationError, Problem
from inventory.step_report import StepReport
from inventory.warehouse import write_table

RULES: tuple[Rule, ...] = (
    facts_balance, finite_or_key, negative, duplicate_key, size_order, carbon_share, expected_species, fuel_closure,
    carbon_out, sulphur_out, double_counting,
)  # fmt: skip
"""Every rule of the step; each returns its findings and knows nothing of the others."""

_COLUMNS = ["rule_id", "severity", "place", "value", "limit", "message_zh", "message_en"]
_SHOWN = 8


def check(config: RunConfig, work: Path) -> StepReport:
    """Check the ledger and the emissions of the estimate step.

    Writes core_check.

    Raises
    ------
    ConservationError
        With every error, after core_check is written.

    """
    tables = read_core(config, work)
    found = [finding for rule in RULES for finding in rule(tables)]
    write_table(pd.DataFrame([finding.row() for finding in found], columns=_COLUMNS), "core_check", work)
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        raise ConservationError(*(_problem(finding) for finding in errors))
    counts = {"rules": float(len(RULES)), "errors": 0.0, "notices": float(len(found))}
    return StepReport("check", counts, _messages(found))


def _problem(finding: Finding) -> Problem:
    """Return a finding as the terminal prints it."""
    code = load_rules()[finding.rule_id, finding.severity].code
    amount = (
        f"（{finding.value:g}，限 {finding.limit:g}）" if pd.notna(finding.value) and pd.notna(finding.limit) else ""
    )
    return Problem(
        code, finding.place, f"{finding.message_zh}{amount}", finding.message_en,
        "核对该记录的活动水平、因子与参数；全部结果见 core_check",
        "check activity, factor and parameters of the record; all findings stand in core_check",
    )  # fmt: skip


def _messages(found: list[Finding]) -> tuple[str, ...]:
    """Return the first notices, and how many there are more."""
    shown = tuple(f"{one.place}：{one.message_zh}（{one.value:.4g}）/ {one.message_en}" for one in found[:_SHOWN])
    rest = len(found) - len(shown)
    return (*shown, f"另有 {rest} 条提示，见 core_check / {rest} more notices in core_check") if rest else shown
