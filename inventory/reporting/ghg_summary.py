"""The first table of a provincial greenhouse gas inventory: 省级温室气体清单总表 (2011 edition).

The rows, what each sums and where that is said stand in ghg_summary_rows__cn_provincial_2011.csv. Rows marked 补充 hold
what the edition has no row for, so that the total is whole. Biogenic CO2 is a memo item and never in a total.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum
from inventory.vocabulary import load
from inventory.vocabulary.gwp import gwp, gwp_set_name

GAS_COLUMNS = {
    "CO2": "co2_wan_t", "CH4": "ch4_wan_t", "N2O": "n2o_wan_t", "HFCs": "hfcs_wan_t_co2e", "PFCs": "pfcs_wan_t_co2e",
    "SF6": "sf6_wan_t_co2e",
}  # fmt: skip
CO2E_GASES = ("HFCs", "PFCs", "SF6")
_TOTAL_COLUMN = "ghg_wan_t_co2e"
_T_PER_WAN_T = 10_000.0
_NO_COLUMN = "NF3"
_BIOGENIC, _BIOGENIC_ROLE, _BIOGENIC_ROW = "CO2_BIO", "memo_biomass", "OT.05.01"
_PARTIAL = frozenset({"NE", "IE", "C"})
_LEAF_CODE = re.compile(r"[A-Z]{2}\.\d\d\.\d\d")

Cell = tuple[float | None, frozenset[str]]
"""A number [10^4 t or 10^4 t CO2e] or None, and the notation keys of what is not in it."""


def build_ghg_summary(
    ledger: pd.DataFrame, emissions: pd.DataFrame, gaps: pd.DataFrame, *, gwp_set: str
) -> pd.DataFrame:
    """Return out_ghg_summary: the guideline's rows, gases in 10^4 t, fluorinated gases and the total in 10^4 t CO2e.

    A leaf row is the exact sum of its records, a parent the exact sum of its children. Records count wherever they are
    emitted: the total takes whole domestic flights and fuel that was sold here and burned outside.

    Parameters
    ----------
    ledger, emissions, gaps : DataFrame
        core_activity, core_emission and core_gap.
    gwp_set : str
        GWP set of the edition, e.g. SARGWP100.

    Returns
    -------
    DataFrame
        A cell without a number is null, and `notation` names its key as gas:key; a number that leaves something out
        has its key there too.

    Raises
    ------
    SchemaError
        If a record of ghg_role `total` belongs to a category that no leaf row holds.

    """
    spelled = gwp_set_name(gwp_set)
    rows = load_summary_rows()
    terms = _terms(ledger, emissions, gaps, gwp_set=spelled)
    cells = _leaf_cells(rows, terms, spelled)
    for row in sorted(rows[rows["kind"] == "sum"].itertuples(), key=lambda row: -row.level):
        children = [int(number) for number in row.sums_rows.split(";")]
        for gas in (*GAS_COLUMNS, "GHG", _NO_COLUMN):
            cells[row.row_number, gas] = _sum_cells([cells[child, gas] for child in children])
    return pd.DataFrame([_summary_row(row, cells, spelled) for row in rows.itertuples()])


@cache
def load_summary_rows() -> pd.DataFrame:
    """Return the rows of the table: number, level, label, what is summed, the gases the edition asks for, citation."""
    path = files("inventory.reporting").joinpath("ghg_summary_rows__cn_provincial_2011.csv")
    with path.open("r", encoding="utf-8") as handle:
        rows = pd.read_csv(handle, dtype=str, keep_default_na=False)
    return rows.astype({"row_number": "int64", "level": "int64"})


@cache
def row_of_category() -> dict[str, int]:
    """Return the leaf row of every category that a record of ghg_role `total` may belong to."""
    rows = load_summary_rows()
    leaves = rows[(rows["kind"] == "leaf") & (rows["ghg_role"] == "total")]
    by_code = {code: row.row_number for row in leaves.itertuples() for code in filter(None, row.cn_codes.split(";"))}
    by_leaf = {leaf: row.row_number for row in leaves.itertuples() for leaf in filter(None, row.categories.split(";"))}
    table = load("categories")
    coded = {
        leaf: by_code[code] for leaf, code in zip(table["code"], table["cn_provincial"], strict=True) if code in by_code
    }
    return {**coded, **by_leaf}


@cache
def gas_of_species() -> dict[str, str]:
    """Return the column of each greenhouse gas; HFCs and PFCs hold their gases, NF3 has no column in this edition."""
    table = load("species")
    known = table[(table["in_co2e"] == "yes") | (table["kind"] == "group")]
    return {row.code: row.group or row.code for row in known.itertuples()}


def _terms(ledger: pd.DataFrame, emissions: pd.DataFrame, gaps: pd.DataFrame, *, gwp_set: str) -> pd.DataFrame:
    """Return row_number, gas, amount_t and notation_key of everything that belongs into a leaf row."""
    records = emissions.merge(ledger[["activity_id", "source_category", "ghg_role"]], on="activity_id")
    roles = load("categories").set_index("code")["ghg_role"]
    silent = gaps[gaps["activity_id"] == ""].assign(emission_t=float("nan"), included_in="")
    silent = silent.assign(ghg_role=silent["source_category"].map(roles))
    columns = ["source_category", "ghg_role", "species", "emission_t", "notation_key", "included_in"]
    terms = pd.concat([records[columns], silent[columns]], ignore_index=True)
    biogenic = terms[(terms["species"] == _BIOGENIC) & (terms["source_category"] != _BIOGENIC_ROW)]
    gases = terms[terms["species"].isin(list(gas_of_species())) & (terms["ghg_role"] != "none")]
    terms = pd.concat(
        [
            gases.assign(gas=gases["species"].map(gas_of_species())),
            biogenic.assign(gas="CO2", ghg_role=_BIOGENIC_ROLE),
        ],
        ignore_index=True,
    )
    terms = terms.assign(row_number=_place(terms))
    return _weigh(terms[~_is_in_same_row(terms)], gwp_set)


def _place(terms: pd.DataFrame) -> pd.Series:
    """Return the leaf row of each term: by category for the total, by role for the memo items."""
    rows = load_summary_rows()
    memo = rows[(rows["kind"] == "leaf") & (rows["ghg_role"] != "total")]
    of_role = dict(zip(memo["ghg_role"], memo["row_number"], strict=True))
    in_total = terms["ghg_role"] == "total"
    placed = terms["source_category"].map(row_of_category()).where(in_total, terms["ghg_role"].map(of_role))
    homeless = terms[placed.isna()]
    if len(homeless):
        raise SchemaError(
            *[
                problem("TY4301", f"core_activity › {category} › ghg_role {role}")
                for category, role in sorted(set(zip(homeless["source_category"], homeless["ghg_role"], strict=True)))
            ]
        )
    return placed.astype("int64")


def _is_in_same_row(terms: pd.DataFrame) -> pd.Series:
    """Tell which terms are `included elsewhere` within their own row: nothing is missing from it."""
    rows = row_of_category()
    flags = [
        key == "IE" and row in {rows.get(code) for code in _LEAF_CODE.findall(where)}
        for key, row, where in zip(terms["notation_key"], terms["row_number"], terms["included_in"], strict=True)
    ]
    return pd.Series(flags, index=terms.index, dtype=bool)


def _weigh(terms: pd.DataFrame, gwp_set: str) -> pd.DataFrame:
    """Return the terms with amount_t: t, or t CO2e for fluorinated gases; a gas without a GWP becomes NE."""
    weights = {species: gwp(species, gwp_set) for species in terms["species"].unique()}
    weight = terms["species"].map(weights).astype(float).where(terms["gas"].isin(CO2E_GASES), 1.0)
    amount = terms["emission_t"] * weight
    unweighed = terms["emission_t"].notna() & amount.isna()
    return terms.assign(amount_t=amount, notation_key=terms["notation_key"].mask(unweighed, "NE"))


def _leaf_cells(rows: pd.DataFrame, terms: pd.DataFrame, gwp_set: str) -> dict[tuple[int, str], Cell]:
    """Return the cells of the leaf rows."""
    of_cell = dict(iter(terms.groupby(["row_number", "gas"])))
    cells: dict[tuple[int, str], Cell] = {}
    for row in rows[rows["kind"] == "leaf"].itertuples():
        for gas in (*GAS_COLUMNS, _NO_COLUMN):
            here = of_cell.get((row.row_number, gas), terms.iloc[:0])
            cells[row.row_number, gas] = _leaf_cell(here, is_asked=gas in row.gases.split(";"))
        gases = {gas: cells[row.row_number, gas] for gas in GAS_COLUMNS}
        is_biogenic = row.ghg_role == _BIOGENIC_ROLE
        cells[row.row_number, "GHG"] = (None, frozenset({"NA"})) if is_biogenic else _co2e_cell(gases, gwp_set)
    return cells


def _leaf_cell(terms: pd.DataFrame, *, is_asked: bool) -> Cell:
    """Return the exact sum of the terms, and the keys of those without a number."""
    known = terms["amount_t"].dropna()
    keys = frozenset(terms["notation_key"]) - {""}
    if len(known):
        return exact_sum(known.to_numpy()) / _T_PER_WAN_T, keys & _PARTIAL
    return None, keys or frozenset({"NE" if is_asked else "NA"})


def _co2e_cell(gases: dict[str, Cell], gwp_set: str) -> Cell:
    """Return Σ gas × GWP [10^4 t CO2e]; fluorinated gases are weighed already."""
    weights = {gas: 1.0 if gas in CO2E_GASES else gwp(gas, gwp_set) or 0.0 for gas in gases}
    return _sum_cells([(None if value is None else value * weights[gas], keys) for gas, (value, keys) in gases.items()])


def _sum_cells(cells: list[Cell]) -> Cell:
    """Return the exact sum of the cells that have a number, and the keys of what it leaves out."""
    known = [value for value, _ in cells if value is not None]
    keys = frozenset().union(*(keys for _, keys in cells))
    return (exact_sum(known), keys & _PARTIAL) if known else (None, _without_na(keys))


def _without_na(keys: frozenset[str]) -> frozenset[str]:
    """Drop `not applicable` where another key says more."""
    return keys - {"NA"} or keys


def _summary_row(row: pd.Series, cells: dict[tuple[int, str], Cell], gwp_set: str) -> dict[str, object]:
    """Return one row of out_ghg_summary."""
    values = {column: cells[row.row_number, gas][0] for gas, column in GAS_COLUMNS.items()}
    pairs = [
        f"{gas}:{','.join(sorted(cells[row.row_number, gas][1]))}"
        for gas in (*GAS_COLUMNS, "GHG")
        if cells[row.row_number, gas][1]
    ]
    if cells[row.row_number, _NO_COLUMN][0] is not None:
        pairs.append(f"{_NO_COLUMN}:NA")
    numbers = {name: float("nan") if value is None else value for name, value in values.items()}
    total = cells[row.row_number, "GHG"][0]
    return {
        "row_number": row.row_number, "level": row.level, "row_label": row.row_label, **numbers,
        _TOTAL_COLUMN: float("nan") if total is None else total, "notation": ";".join(pairs),
        "is_memo": row.ghg_role.startswith("memo"), "gwp_set": gwp_set,
    }  # fmt: skip
