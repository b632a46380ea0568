"""The pages of the calculation: methods and their parameters, and what `tongyuan calculate` reads and writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Template

from docs.markdown import GENERATED_EN, GENERATED_ZH, bilingual, table
from inventory.calculation.codes import TABLES
from inventory.calculation.columns import INPUT_COLUMNS, OUTPUT_COLUMNS
from inventory.calculation.validation import OPTIONAL, REMARKS, REQUIRED
from inventory.methods import METHODS
from inventory.methods.context import Method
from inventory.vocabulary import load

_PAGES = Path(__file__).parent / "pages"

SECTORS = {
    "stationary": ("燃烧、燃料逸散与外购能源", "combustion, fugitives of fuels and bought energy"),
    "process": ("工业过程", "industrial processes"),
    "metals": ("金属冶炼", "metals"),
    "voc": ("挥发性有机物", "volatile organic compounds"),
    "monitoring": ("在线监测与监督性测试", "monitors and stack tests"),
    "abatement": ("治理设施", "controls"),
    "mobile": ("移动源", "mobile sources"),
    "agriculture": ("农业", "agriculture"),
    "land_use": ("土地利用", "land use"),
    "biomass": ("生物质燃烧", "biomass burning"),
    "waste": ("废弃物", "waste"),
    "dust": ("扬尘", "dust"),
}
"""Folders of inventory/methods/, in the order of the page."""

GENERAL = ("通用", "general")

READ_BY_ALL = {
    "control_capture": (
        "所有经过治理的物种：替换治理各级的收集率",
        "every controlled species: capture of the steps of its train",
    ),
    "density_kg_per_sm3": (
        "所有按燃料量计算的方法：气体质量与体积换算",
        "every method of fuel: mass and volume of a gas",
    ),
}
"""Parameters that the records read themselves: no method names them."""


def methods_document() -> str:
    """Return the methods, one table per sector."""
    header = (
        "方法 / method", "中文", "物种 / species", "所需 / needs", "可选 / optional", "源类 / categories",
        "层级 / tier", "出处 / citation",
    )  # fmt: skip
    parts = [
        f"## {name_zh} / {name_en}\n\n{table(header, (_method(method) for method in methods))}"
        for name_zh, name_en, methods in _by_sector()
    ]
    return _page("methods.md", methods="\n\n".join(parts))


def calculate_document() -> str:
    """Return how `tongyuan calculate` is used: columns, units, parameters, examples, exit codes."""
    return _page(
        "calculate.md",
        input_columns=table(
            ("列 / column", "中文", "必需 / required", "说明 / meaning", "词表 / codes"), _input_rows()
        ),
        remarks=_codes(name for name in REMARKS if name != "row_number"),
        output_columns=table(
            ("列 / column", "说明 / meaning"),
            ((f"`{name}`", bilingual(*meaning)) for name, meaning in OUTPUT_COLUMNS.items()),
        ),
        units=table(("量纲 / dimension", "单位 / units"), _units()),
        parameters=table(
            ("参数 / parameter", "单位 / unit", "中文", "English", "范围 / range", "方法 / methods"), _parameter_rows()
        ),
    )


def parameter_methods() -> Mapping[str, tuple[Method, ...]]:
    """Return the methods that name each parameter, as needed or optional."""
    found: dict[str, tuple[Method, ...]] = {}
    for method in METHODS:
        for name in dict.fromkeys(parameter.partition(":")[0] for parameter in (*method.needs, *method.optional)):
            found[name] = (*found.get(name, ()), method)
    return found


def _page(name: str, **pieces: str) -> str:
    """Return a page of docs/pages/ with its pieces put in."""
    text = _PAGES.joinpath(name).read_text(encoding="utf-8")
    return Template(text).substitute(pieces, generated=f"{GENERATED_ZH} {GENERATED_EN}")


def _by_sector() -> Iterable[tuple[str, str, list[Method]]]:
    """Yield the methods of each sector; those that belong to none come last."""
    sector_of = {method.name: _sector(method) for method in METHODS}
    for sector, names in {**SECTORS, "": GENERAL}.items():
        own = [method for method in METHODS if sector_of[method.name] == sector]
        if own:
            yield *names, own


@cache
def _sector(method: Method) -> str:
    """Return the folder of inventory/methods/ that holds a method."""
    parts = method.estimate.__module__.split(".")
    return parts[2] if len(parts) > 3 else ""


def _method(method: Method) -> tuple[str, ...]:
    """Return the row of a method."""
    return (
        f"`{method.name}`", method.zh, ", ".join(method.species) or "全部 / any", _codes(method.needs) or "—",
        _codes(method.optional) or "—", ", ".join(method.categories) or "全部 / all", method.tier, method.citation,
    )  # fmt: skip


def _input_rows() -> Iterable[tuple[str, ...]]:
    """Yield the columns of the record itself."""
    for name in (*REQUIRED, *OPTIONAL):
        name_zh, meaning = INPUT_COLUMNS[name]
        is_required = "是 / yes" if name in REQUIRED else "否 / no"
        tables = ", ".join(f"{code_table}.csv" for code_table in TABLES.get(name, ()))
        yield f"`{name}`", name_zh, is_required, meaning, tables or ("units.csv" if name == "activity_unit" else "—")


def _units() -> Iterable[tuple[str, str]]:
    """Yield the accepted units by dimension."""
    units = load("units")
    for dimension, own in units[units["status"] != "refused"].groupby("dimension", sort=False):
        yield str(dimension), "、".join(f"`{row.code}` {row.zh}" for row in own.itertuples())


def _parameter_rows() -> Iterable[tuple[str, ...]]:
    """Yield every parameter of the vocabulary with its range and the methods that read it."""
    methods = parameter_methods()
    for row in load("parameters").itertuples():
        read = ", ".join(dict.fromkeys(f"`{method.name}`" for method in methods.get(str(row.code), ())))
        limits = f"{row.low or '−∞'} – {row.high or '∞'}"
        yield (
            f"`{row.code}`",
            row.unit,
            row.zh,
            row.en,
            limits,
            read or bilingual(*READ_BY_ALL.get(str(row.code), ("", ""))),
        )


def _codes(names: Iterable[str]) -> str:
    """Return names as code."""
    return ", ".join(f"`{name}`" for name in names)
