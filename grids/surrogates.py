"""Surrogates: declared combinations of proxies (surrogates.csv), with their fallbacks and what no proxy could place."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grids.city import City
from grids.proxies import Proxy, build_proxy
from inventory.errors import GridError, Problem, problem
from inventory.exact_sum import exact_group_sum, exact_sum

Array = NDArray[np.float64]
_OWN = "own"
_SHARE_TOLERANCE = 1e-6
_EXACT = 1e-12


@dataclass(frozen=True)
class Placement:
    """Where one unit of mass goes.

    Attributes
    ----------
    share : ndarray, shape (n_regions + 1, n_cells)
        Share [1] by district (last row: in the grid, outside the city) and cell.
    outside, unallocated : float
        Shares [1] outside the grid, and that no proxy could place.
    confidence : str
        H, M or L: the lowest of the parts.
    notes : tuple of str
        Fallbacks taken.

    """

    share: Array
    outside: float = 0.0
    unallocated: float = 0.0
    confidence: str = "L"
    notes: tuple[str, ...] = ()


@dataclass
class Surrogates:
    """All surrogates of a project on one city; proxies are built once, when first asked for."""

    city: City
    components: pd.DataFrame
    _proxies: dict[str, Proxy] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse surrogates whose shares do not sum to 1 (IN316); what printed decimals lack, up to 1e-6, is spread."""
        problems, self.components = _checked(self.components)
        if problems:
            raise GridError(*problems)

    def place(self, surrogate: str, region_code: str, city_code: str) -> Placement:
        """Return the placement of a surrogate for the whole city or for one district.

        Raises
        ------
        GridError
            If the surrogate is not in surrogates.csv or the region is neither the city nor a district of it.

        """
        parts = self.components[self.components["surrogate"] == surrogate].sort_values("component")
        if parts.empty:
            raise GridError(problem("TY6006", f"surrogates.csv › {surrogate}"))
        if region_code != city_code and region_code not in self.city.regions:
            raise GridError(problem("TY6007", f"region {region_code}"))
        share = self.city.nowhere.copy()
        outside, unallocated = 0.0, 0.0
        notes: list[str] = []
        for part in parts.to_dict("records"):
            if region_code == city_code:
                placed = self._in_city(part["component"], part["district_key"], part["fallback"])
            else:
                placed = self._in_district(part["component"], region_code, part["fallback"])
            share += part["component_share"] * placed.share
            outside += part["component_share"] * placed.outside
            unallocated += part["component_share"] * placed.unallocated
            notes += placed.notes
        worst = min(parts["confidence"], key="LMH".index)
        return Placement(share, outside, unallocated, worst, tuple(notes))

    def _proxy(self, component: str) -> Proxy:
        """Return a proxy, built once."""
        if component not in self._proxies:
            self._proxies[component] = build_proxy(self.city, component)
        return self._proxies[component]

    def _in_city(self, component: str, district_key: str, fallback: str) -> Placement:
        """Divide the city among its districts by their key, and each district by the proxy."""
        if district_key == _OWN:
            return self._as_it_lies(component, fallback)
        parts = [self._in_district(component, code, fallback) for code in self.city.regions]
        share = self.city.nowhere.copy()
        unallocated = 0.0
        notes: list[str] = []
        for weight, part in zip(self._district_shares(district_key), parts, strict=True):
            share += weight * part.share
            unallocated += weight * part.unallocated
            notes += [f"{note}（{weight:.2%}）" for note in part.notes if weight > 0]
        return Placement(share, unallocated=unallocated, notes=tuple(notes))

    def _district_shares(self, district_key: str) -> list[float]:
        """Return the share of each district in an indicator."""
        place = f"districts.csv › {district_key}"
        if district_key not in self.city.indicators.index:
            raise GridError(problem("TY6008", place))
        key = self.city.indicators.loc[district_key].to_numpy(dtype=np.float64)
        if not np.isfinite(key).all() or (key < 0).any():
            raise GridError(problem("TY6009", place))
        total = exact_sum(key)
        return [float(value) / total for value in key]

    def _in_district(self, component: str, region_code: str, fallback: str) -> Placement:
        """Place one unit in a district by the proxy, by its fallback, or not at all."""
        row = self.city.regions.index(region_code)
        share = self.city.nowhere.copy()
        tried = [component, *([fallback] if fallback else [])]
        for name in tried:
            amount = self._proxy(name).amount[row]
            total = exact_sum(amount)
            if total > 0:
                share[row] = amount / total
                return Placement(share, notes=() if name == component else (f"{region_code} {component}→{name}",))
        return Placement(share, unallocated=1.0, notes=(f"{region_code} {component} 为空，未分配",))

    def _as_it_lies(self, component: str, fallback: str) -> Placement:
        """Place one unit by the proxy as it lies, whatever the districts."""
        for name in [component, *([fallback] if fallback else [])]:
            proxy = self._proxy(name)
            total = exact_sum(proxy.amount.ravel()) + proxy.outside
            if total > 0:
                note = () if name == component else (f"{component}→{name}",)
                return Placement(proxy.amount / total, outside=proxy.outside / total, notes=note)
        return Placement(
            np.zeros_like(self._proxy(component).amount), unallocated=1.0, notes=(f"{component} 为空，未分配",)
        )


def check_surrogates(components: pd.DataFrame) -> list[Problem]:
    """Return the surrogates whose component shares are negative or do not sum to 1 within 1e-6 (IN316)."""
    return _checked(components)[0]


def fallback_messages(allocations: pd.DataFrame) -> tuple[str, ...]:
    """Return W316 for every allocation whose proxy is zero in a district, from the notes of grid_allocation."""
    taken = allocations[allocations["note"] != ""]
    found = [
        problem("W316", row.allocation_id, surrogate=row.surrogate, region=row.region_code or "—", notes=row.note)
        for row in taken.itertuples()
    ]
    return tuple(f"[W316] {each.place}：{each.message_zh} / {each.message_en}" for each in found)


def _checked(components: pd.DataFrame) -> tuple[list[Problem], pd.DataFrame]:
    """Return the findings, and the components with shares that sum to 1 within rounding."""
    group, codes = pd.factorize(components["surrogate"], sort=True)
    share = components["component_share"].to_numpy(dtype=np.float64)
    total = exact_group_sum(np.nan_to_num(share), group, len(codes))
    is_share = np.bincount(group, weights=~(share >= 0), minlength=len(codes)) == 0
    wrong = ~is_share | (np.abs(total - 1) > _SHARE_TOLERANCE)
    problems = [
        problem(
            "IN316", _place(components[group == k], codes[k]), surrogate=codes[k], total=f"{total[k]:.9g}",
            shares="、".join(f"{value:g}" for value in share[group == k]),
        )
        for k in np.flatnonzero(wrong)
    ]  # fmt: skip
    if problems:
        return problems, components
    printed = np.abs(total - 1) > _EXACT
    return [], components.assign(component_share=np.where(printed[group], share / total[group], share))


def _place(rows: pd.DataFrame, surrogate: str) -> str:
    """Return file and rows of a surrogate."""
    if "origin_row" not in rows:
        return f"surrogates.csv › {surrogate}"
    numbers = "、".join(str(number) for number in rows["origin_row"])
    return f"{rows['origin_file'].iloc[0]} › {numbers} › component_share"
