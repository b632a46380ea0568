"""Rules of one activity as a table of many: size order, and carbon and sulphur against what its fuel holds.

Vectorised: only what breaks a rule is looked at one by one. The limits are those of ratio_rules.py and rules.csv.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.checks.element_rules import CARBON_FRACTION, SULPHUR_OF_SO2
from inventory.checks.findings import load_rules
from inventory.checks.ratio_rules import size_order_violations
from inventory.errors import Problem

_PARTICLES = ("BC", "OC", "PM2.5", "PM10", "TSP")
_ROUNDING = 1.0 + 1e-9

_Amounts = npt.NDArray[np.float64]


def activity_problems(emissions: pd.DataFrame, contents: pd.DataFrame | None = None) -> list[Problem]:
    """Return the activities whose species contradict each other, or what their fuel holds.

    BC + OC ≤ PM2.5 ≤ PM10 ≤ TSP within 1e-9 relative; a size without a number is left out. With contents: carbon of
    CO2 ≤ carbon of the fuel, carbon of CO2, CO, CH4 and NMVOC ≤ 1.5 × that, sulphur of SO2 ≤ sulphur of the fuel.

    Parameters
    ----------
    emissions : DataFrame
        Long form: activity_id, species, emission_t [t]; NaN where there is no number.
    contents : DataFrame, optional
        activity_id, carbon_tc and sulphur_t of the fuel burned [t]; NaN where not known: not compared.

    """
    problems = list(_size_problems(emissions))
    return problems if contents is None else [*problems, *_element_problems(emissions, contents)]


def _size_problems(emissions: pd.DataFrame) -> Iterator[Problem]:
    """Yield the activities whose finer particles weigh more than the coarser ones."""
    ids, wide = _wide(emissions, _PARTICLES)
    bc, oc, *sizes = wide
    carbon = np.where(np.isnan(bc) & np.isnan(oc), np.nan, np.nan_to_num(bc) + np.nan_to_num(oc))
    chain = [carbon, *sizes]
    pairs = [(fine, coarse) for at, fine in enumerate(chain) for coarse in chain[at + 1 :]]
    is_wrong = np.logical_or.reduce([fine > coarse * _ROUNDING for fine, coarse in pairs])
    for position in np.flatnonzero(is_wrong):
        known = {name: float(of[position]) for name, of in zip(_PARTICLES, wide, strict=True)}
        for broken in size_order_violations({name: value for name, value in known.items() if not np.isnan(value)}):
            rule = "carbon_share" if broken.what.startswith("BC") else "size_order"
            yield _problem(rule, f"{ids[position]} › {broken.what}", broken.value, broken.limit)


def _element_problems(emissions: pd.DataFrame, contents: pd.DataFrame) -> Iterator[Problem]:
    """Yield the activities that emit more carbon or sulphur than their fuel holds."""
    carriers = (*CARBON_FRACTION, "SO2")
    ids, wide = _wide(emissions, carriers)
    held = contents.set_index("activity_id").reindex(ids)
    carbon_tc, sulphur_t = held["carbon_tc"].to_numpy(dtype=float), held["sulphur_t"].to_numpy(dtype=float)
    *parts, so2 = (of * share for of, share in zip(wide, (*CARBON_FRACTION.values(), SULPHUR_OF_SO2), strict=True))
    all_carbon = np.where(np.isnan(parts[0]), np.nan, np.nansum(parts, axis=0))
    for rule, out_t, in_t in (
        ("carbon_co2", parts[0], carbon_tc), ("carbon_out", all_carbon, carbon_tc), ("sulphur_out", so2, sulphur_t)
    ):  # fmt: skip
        for position in np.flatnonzero(out_t > in_t * load_rules()[rule, "error"].limit):
            yield _problem(rule, str(ids[position]), float(out_t[position]), float(in_t[position]))


def _wide(emissions: pd.DataFrame, species: tuple[str, ...]) -> tuple[npt.NDArray[np.object_], list[_Amounts]]:
    """Return the ids that emit any of some species, and an array [t] per species, NaN where there is no number."""
    own = emissions[emissions["species"].isin(list(species))]
    codes, ids = pd.factorize(own["activity_id"])
    amounts = own["emission_t"].to_numpy(dtype=float)
    names = own["species"].astype(str).to_numpy()
    wide = []
    for name in species:
        of_species = np.full(len(ids), np.nan)
        is_own = names == name
        of_species[codes[is_own]] = amounts[is_own]
        wide.append(of_species)
    return np.asarray(ids, dtype=object), wide


def _problem(rule: str, place: str, value_t: float, limit_t: float) -> Problem:
    """Return the problem of a broken rule with both amounts [t]."""
    about = load_rules()[rule, "error"]
    return Problem(
        about.code, place, f"{about.message_zh}（{value_t:.6g} t > {limit_t:.6g} t）",
        f"{about.message_en} ({value_t:.6g} t > {limit_t:.6g} t)",
        "核对该记录的因子与参数", "check the factors and parameters of the record",
    )  # fmt: skip
