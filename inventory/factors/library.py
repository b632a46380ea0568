"""The shared emission factor library: the rows of the packs that a run names, checked and indexed."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO

import pandas as pd

from inventory.errors import Problem, SchemaError
from inventory.vocabulary import load
from inventory.vocabulary.units import FactorUnit, factor_unit

_REQUIRED = ("factor_id", "source_category", "species", "value", "unit", "basis", "region_code", "source", "confidence")
_BASES = ("generated", "emitted")


@dataclass(frozen=True)
class FactorRow:
    """One emission factor of one pack; `pack_rank` is 0 for the pack named first."""

    factor_id: str
    edition: str
    pack_rank: int
    source_category: str
    fuel_or_product: str
    technology: str
    control: str
    size_class: str
    species: str
    value: float
    unit: FactorUnit
    basis: str
    year_from: int | None
    year_to: int | None
    region_code: str
    tier: str
    confidence: str


@dataclass(frozen=True)
class FuelProperty:
    """NCV, carbon content and oxidation of one fuel, all of one edition."""

    property_id: str
    fuel: str
    ncv: float
    ncv_unit: str
    cc_tc_per_tj: float
    oxidation_fraction: float
    confidence: str


@dataclass(frozen=True)
class SpeciesRatio:
    """A cited ratio that turns one species into another, e.g. THC of petrol exhaust into NMVOC [1]."""

    fuel_or_product: str
    from_species: str
    ratio: float
    source: str
    confidence: str


@dataclass(frozen=True)
class FactorLibrary:
    """Factors, fuel properties and controls of the packs of a run.

    Attributes
    ----------
    packs : tuple of str
        In order of precedence.
    factors : DataFrame
        All rows as text, with column edition.
    by_species : dict
        Factor rows by species and category.
    fuels : dict
        Fuel property of each fuel, from the first pack that has it.
    controls : DataFrame
        Removal and capture rows.
    ratios : dict
        Species ratios by category branch and wanted species.
    fuel_properties : DataFrame
        All property rows as text, with column edition.

    """

    packs: tuple[str, ...]
    factors: pd.DataFrame
    by_species: dict[tuple[str, str], list[FactorRow]]
    fuels: dict[str, FuelProperty]
    controls: pd.DataFrame
    ratios: dict[tuple[str, str], tuple[SpeciesRatio, ...]]
    fuel_properties: pd.DataFrame = field(default_factory=pd.DataFrame)
    cache: dict[object, object] = field(default_factory=dict, compare=False)


def load_library(packs: Sequence[str]) -> FactorLibrary:
    """Load the packs in order of precedence.

    Raises
    ------
    SchemaError
        If a pack is missing, or rows lack unit, source, basis or value, or use unknown codes; all findings at once.

    """
    folders = [_pack_folder(pack) for pack in packs]
    factors = pd.concat([_table(f, "emission_factors.csv", edition=p) for p, f in zip(packs, folders, strict=True)])
    factors = factors.reset_index(drop=True)
    problems = _check(factors)
    if problems:
        raise SchemaError(*problems)
    by_species: dict[tuple[str, str], list[FactorRow]] = defaultdict(list)
    rank = {pack: position for position, pack in enumerate(packs)}
    for row in factors.itertuples():
        by_species[row.species, row.source_category].append(_factor_row(row, rank[row.edition]))
    controls = pd.concat([_table(f, "controls.csv", edition=p) for p, f in zip(packs, folders, strict=True)])
    ratios = pd.concat([_table(f, "species_ratios.csv", edition=p) for p, f in zip(packs, folders, strict=True)])
    properties = pd.concat([_table(f, "fuel_properties.csv", edition=p) for p, f in zip(packs, folders, strict=True)])
    return FactorLibrary(
        tuple(packs), factors, dict(by_species), _fuel_properties(properties), controls, _species_ratios(ratios),
        properties.reset_index(drop=True),
    )  # fmt: skip


def pack_names() -> tuple[str, ...]:
    """Return the packs that exist: every folder with a pack.toml."""
    root = files("inventory.factors").joinpath("packs")
    return tuple(sorted(f.name for f in root.iterdir() if f.is_dir() and f.joinpath("pack.toml").is_file()))


def pack_about(pack: str) -> dict[str, str]:
    """Return title, kind, citation, GWP set and note of a pack."""
    text = _pack_folder(pack).joinpath("pack.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}


def _pack_folder(pack: str) -> Traversable:
    """Return the folder of a pack."""
    if pack not in pack_names():
        known = "、".join(pack_names())
        raise SchemaError(
            Problem("TY4001", pack, f"没有这个方法包；现有：{known}", f"no such pack; there are: {known}")
        )
    return files("inventory.factors").joinpath("packs", pack)


def _table(folder: Traversable, name: str, *, edition: str) -> pd.DataFrame:
    """Return a table of a pack as text; empty where the pack has none."""
    path = folder.joinpath(name)
    if not path.is_file():
        return pd.DataFrame()
    text = StringIO(path.read_text(encoding="utf-8-sig"))
    return pd.read_csv(text, dtype=str, keep_default_na=False).assign(edition=edition)


def _check(factors: pd.DataFrame) -> list[Problem]:
    """Return the findings of all factor rows."""
    problems = [
        _problem(row, f"缺少 {column}", f"{column} is empty")
        for column in _REQUIRED
        for _, row in factors[factors[column] == ""].iterrows()
    ]
    categories = {*load("categories")["code"], *load("category_branches")["code"]}
    codes = {
        "source_category": categories,
        "fuel_or_product": {*load("fuels")["code"], *load("products")["code"]},
        "technology": set(load("technologies")["code"]),
        "control": set(load("controls")["code"]),
        "size_class": set(load("size_classes")["code"]),
        "species": set(load("species")["code"]),
        "unit": set(load("factor_units")["code"]),
        "region_code": set(load("regions")["code"]),
        "basis": set(_BASES),
    }
    problems += [
        _problem(row, f"未知的 {column}：{row[column]}", f"unknown {column} {row[column]!r}")
        for column, known in codes.items()
        for _, row in factors[~factors[column].isin(known)].iterrows()
    ]
    negative = pd.to_numeric(factors["value"], errors="coerce")
    problems += [
        _problem(row, "因子值不是非负数", f"value {row['value']!r} is no number >= 0")
        for _, row in factors[~(negative >= 0)].iterrows()
    ]
    return problems


def _problem(row: pd.Series, message_zh: str, message_en: str) -> Problem:
    """Return a finding in a pack."""
    return Problem("TY4002", f"{row['edition']} › emission_factors.csv › {row['factor_id']}", message_zh, message_en)


def _factor_row(row: object, pack_rank: int) -> FactorRow:
    """Return the typed row."""
    text: dict[str, str] = row._asdict()  # type: ignore[attr-defined]
    return FactorRow(
        factor_id=text["factor_id"], edition=text["edition"], pack_rank=pack_rank,
        source_category=text["source_category"], fuel_or_product=text["fuel_or_product"], technology=text["technology"],
        control=text["control"], size_class=text["size_class"], species=text["species"], value=float(text["value"]),
        unit=factor_unit(text["unit"]), basis=text["basis"], year_from=_year(text["year_from"]),
        year_to=_year(text["year_to"]), region_code=text["region_code"], tier=text["tier"],
        confidence=text["confidence"],
    )  # fmt: skip


def _year(text: str) -> int | None:
    """Return a year, or None for an empty cell."""
    return int(float(text)) if text else None


def _species_ratios(rows: pd.DataFrame) -> dict[tuple[str, str], tuple[SpeciesRatio, ...]]:
    """Index species ratios by category branch and wanted species."""
    found: dict[tuple[str, str], tuple[SpeciesRatio, ...]] = {}
    for row in rows.itertuples():
        key = (str(row.source_category), str(row.to_species))
        ratio = SpeciesRatio(
            str(row.fuel_or_product), str(row.from_species), float(row.ratio), str(row.source), str(row.confidence)
        )
        found[key] = (*found.get(key, ()), ratio)
    return found


def _fuel_properties(properties: pd.DataFrame) -> dict[str, FuelProperty]:
    """Return one property row per fuel, the first pack first: NCV, carbon and oxidation are never mixed."""
    found: dict[str, FuelProperty] = {}
    for row in properties.itertuples():
        found.setdefault(
            str(row.fuel),
            FuelProperty(
                str(row.property_id), str(row.fuel), float(row.ncv), str(row.ncv_unit),
                float(row.cc_tc_per_tj), float(row.oxidation_fraction), str(row.confidence),
            ),
        )  # fmt: skip
    return found
