"""Surrogates: declared combinations of proxies (surrogates.csv), with their fallbacks and what no proxy could place."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grids.city import City
from grids.proxies import Proxy, build_proxy
from inventory.errors import GridError, Problem
from inventory.exact_sum import exact_sum

Array = NDArray[np.float64]
_OWN = "own"
_SHARE_TOLERANCE = 1e-9


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
        """Refuse surrogates whose shares do not sum to 1."""
        total = self.components.groupby("surrogate")["component_share"].sum()
        wrong = total[(total - 1).abs() > _SHARE_TOLERANCE]
        if len(wrong):
            raise GridError(
                *(
                    Problem("TY3005", f"surrogates.csv › {code}", f"各成分比例之和为 {value:g}，应为 1", f"the shares sum to {value:g}, not 1")
                    for code, value in wrong.items()
                )
            )

    def place(self, surrogate: str, region_code: str, city_code: str) -> Placement:
        """Return the placement of a surrogate for the whole city or for one district.

        Raises
        ------
        GridError
            If the surrogate is not in surrogates.csv or the region is neither the city nor a district of it.

        """
        parts = self.components[self.components["surrogate"] == surrogate].sort_values("component")
        if parts.empty:
            raise GridError(
                Problem(
                    "TY3006", f"surrogates.csv › {surrogate}", "项目没有定义这个代用数据", "the project does not define this surrogate",
                    "在 surrogates.csv 中补充", "add it to surrogates.csv",
                )
            )  # fmt: skip
        if region_code != city_code and region_code not in self.city.regions:
            raise GridError(Problem("TY3007", f"region {region_code}", "不是本市的区", "not a district of the city"))
        share = np.zeros((len(self.city.regions) + 1, self.city.grid.n_cells))
        outside, unallocated, notes = 0.0, 0.0, []
        for part in parts.itertuples():
            if region_code == city_code:
                placed = self._in_city(part.component, part.district_key, part.fallback)
            else:
                placed = self._in_district(part.component, region_code, part.fallback)
            share += part.component_share * placed.share
            outside += part.component_share * placed.outside
            unallocated += part.component_share * placed.unallocated
            notes += placed.notes
        return Placement(share, outside, unallocated, max(parts["confidence"]), tuple(notes))

    def _proxy(self, component: str) -> Proxy:
        """Return a proxy, built once."""
        if component not in self._proxies:
            self._proxies[component] = build_proxy(self.city, component)
        return self._proxies[component]

    def _in_city(self, component: str, district_key: str, fallback: str) -> Placement:
        """Divide the city among its districts by their key, and each district by the proxy."""
        if district_key == _OWN:
            return self._as_it_lies(component, fallback)
        if district_key not in self.city.indicators.index:
            raise GridError(Problem("TY3008", f"districts.csv › {district_key}", "没有这个分区指标", "no such district indicator"))
        key = self.city.indicators.loc[district_key].to_numpy(float)
        if not np.isfinite(key).all() or (key < 0).any():
            raise GridError(
                Problem("TY3009", f"districts.csv › {district_key}", "有的区缺值或为负", "a district has no value or a negative one")
            )
        key = key / exact_sum(key)
        parts = [self._in_district(component, code, fallback) for code in self.city.regions]
        share = np.zeros_like(parts[0].share)
        for weight, part in zip(key, parts, strict=True):
            share += weight * part.share
        notes = [f"{note}（{weight:.2%}）" for weight, part in zip(key, parts, strict=True) for note in part.notes if weight > 0]
        return Placement(share, unallocated=exact_sum([w * p.unallocated for w, p in zip(key, parts, strict=True)]), notes=tuple(notes))

    def _in_district(self, component: str, region_code: str, fallback: str) -> Placement:
        """Place one unit in a district by the proxy, by its fallback, or not at all."""
        row = self.city.regions.index(region_code)
        share = np.zeros((len(self.city.regions) + 1, self.city.grid.n_cells))
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
        return Placement(np.zeros_like(self._proxy(component).amount), unallocated=1.0, notes=(f"{component} 为空，未分配",))
