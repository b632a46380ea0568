"""A candidate factor from raw runs: mean, spread, 95 % interval, fitted distribution, conditions of the tests."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.factors.overrides import LOCAL, LOCAL_COLUMNS
from inventory.vocabulary.units import factor_unit

_GROUP = ("source_category", "fuel_or_product", "technology", "control", "species", "base")
_FEWEST_TO_FIT = 5
_FEWEST_TO_STAND = 3
_CONFIDENCE = ((10, "H"), (_FEWEST_TO_FIT, "M"), (1, "L"))
"""Least number of runs of each confidence."""

_UNKNOWN_SPREAD_PCT = 100.0
"""Uncertainty where the runs show no spread: that of class E (method vocabulary)."""


@dataclass(frozen=True)
class RunStatistics:
    """What n runs say; values in the unit of the runs.

    Attributes
    ----------
    standard_deviation : float
        Of the runs, n − 1 in the denominator; NaN for one run.
    low, high : float
        95 % interval of the mean; NaN where the runs show no spread.
    distribution : str
        normal or lognormal.
    shapiro_p : float
        Shapiro–Wilk p of the chosen distribution; NaN below five runs.

    """

    n: int
    mean: float
    standard_deviation: float
    low: float
    high: float
    distribution: str
    shapiro_p: float

    @property
    def uncertainty_pct(self) -> float:
        """Half of the 95 % interval of the mean [per cent of the mean]."""
        half_pct = (self.high - self.low) / 2.0 / self.mean * 100.0 if self.mean > 0 else np.nan
        return half_pct if half_pct > 0 else _UNKNOWN_SPREAD_PCT


def run_statistics(values: Sequence[float]) -> RunStatistics:
    """Return mean, standard deviation, 95 % interval and distribution of runs.

    From five runs on the distribution with the smaller AICc is taken, and a lognormal mean gets the interval of Cox:
    exp(μ + σ²/2 ± t √(σ²/n + σ⁴/(2(n − 1)))). Otherwise the interval is mean ± t s/√n; where that passes zero the
    distribution is called lognormal, because an emission is never negative.

    References
    ----------
    Burnham and Anderson 2002, Model Selection, section 2.4 (AICc); Olsson 2005, J. Statistics Education 13(1) (Cox).

    """
    from scipy import stats  # noqa: PLC0415 - half a second of start-up

    runs = np.asarray(values, dtype=np.float64)
    n, mean = len(runs), float(np.mean(runs))
    spread = float(np.std(runs, ddof=1)) if n > 1 else np.nan
    if n == 1 or float(np.ptp(runs)) == 0.0:
        return RunStatistics(n, mean, spread, np.nan, np.nan, "lognormal", np.nan)
    t = float(stats.t.ppf(0.975, n - 1))
    half = t * spread / n**0.5
    if n < _FEWEST_TO_FIT:
        return RunStatistics(
            n, mean, spread, mean - half, mean + half, "normal" if half < mean else "lognormal", np.nan
        )
    if bool((runs > 0).all()) and _aicc_lognormal(runs) < _aicc_normal(runs):
        logs = np.log(runs)
        middle, variance = float(np.mean(logs)), float(np.var(logs, ddof=1))
        reach = t * (variance / n + variance**2 / (2.0 * (n - 1))) ** 0.5
        low, high = (float(np.exp(middle + variance / 2.0 + side * reach)) for side in (-1.0, 1.0))
        return RunStatistics(n, mean, spread, low, high, "lognormal", float(stats.shapiro(logs).pvalue))
    name = "normal" if half < mean else "lognormal"
    return RunStatistics(n, mean, spread, mean - half, mean + half, name, float(stats.shapiro(runs).pvalue))


def candidate_factors(runs: pd.DataFrame, *, report: str, region_code: str, author: str, today: date) -> pd.DataFrame:
    """Return one candidate row of the local table per category, fuel, technology, control and species.

    Parameters
    ----------
    runs : DataFrame
        From read_test_report.
    report : str
        Name of the workbook, cited as the source.
    author : str
        Who enters the candidates; the laboratories where empty.

    """
    keyed = runs.assign(base=[factor_unit(unit).base for unit in runs["unit"]])
    rows = [
        _candidate(group, report=report, region_code=region_code, author=author, today=today)
        for _, group in keyed.groupby(list(_GROUP), sort=True)
    ]
    return pd.DataFrame(rows).reindex(columns=list(LOCAL_COLUMNS)).fillna("").assign(edition=LOCAL)


def _aicc_normal(runs: npt.NDArray[np.float64]) -> float:
    """Return AICc = 2k − 2 ln L + 2k(k + 1)/(n − k − 1) of a fitted normal distribution, k = 2."""
    n = len(runs)
    log_likelihood = -n / 2.0 * (np.log(2.0 * np.pi * float(np.var(runs))) + 1.0)
    return float(4.0 - 2.0 * log_likelihood + 12.0 / (n - 3.0))


def _aicc_lognormal(runs: npt.NDArray[np.float64]) -> float:
    """Return AICc of a fitted lognormal distribution: the normal one of the logarithms with the density's Jacobian."""
    logs = np.log(runs)
    return _aicc_normal(logs) + 2.0 * float(np.sum(logs))


