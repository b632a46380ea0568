"""May a year of a stack stand in place of a factor, and why: in words, with the flags that say how it came about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory.methods.monitoring.priority import VALID_CAPTURE
from inventory.monitoring.years import StackYears


@dataclass(frozen=True)
class Verdict:
    """Whether a year is valid, the reason in both languages, and its flags, `name=value` separated by semicolons."""

    is_valid: bool
    reason_zh: str
    reason_en: str
    flags: str


def verdict(years: StackYears, place: tuple[int, int], *, contradicted_h: int) -> Verdict:
    """Return the verdict on a stack and year of one species.

    Parameters
    ----------
    place : tuple of int
        Stack and year in the arrays of `years`.
    contradicted_h : int
        Hours flagged as standstill in which gas flowed; they count as invalid.

    """
    capture = years.quarter_capture[place]
    failing = [quarter for quarter in range(4) if capture[quarter] < VALID_CAPTURE]
    if years.operating_h[place] == 0:
        said = ("全年停运，没有可用的小时", "the stack stood still all year: there is nothing to show")
    elif failing:
        shown = ", ".join(f"Q{quarter + 1} {capture[quarter]:.1%}" for quarter in failing)
        zh, en = _without_oxygen(int(years.without_oxygen_h[place]))
        said = (f"{zh}有效数据捕集率低于 75%：{shown}", f"{en}capture below 75 %: {shown}")
    elif not np.isfinite(years.measured_t[place]):
        said = (
            "有的日子没有同季度同星期的有效日可以替代",
            "some days have no valid day of the same quarter and weekday to stand for them",
        )
    else:
        said = ("各季度有效数据捕集率不低于 75%", "capture of 75 % or more in every quarter")
    return Verdict(bool(years.is_valid[place]), *said, _flags(years, place, contradicted_h))


def _without_oxygen(hours: int) -> tuple[str, str]:
    """Return what to say before the capture where oxygen is what hours lack; nothing without such hours."""
    if hours == 0:
        return "", ""
    return (
        f"只有折算浓度，缺氧含量或基准氧含量，{hours} 小时无法还原；",
        f"only values at reference oxygen: {hours} h lack the oxygen, or its reference, to turn them back; ",
    )


def _flags(years: StackYears, place: tuple[int, int], contradicted_h: int) -> str:
    """Return the flags of a year that are set."""
    hours = {
        "flat_line_h": int(years.flat_h[place]), "at_limit_h": int(years.at_limit_h[place]),
        "back_corrected_h": int(years.back_corrected_h[place]), "contradicted_standstill_h": contradicted_h,
        "negative_h": int(years.negative_h[place]), "without_oxygen_h": int(years.without_oxygen_h[place]),
    }  # fmt: skip
    share = years.substituted_share[place]
    named = [f"{name}={count}" for name, count in hours.items() if count]
    return ";".join([*named, *([f"substituted={share:.4f}"] if share > 0.0 else [])])
