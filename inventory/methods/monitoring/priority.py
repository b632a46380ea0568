"""Which of several estimates of one stack counts: the first valid one in the order of the guideline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inventory.errors import SchemaError, problem

ORDER = {
    "continuous_monitoring": "连续监测",
    "unit_measurement": "机组实测",
    "mass_balance": "物料衡算",
    "local_factor": "本地实测因子",
    "manual_2021_24": "2021年24号公告系数手册",
    "default": "指南默认因子",
}
"""Kinds of estimates, the first wins: T/CSES 144-2024 section 7."""

VALID_CAPTURE = 0.75
"""Part of the hours of operation that must be valid in a quarter, T/CSES 144-2024 section 7.2.1.1."""


@dataclass(frozen=True)
class PreferredEstimate:
    """The estimate that counts [t], None where none is valid, and why those before it do not."""

    kind: str
    emission_t: float | None
    reason_zh: str
    reason_en: str


def has_valid_capture(valid_hours: float, *, operating_hours: float) -> bool:
    """Return whether 75 % or more of the hours of operation are valid; a stack that never ran has nothing to show.

    References
    ----------
    T/CSES 144-2024, section 7.2.1.1.

    """
    return operating_hours > 0.0 and valid_hours >= VALID_CAPTURE * operating_hours


def preferred_estimate(
    candidates: Mapping[str, float | None], *, invalid: Mapping[str, str] | None = None
) -> PreferredEstimate:
    """Return the first valid estimate: monitoring, measurement, balance, local factor, manual of 2021, default.

    A mass balance counts for SO2 and PM of large and medium coal boilers; offer it only there.

    Parameters
    ----------
    candidates : mapping of str to float or None
        Estimates [t] by kind (a key of ORDER); None or nan where there is none.
    invalid : mapping of str to str, optional
        Kinds that must not be used, with the reason.

    Raises
    ------
    SchemaError
        If a kind is not in ORDER.

    References
    ----------
    T/CSES 144-2024, section 7.

    """
    refused = invalid or {}
    _require_known({*candidates, *refused})
    passed_zh: list[str] = []
    passed_en: list[str] = []
    for kind, name_zh in ORDER.items():
        value = candidates.get(kind)
        if value is None or not np.isfinite(value):
            passed_zh.append(f"{name_zh}：无数据")
            passed_en.append(f"{kind}: no data")
        elif kind in refused:
            passed_zh.append(f"{name_zh}：{refused[kind]}")
            passed_en.append(f"{kind}: {refused[kind]}")
        else:
            before_zh, before_en = "；".join(passed_zh), "; ".join(passed_en)
            return PreferredEstimate(kind, value, before_zh or "最高优先级", before_en or "first in order")
    return PreferredEstimate("none", None, "；".join(passed_zh), "; ".join(passed_en))


def _require_known(kinds: set[str]) -> None:
    """Refuse kinds that have no place in the order."""
    unknown = sorted(kinds - set(ORDER))
    if unknown:
        known = "、".join(ORDER)
        raise SchemaError(*(problem("TY3164", kind, known=known) for kind in unknown))
