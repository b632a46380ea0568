"""Which factor applies: the most specific row along every fallback chain, and the chain that led to it.

Order of precedence: control, region, category, fuel or product, technology, size class, kind of unit, pack, vintage
(docs/decisions/0002-factor-selection.md).
"""

from __future__ import annotations

from dataclasses import dataclass

from inventory.errors import FactorNotFoundError, Problem
from inventory.factors.library import FactorLibrary, FactorRow
from inventory.vocabulary import chain, load
from inventory.vocabulary.units import resolve_unit

_NONE = "none"
_ANY = "any"
_AS_STANDARD = "as_standard"
_ENERGY_BASE = "kg per GJ"


@dataclass(frozen=True)
class FactorKey:
    """What a record offers to the look-up; `unit_bases` are the bases it can be converted to (e.g. `kg per t`)."""

    source_category: str
    fuel_or_product: str
    technology: str
    control: str
    size_class: str
    region_code: str
    species: str
    inventory_year: int
    unit_bases: frozenset[str]


@dataclass(frozen=True)
class SelectedFactor:
    """The factor in kg per base, its basis for controls, and the steps taken to reach it."""

    factor_id: str
    edition: str
    kg_per_base: float
    base: str
    basis: str
    fallback_chain: str
    tier: str
    confidence: str
    technology: str


@dataclass(frozen=True)
class FuelCarbon:
    """Carbon of a fuel per base unit (t or sm3_20) [GJ per base unit, tC/TJ, 1], from one edition."""

    property_id: str
    base_unit: str
    ncv_gj_per_unit: float
    cc_tc_per_tj: float
    oxidation_fraction: float
    fallback_chain: str
    confidence: str


def select_emission_factor(library: FactorLibrary, key: FactorKey) -> SelectedFactor | None:
    """Return the most specific factor for a key, or None where no row matches.

    A row that already contains the record's control counts as emitted: nothing more is applied to it.

    Raises
    ------
    FactorNotFoundError
        If two rows of one pack match equally well; it names both.

    """
    if key not in library.cache:
        library.cache[key] = _select(library, key)
    found = library.cache[key]
    return found if isinstance(found, SelectedFactor) else None


def fuel_carbon(library: FactorLibrary, fuel: str, region_code: str) -> FuelCarbon:
    """Return NCV, carbon content and oxidation of a fuel, along its fallback chain.

    Raises
    ------
    FactorNotFoundError
        If the fuel has no property row.

    """
    found = find_fuel_carbon(library, fuel)
    if found is None:
        raise FactorNotFoundError(
            Problem(
                "TY4101",
                f"{fuel} ({region_code})",
                "方法包中没有这种燃料的热值和含碳量",
                "the packs have no NCV and carbon content of this fuel",
            )
        )
    return found


def find_fuel_carbon(library: FactorLibrary, fuel: str) -> FuelCarbon | None:
    """Return what fuel_carbon returns, or None where the fuel has no property row."""
    for step in chain("fuels", fuel):
        row = library.fuels.get(step)
        if row is not None:
            numerator, _, denominator = row.ncv_unit.partition("/")
            per_base = resolve_unit(numerator).factor_to_base / resolve_unit(denominator).factor_to_base
            steps = "" if step == fuel else f"fuel {fuel}→{step}"
            return FuelCarbon(
                row.property_id,
                resolve_unit(denominator).base_unit,
                row.ncv * float(per_base),
                row.cc_tc_per_tj,
                row.oxidation_fraction,
                steps,
                row.confidence,
            )
    return None


def _select(library: FactorLibrary, key: FactorKey) -> SelectedFactor | None:
    """Return the best of the rows that match."""
    ranked = _ranked(library, key)
    if not ranked:
        return None
    best = min(order for order, _ in ranked)
    winners = [row for order, row in ranked if order == best]
    if len(winners) > 1:
        names = "、".join(row.factor_id for row in winners)
        raise FactorNotFoundError(
            Problem("TY4102", f"{key.source_category} {key.fuel_or_product} {key.technology} {key.species}",
                    f"两个因子同样匹配：{names}", f"equal matches: {names}", "停用其中一个", "retire one of them")
        )  # fmt: skip
    return _selected(winners[0], key)


def _ranked(library: FactorLibrary, key: FactorKey) -> list[tuple[tuple[int, ...], FactorRow]]:
    """Return the rows that match with their order of precedence, the smallest first choice."""
    regions = {code: depth for depth, code in enumerate(chain("regions", key.region_code))}
    goods = _depths("fuels" if key.fuel_or_product in _fuel_codes() else "products", key.fuel_or_product)
    technologies = _depths("technologies", key.technology)
    ranked: list[tuple[tuple[int, ...], FactorRow]] = []
    for depth, category in enumerate(chain("categories", key.source_category)):
        for row in library.by_species.get((key.species, category), ()):
            control = _control_rank(row, key)
            reached = row.region_code in regions and row.fuel_or_product in goods and row.technology in technologies
            if control is None or not reached or not _is_usable(row, key):
                continue
            order = (
                control, regions[row.region_code], depth, goods[row.fuel_or_product], technologies[row.technology],
                int(row.size_class != key.size_class), int(row.unit.base == _ENERGY_BASE), row.pack_rank,
                -(row.year_from or 0),
            )  # fmt: skip
            ranked.append((order, row))
    return ranked


def _fuel_codes() -> frozenset[str]:
    """Return the codes of the fuels table."""
    return frozenset(load("fuels")["code"])


def _depths(kind: str, code: str) -> dict[str, int]:
    """Return the depth of each code of a fallback chain."""
    return {step: depth for depth, step in enumerate(chain(kind, code))}


def _control_rank(row: FactorRow, key: FactorKey) -> int | None:
    """Return 0 for the record's control, 1 for uncontrolled rows, None for rows of another control.

    An emission standard on the record's technology chain (China 6 → China 5) brings its control along.
    """
    if row.control == key.control and row.control != _NONE:
        return 0
    if row.control == _AS_STANDARD and row.technology != _ANY:
        return 0
    return 1 if row.control == _NONE else None


def _is_usable(row: FactorRow, key: FactorKey) -> bool:
    """Return whether unit, size class and year of a row fit the key."""
    has_unit = row.unit.base in key.unit_bases
    return has_unit and row.size_class in (key.size_class, _ANY) and _is_valid(row, key.inventory_year)


def _is_valid(row: FactorRow, inventory_year: int) -> bool:
    """Return whether the year fits; validity filters only where it has an end."""
    if row.year_to is None:
        return True
    return (row.year_from or 0) <= inventory_year <= row.year_to


def _selected(row: FactorRow, key: FactorKey) -> SelectedFactor:
    """Return the row with the steps taken from the key to it."""
    pairs = (
        ("region", key.region_code, row.region_code),
        ("category", key.source_category, row.source_category),
        ("fuel_or_product", key.fuel_or_product, row.fuel_or_product),
        ("technology", key.technology, row.technology),
        ("size_class", key.size_class, row.size_class),
        ("control", key.control, row.control),
    )
    steps = "; ".join(f"{name} {asked}→{given}" for name, asked, given in pairs if asked != given)
    contains_control = row.control != _NONE
    kg_per_base = row.value * float(row.unit.kg_per_base or 0)
    basis = "emitted" if contains_control else row.basis
    return SelectedFactor(
        row.factor_id, row.edition, kg_per_base, row.unit.base, basis, steps, row.tier, row.confidence, row.technology
    )
