"""What a rule reads and what it returns; the limits of the rules with their sources (rules.csv)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Protocol

import pandas as pd

from inventory.config import RunConfig
from inventory.factors.library import FactorLibrary, load_library
from inventory.warehouse import read_table


@dataclass(frozen=True)
class CoreTables:
    """The tables of the estimate step and the method packs of the run.

    Attributes
    ----------
    emissions : DataFrame
        core_emission with source_category, name_zh, ghg_role and balance_group of its record.

    """

    activities: pd.DataFrame
    parameters: pd.DataFrame
    emissions: pd.DataFrame
    gaps: pd.DataFrame
    balance: pd.DataFrame
    library: FactorLibrary


@dataclass(frozen=True)
class Finding:
    """One finding at one place; `value` and `limit` in the unit of the rule, NaN where there is no number."""

    rule_id: str
    severity: str
    place: str
    value: float
    limit: float
    message_zh: str
    message_en: str

    def row(self) -> dict[str, object]:
        """Return the finding as a row of core_check."""
        return asdict(self)


@dataclass(frozen=True)
class Limit:
    """A row of rules.csv: code of the problem, limit [unit of the rule] or NaN, and what to say."""

    code: str
    limit: float
    message_zh: str
    message_en: str


class Rule(Protocol):
    """A rule: the findings of a ledger."""

    def __call__(self, tables: CoreTables) -> Iterable[Finding]:
        """Return the findings, none where the rule holds."""
        ...


@cache
def load_rules() -> dict[tuple[str, str], Limit]:
    """Return the limits by rule and severity."""
    text = files("inventory.checks").joinpath("rules.csv").read_text(encoding="utf-8")
    table = pd.read_csv(StringIO(text), dtype={"limit": "float64"}, keep_default_na=False, na_values={"limit": [""]})
    return {
        (str(row.rule_id), str(row.severity)): Limit(
            str(row.code), float(row.limit), str(row.message_zh), str(row.message_en)
        )
        for row in table.itertuples()
    }


def read_core(config: RunConfig, work: Path) -> CoreTables:
    """Read the tables of the estimate step."""
    activities = read_table("core_activity", work)
    about = activities[["activity_id", "source_category", "name_zh", "ghg_role", "balance_group"]]
    emissions = read_table("core_emission", work).merge(about, on="activity_id", how="left")
    return CoreTables(
        activities, read_table("core_activity_parameter", work), emissions, read_table("core_gap", work),
        read_table("core_step_balance", work), load_library(config.packs, local=config.local_factors),
    )  # fmt: skip


def finding(rule_id: str, place: str, value: float = float("nan"), *, severity: str = "error") -> Finding:
    """Return a finding with the limit and the words of its rule."""
    rule = load_rules()[rule_id, severity]
    return Finding(rule_id, severity, place, value, rule.limit, rule.message_zh, rule.message_en)


def limit_of(rule_id: str, severity: str = "error") -> float:
    """Return the limit of a rule."""
    return load_rules()[rule_id, severity].limit


def place_of(row: object, species: str = "") -> str:
    """Return how a record is named: id, category, name and species."""
    about: dict[str, str] = row._asdict()  # type: ignore[attr-defined]
    parts = (about["activity_id"], about["source_category"], about["name_zh"], species)
    return " ".join(part for part in parts if part)
