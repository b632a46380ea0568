"""The shared emission factor library: the rows of the packs that a run names, checked and indexed.

Local factors stand before the packs; a release's own rows make a library again (load_library_from_release).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from inventory.duckdb_settings import SEALED
from inventory.errors import ReleaseError, SchemaError, problem
from inventory.factors.overrides import LOCAL, apply_overrides, clashes, read_local
from inventory.factors.pack_tables import EFFECTIVE, UNVERIFIED, USABLE, pack_about, pack_names, pack_table
from inventory.factors.row_checks import repeated_ids, row_problems
from inventory.vocabulary.units import FactorUnit, factor_unit

__all__ = [
    "FactorLibrary", "FactorRow", "FuelProperty", "SpeciesRatio", "load_library", "load_library_from_release",
    "pack_about", "pack_names", "unverified_rows",
]  # fmt: skip

_BEFORE_PACKS = -1
_STORE = "inventory.duckdb"
_PINNED_ONLY = ("origin_region", "value_original", "unit_original")


@dataclass(frozen=True)
class FactorRow:
    """One emission factor; `pack_rank` is 0 for the pack named first and -1 for a local row."""

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
        All rows as text, with column edition; local rows first, superseded rows with their status.
    by_species : dict
        Factor rows in use by species and category.
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


def load_library(
    packs: Sequence[str], local: Path | None = None, *, in_use: Collection[str] = (EFFECTIVE,)
) -> FactorLibrary:
    """Load the packs in order of precedence, and the local factors before them.

    Parameters
    ----------
    packs : sequence of str
        Method packs, the first has precedence.
    local : Path, optional
        Folder with local_factors.csv.
    in_use : collection of str
        Statuses of local rows that are used. More than effective ones: to try a factor before it is approved.

    Raises
    ------
    SchemaError
        If a pack or the local table is missing, an id stands twice, or rows lack unit, source, basis or value, or use
        unknown codes; all findings at once.

    """
    factors, properties = pack_table(packs, "emission_factors.csv"), pack_table(packs, "fuel_properties.csv")
    rows = factors.head(0) if local is None else read_local(local)
    used = rows[rows["status"].isin(list(in_use))]
    problems = [*repeated_ids(pd.concat([rows, factors]), "factor_id"), *repeated_ids(properties, "property_id")]
    problems += [*row_problems(used), *row_problems(factors)]
    problems = problems or clashes(used, factors)
    if problems:
        raise SchemaError(*problems)
    factors = factors if local is None else apply_overrides(factors, used.assign(status=EFFECTIVE))
    return FactorLibrary(
        tuple(packs), factors, _by_species(factors, packs), _fuel_properties(properties),
        pack_table(packs, "controls.csv"), _species_ratios(pack_table(packs, "species_ratios.csv")), properties,
    )  # fmt: skip


def load_library_from_release(folder: Path) -> FactorLibrary:
    """Return the library that a release pinned: the rows that it used, whatever has become of the packs.

    A fuel property that it does not cite is taken from the packs that it names, as far as they are still there.

    Raises
    ------
    ReleaseError
        If the store of the release cannot be read.

    """
    tables = read_release(folder, ("core_emission_factor", "core_fuel_property", "core_control", "core_species_ratio"))
    packs = packs_of_release(folder)
    factors = _as_text(tables["core_emission_factor"]).assign(**dict.fromkeys(_PINNED_ONLY, ""))
    at_hand = [pack for pack in packs if pack in pack_names()]
    properties = _pinned_properties(tables["core_fuel_property"], at_hand)
    controls = tables["core_control"].rename(columns={"removal": "efficiency_fraction"})
    ratios = tables["core_species_ratio"]
    return FactorLibrary(
        packs, factors, _by_species(factors, packs), _fuel_properties(properties),
        _as_text(controls).assign(kind="removal", region_code="", status=EFFECTIVE), _species_ratios(ratios),
        properties,
    )  # fmt: skip


def packs_of_release(folder: Path) -> tuple[str, ...]:
    """Return the packs that a release names, in their order."""
    about = read_release(folder, ("out_about",))["out_about"]
    found = about.loc[about["name"] == "packs", "value"]
    return tuple(map(str, json.loads(found.iloc[0])))


def with_all_local_rows(library: FactorLibrary, local: Path) -> FactorLibrary:
    """Return a library that also shows the local rows that are not in use; they stay out of the look-up."""
    rows = read_local(local)
    others = rows[~rows["factor_id"].isin(library.factors["factor_id"])]
    return replace(library, factors=pd.concat([library.factors, others], ignore_index=True).fillna(""))


def read_release(folder: Path, tables: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return tables of a release's store by name, opened read-only.

    Raises
    ------
    ReleaseError
        If the store cannot be read or lacks a table.

    """
    import duckdb  # noqa: PLC0415 - a library of packs needs no store

    path = folder / _STORE
    try:
        with duckdb.connect(str(path), read_only=True, config=SEALED) as connection:
            return {table: connection.table(table).df() for table in tables}
    except duckdb.Error as error:
        raise ReleaseError(problem("TY4404", path, reason=error)) from error


