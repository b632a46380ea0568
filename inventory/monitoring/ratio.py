"""Which ratio of a measurement to the estimate is believed without a word of the project; nothing is corrected."""

from __future__ import annotations

import numpy as np
import pandas as pd

LOWEST, HIGHEST = 0.1, 10.0
"""Ratios beyond which a unit, a species or the wrong stack is likelier than a wrong estimate (threshold of design)."""

BEYOND = (
    f"监测与估算之比在 {LOWEST:g}–{HIGHEST:g} 以外，可能单位或排放口不对；核实后在排放口表“认可的监测与估算之比”中声明",
    f"measured per estimated is outside {LOWEST:g} to {HIGHEST:g}: perhaps a unit or the stack is wrong;"
    " once checked, declare it as accept_ratio in the table of outlets",
)


def is_believed(measured_t: float, estimated_t: float, accepted: pd.Series) -> bool:
    """Return whether a measurement [t] may stand for an estimate [t].

    Parameters
    ----------
    measured_t, estimated_t : float
        Without an estimate (nan) there is nothing to compare, and the measurement stands.
    accepted : Series
        Ratios [1] that the outlets declare, nan where none is; several outlets must all declare one, and the nearest
        counts. Over an estimate of 0 a measurement stands if all outlets declare more than 10.

    """
    low, high = _bounds(accepted.astype(float))
    if np.isnan(estimated_t):
        return True
    if estimated_t == 0.0:
        return measured_t == 0.0 or high > HIGHEST
    return bool(low <= measured_t / estimated_t <= high)


def _bounds(accepted: pd.Series) -> tuple[float, float]:
    """Return lowest and highest believed ratio."""
    if accepted.isna().any() or accepted.empty:
        return LOWEST, HIGHEST
    return min(LOWEST, float(accepted.max())), max(HIGHEST, float(accepted.min()))
