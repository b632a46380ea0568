"""The command group `tongyuan factors`: look at the shared library, check it, compare it, and bring factors into it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inventory.errors import Problem, SchemaError, problem
from tongyuan.answers import Json, answered, tell

if TYPE_CHECKING:
    import pandas as pd

    from inventory.factors.leverage import FactorChange, Leverage
    from inventory.factors.library import FactorLibrary

app = typer.Typer(no_args_is_help=True, help="因子库：查看、检查、比较、导入 / the shared factor library")

_BEFORE_APPROVAL = ("candidate", "reviewed", "effective")
_BAD_INPUT = 3
_SHOWN_CODES = 20

Packs = Annotated[list[str] | None, typer.Option("--pack", help="方法包，可重复；空为全部 / packs; default: all")]
Factors = Annotated[Path | None, typer.Option("--factors", help="本地因子文件夹 / folder of local factors")]
LocalFactors = Annotated[Path, typer.Option("--factors", help="本地因子文件夹 / folder of local factors")]
FactorId = Annotated[str, typer.Argument(help="因子编号 / id of the factor")]
By = Annotated[str, typer.Option(help="签字人 / who signs")]
Reason = Annotated[str, typer.Option(help="理由 / why")]


@app.command("list")
def list_command(
    category: Annotated[str, typer.Option(help="源分类及其下级 / category and all below")] = "",
    species: Annotated[str, typer.Option(help="污染物 / species")] = "",
    pack: Packs = None,
    status: Annotated[str, typer.Option(help="状态 / status")] = "",
    factors: Factors = None,
    as_json: Json = False,
) -> None:
    """列出因子 / list factors."""
    with answered(as_json=as_json):
        from inventory.factors.description import key_text, select_rows  # noqa: PLC0415 - --help stays fast

        rows = select_rows(_library(pack, factors), category=category, species=species, status=status)
        if as_json:
            tell({"factors": rows.to_dict("records")})
            return
        lines = [
            f"{row['factor_id']}  {key_text(row)}  {row['value']} {row['unit']}  {row['status']}  {row['edition']}"
            for _, row in rows.iterrows()
        ]
        tell([*lines, f"共 {len(rows)} 行 / {len(rows)} rows"])


@app.command("show")
def show_command(factor_id: FactorId, pack: Packs = None, factors: Factors = None, as_json: Json = False) -> None:
    """一个因子的全部信息 / everything about one factor."""
    with answered(as_json=as_json):
        from inventory.factors.description import describe  # noqa: PLC0415

        about = describe(_library(pack, factors), factor_id)
        if as_json:
            tell(about)
            return
        reached: Any = about.pop("reached_from")
        lines = [f"{_LABELS.get(name, name)}：{value}" for name, value in about.items() if value]
        lines.append("可由以下代码回退到此 / fallback chains that lead here：")
        lines += [f"  {_LABELS.get(name, name)}：{_codes_line(codes)}" for name, codes in reached.items()]
        tell(lines)


@app.command("lint")
def lint_command(pack: Packs = None, factors: Factors = None, as_json: Json = False) -> None:
    """一次列出全部问题 / all problems of the library in one pass."""
    with answered(as_json=as_json):
        from inventory.factors.lint import lint_library  # noqa: PLC0415

        report = lint_library(_packs(pack), factors)
        summary = f"错误 {len(report.problems)}，提示 {len(report.notices)} / problems, notices"
        if as_json:
            problems, notices = ([vars(item) for item in items] for items in (report.problems, report.notices))
            tell({"ok": not problems, "problems": problems, "notices": notices})
        else:
            tell([*(str(item) for item in (*report.problems, *report.notices)), summary])
    if report.problems:
        raise typer.Exit(_BAD_INPUT)


@app.command("diff")
def diff_command(
    one: Annotated[str, typer.Argument(metavar="[A]", help="方法包或本地因子文件夹 / pack or folder")] = "",
    other: Annotated[str, typer.Argument(metavar="[B]", help="方法包或本地因子文件夹 / pack or folder")] = "",
    factors: Factors = None,
    release: Annotated[str, typer.Option(help="对哪个发布算影响 / release whose totals are compared")] = "",
    out: Annotated[Path, typer.Option(help="发布文件夹 / folder of the releases")] = Path("releases"),
    project: Annotated[str, typer.Option(help="该发布的项目文件夹 / project of the release")] = "",
    as_json: Json = False,
) -> None:
    """比较方法包或本地因子，批准前算出对总量的影响 / compare, with the leverage on totals before approval."""
    with answered(as_json=as_json):
        from inventory.factors.leverage import factor_changes, factor_leverage  # noqa: PLC0415
        from tongyuan.projects import find_project  # noqa: PLC0415

        folder = _release_folder(release, out) if release else None
        project_dir = find_project(project)
        before, after = _compared(one, other, factors, _packs_of(folder, project_dir))
        changes = factor_changes(before, after)
        found = factor_leverage(folder, before, after, project_dir=project_dir) if folder else None
        tell(_diff_json(changes, found) if as_json else _diff_lines(changes, found))


@app.command("template")
def template_command(
    file: Annotated[Path, typer.Argument(help="新工作簿 / new workbook (.xlsx)")], as_json: Json = False
) -> None:
    """写一个空的测试结果模板 / write an empty workbook for test results."""
    with answered(as_json=as_json):
        from inventory.factors.test_report import write_template  # noqa: PLC0415

        _refuse_existing(file)
        path = write_template(file)
        tell({"ok": True, "path": str(path)} if as_json else [f"已写出 / written：{path}"])


@app.command("import")
def import_command(
    report: Annotated[Path, typer.Argument(help="测试结果工作簿 / workbook of test results")],
    out: Annotated[Path, typer.Option(help="本地因子文件夹 / folder of local factors")],
    region: Annotated[str, typer.Option(help="因子适用的区域 / region that the factors are valid for")] = "310000",
    by: Annotated[str, typer.Option(help="编写人；空为检测机构 / author; default: the laboratory")] = "",
    as_json: Json = False,
) -> None:
    """把测试结果变成候选因子 / turn test results into candidate factors."""
    with answered(as_json=as_json):
        from inventory.factors.measured_factor import candidate_factors  # noqa: PLC0415
        from inventory.factors.overrides import add_candidates  # noqa: PLC0415
        from inventory.factors.row_checks import row_problems  # noqa: PLC0415
        from inventory.factors.test_report import read_test_report  # noqa: PLC0415

        runs = read_test_report(report)
        rows = candidate_factors(runs, report=report.name, region_code=region, author=by, today=_today())
        _refuse(row_problems(rows))
        path = add_candidates(rows, out)
        below = int(runs["is_below_limit"].sum())
        counts = f"{len(runs)} 次测试（{below} 次低于检出限）→ {len(rows)} 个候选因子 / runs → candidates：{path}"
        if as_json:
            tell({"ok": True, "runs": len(runs), "below_limit": below, "candidates": rows.to_dict("records")})
            return
        told = [f"{row['factor_id']}  {row['note']}" for _, row in rows.iterrows()]
        tell([counts, *told, *(f"{row['factor_id']}  {row['hold']}" for _, row in rows.iterrows() if row["hold"])])


@app.command("review")
def review_command(factor_id: FactorId, factors: LocalFactors, by: By, reason: Reason, as_json: Json = False) -> None:
    """候选 → 已复核，复核人不能是作者 / candidate → reviewed, by someone else than the author."""
    _move(factor_id, "review", factors, (by, reason, ""), as_json=as_json)


@app.command("approve")
def approve_command(
    factor_id: FactorId,
    factors: LocalFactors,
    by: By,
    reason: Reason,
    sign_off: Annotated[str, typer.Option(help="负责人签字，保留的因子需要 / signature for a held factor")] = "",
    as_json: Json = False,
) -> None:
    """已复核 → 生效，取代同键的旧行 / reviewed → effective; the older row of its key is superseded."""
    _move(factor_id, "approve", factors, (by, reason, sign_off), as_json=as_json)


@app.command("retire")
def retire_command(factor_id: FactorId, factors: LocalFactors, by: By, reason: Reason, as_json: Json = False) -> None:
    """停用或撤回一行，行留在表中 / retire or withdraw a row; it stays in the table."""
    _move(factor_id, "retire", factors, (by, reason, ""), as_json=as_json)


_LABELS = {
    "factor_id": "编号 factor_id", "property_id": "编号 property_id", "source_category": "源分类 source_category",
    "fuel_or_product": "燃料或产品 fuel_or_product", "fuel": "燃料 fuel", "technology": "工艺 technology",
    "control": "控制 control", "size_class": "规模 size_class", "species": "污染物 species", "value": "数值 value",
    "unit": "单位 unit", "basis": "口径 basis", "year_from": "起始年 year_from", "year_to": "终止年 year_to",
    "region_code": "区域 region_code", "tier": "层级 tier", "uncertainty_pct": "不确定度% uncertainty_pct",
    "distribution": "分布 distribution", "source": "出处 source", "source_detail": "出处位置 source_detail",
    "evidence": "依据 evidence", "confidence": "可信度 confidence", "note": "备注 note", "status": "状态 status",
    "origin_region": "原始区域 origin_region", "value_original": "原值 value_original",
    "unit_original": "原单位 unit_original", "edition": "方法包 edition", "superseded_by": "被取代 superseded_by",
}  # fmt: skip


def _codes_line(codes: list[str]) -> str:
    """Return codes as one line; of many the first ones and how many there are (--json has them all)."""
    shown = "、".join(codes[:_SHOWN_CODES]) or "无 / none"
    return shown if len(codes) <= _SHOWN_CODES else f"{shown} … 共 {len(codes)} 个 / in all"


def _move(factor_id: str, move: str, folder: Path, said: tuple[str, str, str], *, as_json: bool) -> None:
    """Make one move of a local factor and write the table back."""
    with answered(as_json=as_json):
        from inventory.factors.lifecycle import Signature, move_factor  # noqa: PLC0415
        from inventory.factors.overrides import read_local, write_local  # noqa: PLC0415
        from inventory.factors.pack_tables import pack_table  # noqa: PLC0415
        from inventory.factors.row_checks import row_problems  # noqa: PLC0415

        by, reason, sign_off = said
        rows = read_local(folder)
        _refuse(row_problems(rows[rows["factor_id"] == factor_id]))
        moved = move_factor(
            rows, factor_id, move,
            signature=Signature(by, _today(), reason, sign_off), packs=pack_table(_packs(None), "emission_factors.csv"),
        )  # fmt: skip
        write_local(moved, folder)
        row = moved[moved["factor_id"] == factor_id].iloc[0]
        about = {"ok": True, "factor_id": factor_id, "status": row["status"], "supersedes": row["supersedes"]}
        replaced = f"；取代 / supersedes {row['supersedes']}" if row["supersedes"] else ""
        tell(about if as_json else [f"{factor_id}：{row['status']}{replaced}"])


def _packs(named: list[str] | None) -> tuple[str, ...]:
    """Return the packs that are named, or all."""
    from inventory.factors.pack_tables import pack_names  # noqa: PLC0415

    return tuple(named) if named else pack_names()


def _library(pack: list[str] | None, folder: Path | None) -> FactorLibrary:
    """Return the library with all local rows, whatever their status."""
    from inventory.factors.library import load_library, with_all_local_rows  # noqa: PLC0415

    library = load_library(_packs(pack), local=folder)
    return library if folder is None else with_all_local_rows(library, folder)


def _release_folder(release: str, out: Path) -> Path:
    """Return the folder of a release."""
    from tongyuan.releases import open_release  # noqa: PLC0415

    return open_release(release, out).path


def _packs_of(release: Path | None, project_dir: Path) -> tuple[str, ...]:
    """Return the packs of a release, or those of the project."""
    from inventory.config import load_config  # noqa: PLC0415
    from inventory.factors.library import packs_of_release  # noqa: PLC0415

    return load_config(project_dir).packs if release is None else packs_of_release(release)


def _compared(one: str, other: str, folder: Path | None, packs: tuple[str, ...]) -> tuple[FactorLibrary, FactorLibrary]:
    """Return the library before and after: two packs, two folders, or a folder before and after its approval."""
    from inventory.factors.library import load_library  # noqa: PLC0415

    if folder is not None and not (one or other):
        return load_library(packs, local=folder), load_library(packs, local=folder, in_use=_BEFORE_APPROVAL)
    if not (one and other) or folder is not None:
        raise SchemaError(problem("TY4432", "factors diff"))
    if Path(one).is_dir() and Path(other).is_dir():
        return load_library(packs, local=Path(one)), load_library(packs, local=Path(other))
    with_other = tuple(dict.fromkeys(other if pack == one else pack for pack in packs))
    if one in packs:
        return load_library(packs), load_library(with_other)
    return load_library((one,)), load_library((other,))


def _diff_json(changes: tuple[FactorChange, ...], found: Leverage | None) -> dict[str, Any]:
    """Return changes and leverage as JSON; a missing number is null."""
    answer: dict[str, Any] = {"changes": [vars(change) for change in changes]}
    if found is not None:
        rows = found.rows.astype(object).where(found.rows.notna(), None)
        answer |= {"leverage": rows.to_dict("records"), "unlike_release": found.unlike_release}
    return answer


def _diff_lines(changes: tuple[FactorChange, ...], found: Leverage | None) -> list[str]:
    """Return changes as text, each with its leverage by species and category below it."""
    lines = []
    for change in changes:
        lines.append(f"{_KINDS[change.kind]}  {change.key}")
        lines.append(f"    {change.old_id} {change.old_value} → {change.new_id} {change.new_value}")
        if found is not None:
            own = found.rows[_is_of(found.rows, change)]
            lines += [_leverage_line(row) for _, row in own.iterrows()] or [
                "    对总量没有影响 / no effect on the totals"
            ]
    counts = {kind: sum(change.kind == kind for change in changes) for kind in _KINDS}
    lines.append("，".join(f"{_KINDS[kind]} {count}" for kind, count in counts.items()))
    if found is None:
        return lines
    indirect = found.rows[~_any_of(found.rows, changes)]
    if len(indirect):
        lines.append("经由其他因子的影响（热值、颗粒物粒径分割） / through other factors (heating value, size split)")
        lines += [_leverage_line(row) for _, row in indirect.iterrows()]
    if found.unlike_release:
        lines.append(
            f"注意：{found.unlike_release} 个排放量与该发布不同，方法包此后已改变 / "
            "these emissions differ from the release: the packs have changed since"
        )
    return lines


_KINDS = {"added": "新增 added", "removed": "删除 removed", "changed": "改变 changed"}


def _is_of(rows: pd.DataFrame, change: FactorChange) -> pd.Series:
    """Return which rows of a leverage cite the new row of a change, or lose its old one."""
    gained = (rows["factor_after"] == change.new_id) & (change.new_id != "")
    lost = (rows["factor_before"] == change.old_id) & (change.old_id != "") & (change.new_id == "")
    return gained | lost


def _any_of(rows: pd.DataFrame, changes: tuple[FactorChange, ...]) -> pd.Series:
    """Return which rows of a leverage belong to some change."""
    new_ids = {change.new_id for change in changes} - {""}
    old_ids = {change.old_id for change in changes if not change.new_id}
    return rows["factor_after"].isin(list(new_ids)) | rows["factor_before"].isin(list(old_ids))


def _leverage_line(row: pd.Series) -> str:
    """Return one species and category of a leverage."""
    share = "" if not row["before_t"] > 0 else f"（{row['delta_t'] / row['before_t']:+.2%}）"
    records = f"{row['records']} 条记录 / records"
    return f"    {row['species']} {row['source_category']}  {row['delta_t']:+.6g} t{share}  {records}"


def _refuse(problems: list[Problem]) -> None:
    """Stop with the problems of a row, if there are any."""
    if problems:
        raise SchemaError(*problems)


def _refuse_existing(path: Path) -> None:
    """Refuse to write over a workbook that may hold results."""
    if path.exists():
        raise SchemaError(problem("TY4433", path))


def _today() -> date:
    """Return the local day."""
    return datetime.now().astimezone().date()
