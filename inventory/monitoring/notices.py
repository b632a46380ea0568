"""What a compiler should know about delivered monitoring: what stands in the inventory, what does not, and why."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from inventory.monitoring.ratio import BEYOND
from inventory.monitoring.replacement import NOTICED

_EXAMPLES = 8


def measurement_messages(delivered: pd.DataFrame, core: pd.DataFrame) -> tuple[str, ...]:
    """Return how many measurements are used, those that are not by reason, and those far from the estimate.

    Parameters
    ----------
    delivered : DataFrame
        inventory.monitoring.series.measured_years; no messages where it is empty.
    core : DataFrame
        core_measured_emission.

    """
    return tuple(_messages(delivered, core)) if len(delivered) else ()


def _messages(delivered: pd.DataFrame, core: pd.DataFrame) -> Iterator[str]:
    """Yield the messages."""
    is_used = core["is_used"].astype(bool)
    yield (
        f"在线监测：{len(core)} 项（排放口 × 物种），采用 {int(is_used.sum())} 项"
        f" / monitoring: {int(is_used.sum())} of {len(core)} pairs of outlet and species are used"
    )
    if others := sorted(set(delivered["inventory_year"]) - set(core["inventory_year"])):
        listed = "、".join(map(str, others))
        yield f"在线监测：{listed} 年的数据没有采用，账本中没有该年的记录 / not used: no records of these years"
    if silent := _without_hours(delivered, core):
        yield f"在线监测：清单年份没有小时的排放口 / stacks without hours in the inventory year：{silent}"
    for (reason_zh, reason_en), rows in core[~is_used].groupby(["reason_zh", "reason_en"]):
        listed = _listed(rows, with_ratio=reason_zh == BEYOND[0])
        yield f"在线监测未采用 / not used：{listed}：{reason_zh} / {reason_en}"
    noticed = core[is_used & core["is_noticed"].astype(bool)]
    if len(noticed):
        yield (
            f"在线监测与估算相差超过 {NOTICED:.0%} / measured and estimated differ by more than {NOTICED:.0%}："
            f"{_listed(noticed)}"
        )


def _without_hours(delivered: pd.DataFrame, core: pd.DataFrame) -> str:
    """Return stacks of which no hour lies in the years of the ledger, though hours of others do."""
    if core.empty:
        return ""
    names = ["facility_key", "release_point_key"]
    inside = delivered[delivered["inventory_year"].isin(set(core["inventory_year"]))]
    pairs = (set(frame[names].itertuples(index=False, name=None)) for frame in (delivered, inside))
    return _few([f"{facility} {outlet}" for facility, outlet in sorted(set.difference(*pairs))])


def _listed(rows: pd.DataFrame, *, with_ratio: bool = False) -> str:
    """Return outlets with their species, at most a few; each with measured per estimated if asked."""
    ratios = [f" ×{ratio:.3g}" for ratio in rows["measured_per_factor"]] if with_ratio else [""] * len(rows)
    named = pd.Series(rows["species"].to_numpy() + np.array(ratios, dtype=object), index=rows["release_point_id"])
    by_outlet = named.groupby(level=0).agg(lambda each: " ".join(sorted(each)))
    return _few([f"{outlet} {species}" for outlet, species in by_outlet.items()])


def _few(said: list[str]) -> str:
    """Return the first of some outlets, and how many there are."""
    more = f"……（共 {len(said)} 个排放口 / outlets in all）" if len(said) > _EXAMPLES else ""
    return "、".join(said[:_EXAMPLES]) + more