def unverified_rows(library: FactorLibrary, used_ids: Collection[str]) -> pd.DataFrame:
    """Return the unverified rows among the used ones: what must be compared with the printed tables before signing.

    Parameters
    ----------
    library : FactorLibrary
        Of the run.
    used_ids : collection of str
        Factor and property ids that its emissions cite.

    Returns
    -------
    DataFrame
        row_id, kind (factor or fuel_property), edition, source, evidence, confidence, note; sorted by row_id.

    """
    columns = ["row_id", "kind", "edition", "source", "evidence", "confidence", "note"]
    kinds = {"factor": (library.factors, "factor_id"), "fuel_property": (library.fuel_properties, "property_id")}
    found = [
        rows[(rows["status"] == UNVERIFIED) & rows[key].isin(list(used_ids))].rename(columns={key: "row_id"})
        for rows, key in kinds.values()
        if not rows.empty
    ]
    marked = [rows.assign(kind=kind) for rows, kind in zip(found, kinds, strict=False)]
    if not marked:
        return pd.DataFrame(columns=columns)
    return pd.concat(marked).reindex(columns=columns).sort_values("row_id", ignore_index=True)


def _pinned_properties(pinned: pd.DataFrame, packs: Sequence[str]) -> pd.DataFrame:
    """Return the fuel properties of a release, then those of its packs that it did not cite.

    The store does not keep the status of a property: it is that of the pack's row of the same id.
    """
    at_hand = pack_table(packs, "fuel_properties.csv").reindex(columns=["property_id", "status", *pinned.columns[1:]])
    known = dict(zip(at_hand["property_id"], at_hand["status"], strict=True))
    own = _as_text(pinned)
    own["status"] = [known.get(name, EFFECTIVE) for name in own["property_id"]]
    return pd.concat([own, at_hand[~at_hand["property_id"].isin(own["property_id"])]], ignore_index=True).fillna("")


def _as_text(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a stored table as a pack holds it: text, numbers in full, missing ones empty."""
    return rows.map(lambda cell: "" if pd.isna(cell) else repr(cell) if isinstance(cell, float) else str(cell))


def _by_species(factors: pd.DataFrame, packs: Sequence[str]) -> dict[tuple[str, str], list[FactorRow]]:
    """Index the rows in use by species and category."""
    rank = {pack: position for position, pack in enumerate(packs)} | {LOCAL: _BEFORE_PACKS}
    found: dict[tuple[str, str], list[FactorRow]] = defaultdict(list)
    for row in factors[factors["status"].isin(USABLE)].itertuples():
        found[row.species, row.source_category].append(_factor_row(row, rank[row.edition]))
    return dict(found)


def _factor_row(row: object, pack_rank: int) -> FactorRow:
    """Turn a checked text row into a FactorRow."""
    text = {name: str(value) for name, value in row._asdict().items()}  # type: ignore[attr-defined]
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
    for row in properties[properties["status"].isin(USABLE)].itertuples() if len(properties) else ():
        found.setdefault(
            str(row.fuel),
            FuelProperty(
                str(row.property_id), str(row.fuel), float(row.ncv), str(row.ncv_unit),
                float(row.cc_tc_per_tj), float(row.oxidation_fraction), str(row.confidence),
            ),
        )  # fmt: skip
    return found
