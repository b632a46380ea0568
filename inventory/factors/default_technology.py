"""Which technology and size a record most likely has where it states none: the leaf's own, else a judgement by table.

Knows default_technologies.csv and the defaults of categories.csv; a row without technology says why none is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from inventory.vocabulary import chain, load

_ANY = "any"


@dataclass(frozen=True)
class DefaultTechnology:
    """A technology and a size class that may stand in for `any`.

    Attributes
    ----------
    technology : str
        `any` where none is assumed.
    confidence : str
        H, M or L of the judgement; empty where the leaf itself is the technology and no size is assumed.

    """

    technology: str
    size_class: str
    confidence: str
    reason_zh: str = ""
    reason_en: str = ""


@cache
def default_technologies(source_category: str, fuel_or_product: str) -> tuple[DefaultTechnology, ...]:
    """Return the defaults of a leaf and its fuel or product, the first is to be asked first.

    The leaf's own technology comes first, then that of the table; both with the size class of the table.
    """
    judged = judged_default(source_category, fuel_or_product)
    size_class = judged.size_class if judged else _ANY
    own = _of_leaves().get(source_category, "")
    confidence = judged.confidence if judged and size_class != _ANY else ""
    found = [DefaultTechnology(own, size_class, confidence)] if own else []
    if judged and judged.technology != own and (judged.technology, judged.size_class) != (_ANY, _ANY):
        found.append(judged)
    return tuple(found)


@cache
def judged_default(source_category: str, fuel_or_product: str) -> DefaultTechnology | None:
    """Return the row of the table with the most specific category, then fuel or product; None where none matches."""
    fuels = chain("fuels" if fuel_or_product in set(load("fuels")["code"]) else "products", fuel_or_product)
    for category in chain("categories", source_category):
        for fuel in fuels:
            if (category, fuel) in _table():
                return _table()[category, fuel]
    return None


@cache
def _of_leaves() -> dict[str, str]:
    """Return the default technology of each leaf, empty where it has none."""
    leaves = load("categories")
    return dict(zip(leaves["code"], leaves["default_technology"], strict=True))


@cache
def _table() -> dict[tuple[str, str], DefaultTechnology]:
    """Return the judgements by category and fuel or product."""
    return {
        (str(row.source_category), str(row.fuel_or_product)): DefaultTechnology(
            str(row.technology), str(row.size_class), str(row.confidence), str(row.reason_zh), str(row.reason_en)
        )
        for row in load("default_technologies").itertuples()
    }