def _candidate(runs: pd.DataFrame, *, report: str, region_code: str, author: str, today: date) -> dict[str, str]:
    """Return the candidate of one group of runs, in the unit of its first run."""
    first = runs.iloc[0]
    values = _in_unit(runs, first["unit"])
    found = run_statistics(list(values))
    laboratories = "、".join(sorted(set(runs["laboratory"])))
    return {
        "factor_id": _identity(runs, report, region_code),
        **{name: str(first[name]) for name in _GROUP if name != "base"},
        "size_class": "any",
        "value": f"{found.mean:.6g}",
        "unit": first["unit"],
        "basis": "generated" if first["control"] == "none" else "emitted",
        "year_from": str(max(day.year for day in runs["test_date"])),
        "region_code": region_code,
        "tier": "3",
        "uncertainty_pct": f"{found.uncertainty_pct:.4g}",
        "distribution": found.distribution,
        "source": f"{laboratories}：{report}",
        "source_detail": _conditions(runs),
        "evidence": "read",
        "confidence": next(letter for least, letter in _CONFIDENCE if found.n >= least),
        "note": _summary(found, first["unit"], int(runs["is_below_limit"].sum())),
        "status": "candidate",
        "origin_region": region_code,
        "value_original": f"{found.mean:.6g}",
        "unit_original": first["unit"],
        "reason": f"实测 {found.n} 次 / {found.n} runs measured",
        "author": author or laboratories,
        "created_on": today.isoformat(),
        "hold": _hold(found.n, int(runs["is_below_limit"].sum())),
    }


def _in_unit(runs: pd.DataFrame, unit: str) -> npt.NDArray[np.float64]:
    """Return the results in one unit; all of a group have the same base."""
    wanted = factor_unit(unit).kg_per_base or 1
    return np.array(
        [
            value * float((factor_unit(own).kg_per_base or 1) / wanted)
            for value, own in zip(runs["value"], runs["unit"], strict=True)
        ]
    )


def _identity(runs: pd.DataFrame, report: str, region_code: str) -> str:
    """Return an id that depends on the report and the key alone."""
    first = runs.iloc[0]
    text = "|".join([report, region_code, *(str(first[name]) for name in _GROUP)])
    return "LT" + hashlib.sha256(text.encode()).hexdigest()[:10]


def _conditions(runs: pd.DataFrame) -> str:
    """Return where, when and under which conditions was measured."""
    units = [f"{row.facility} {row.unit_no}".strip() for row in runs.itertuples()]
    days = sorted(day.isoformat() for day in runs["test_date"])
    parts = ["、".join(dict.fromkeys(units)), days[0] if days[0] == days[-1] else f"{days[0]} 至 {days[-1]}"]
    for column, name, sign in (("load_pct", "负荷", "%"), ("o2_pct", "含氧量", "%"), ("activity", "活动水平", "")):
        known = pd.to_numeric(runs[column], errors="coerce").dropna()
        if len(known):
            least, most = float(known.min()), float(known.max())
            parts.append(f"{name} {least:g}{sign}" if least == most else f"{name} {least:g}–{most:g}{sign}")
    return "；".join([*parts, "、".join(sorted(set(runs["method"])))])


def _summary(found: RunStatistics, unit: str, below_limit: int) -> str:
    """Return the statistics as a sentence, Chinese first."""
    parts = [f"n = {found.n}", f"均值 mean {found.mean:.4g} {unit}"]
    if found.n > 1:
        parts.append(f"标准差 sd {found.standard_deviation:.3g}")
    if np.isfinite(found.low):
        parts.append(f"均值95%区间 95 % of the mean {found.low:.4g}–{found.high:.4g}")
    if np.isfinite(found.shapiro_p):
        parts.append(f"{found.distribution}（Shapiro p = {found.shapiro_p:.2g}）")
    if below_limit:
        parts.append(f"{below_limit} 次低于检出限，按一半计 / {below_limit} below detection, half the limit")
    return "；".join(parts)


def _hold(n: int, below_limit: int) -> str:
    """Return why a candidate cannot become effective without a signature of its own; empty if it can."""
    if n < _FEWEST_TO_STAND:
        return f"只有 {n} 次测试，须负责人签字 / only {n} runs: needs a sign-off"
    if below_limit == n:
        return "全部低于检出限，须负责人签字 / all below detection: needs a sign-off"
    return ""
