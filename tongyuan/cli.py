"""The command line: init, check, build, calculate, factors, releases, verify. Exit codes: README.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import InventoryError
from tongyuan.answers import Json, answered, tell
from tongyuan.factor_commands import app as factors_app

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(factors_app, name="factors")

Project = Annotated[str, typer.Argument(help="项目文件夹；空为内置上海示例 / project folder; default: bundled example")]
Year = Annotated[int | None, typer.Option(help="清单年份 / inventory year", min=1990, max=2100)]
Out = Annotated[str, typer.Option(help="发布文件夹 / folder of the releases")]


def main() -> None:
    """Run the command line; Ctrl-C ends with 130."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    app()


@app.command("init")
def init_command(
    folder: Annotated[Path, typer.Argument(help="新项目文件夹 / folder of the new project")], as_json: Json = False
) -> None:
    """新建项目：设置、映射表、各单位的 Excel 模板 / new project: settings, maps, a workbook per data provider."""
    with answered(as_json=as_json):
        from tongyuan.new_project import create_project  # noqa: PLC0415 - --help stays fast

        written = create_project(folder)
        names = [str(path) for path in written]
        tell({"ok": True, "files": names} if as_json else [f"写出 written: {name}" for name in names])


@app.command("build")
def build_command(
    project: Project = "",
    year: Year = None,
    out: Out = "releases",
    accept: Annotated[
        list[str] | None,
        typer.Option(help="接受该数据源的表头、单位或年份变化，可重复 / accept what changed in a source"),
    ] = None,
    as_json: Json = False,
) -> None:
    """编制清单：读入、估算、网格化、发布 / build the inventory: read, estimate, grid, publish."""
    with answered(as_json=as_json):
        from tongyuan.build import build  # noqa: PLC0415 - --help stays fast
        from tongyuan.progress import step_progress  # noqa: PLC0415
        from tongyuan.summary import summary_lines  # noqa: PLC0415

        with step_progress() as listen:
            result = build(project, year, out, listen=listen, accepted_ids=accept or ())
        tell(result.as_json() if as_json else summary_lines(result))


@app.command("check")
def check_command(
    project: Project = "",
    year: Year = None,
    marked: Annotated[Path, typer.Option(help="标红的工作簿副本写到哪里 / where marked copies go")] = Path("marked"),
    as_json: Json = False,
) -> None:
    """只检查输入；错误单元格在工作簿副本中标红 / validate the inputs only; wrong cells are marked in copies."""
    with answered(as_json=as_json), tempfile.TemporaryDirectory() as folder:
        from tongyuan.build import check_inputs  # noqa: PLC0415

        try:
            outcomes = check_inputs(project, year, folder)
        except InventoryError as error:
            _mark(error, project, marked)
            raise
        messages = [message for outcome in outcomes.values() for message in outcome.report.messages]
        tell({"ok": True, "messages": messages} if as_json else ["输入没有错误 / no errors in the inputs", *messages])


def _mark(error: InventoryError, project: str, marked: Path) -> None:
    """Write copies of the delivered files with their wrong cells marked, and say where."""
    from tongyuan.marking import mark_findings  # noqa: PLC0415 - openpyxl
    from tongyuan.projects import find_project  # noqa: PLC0415

    if not any(problem.cell for problem in error.problems):
        return
    for path in mark_findings(error.problems, find_project(project), marked):
        typer.echo(f"已标红 marked: {path}", err=True)


@app.command("calculate")
def calculate_command(
    activity: Annotated[Path | None, typer.Argument(help="活动水平表 .csv/.xlsx / table of activities")] = None,
    out: Annotated[Path | None, typer.Option(help="输出 .csv 或 .parquet / output")] = None,
    pack: Annotated[list[str] | None, typer.Option(help="方法包，可重复，先者优先 / method pack, repeatable")] = None,
    factors: Annotated[Path | None, typer.Option(help="本地因子文件夹 / folder of local factors")] = None,
    gwp: Annotated[str, typer.Option(help="如 AR5GWP100；空则不算 CO2e / GWP set; empty: no CO2e")] = "",
    template: Annotated[Path | None, typer.Option(help="只写出空白模板 / only write an empty template")] = None,
    as_json: Json = False,
) -> None:
    """估算任意活动水平表，不需要项目 / estimate any table of activities, no project needed."""
    with answered(as_json=as_json):
        if template is not None:
            from inventory.calculation.template import write_activity_template  # noqa: PLC0415

            write_activity_template(template)
            tell({"ok": True, "template": str(template)} if as_json else [f"模板 template: {template}"])
            return
        if activity is None or out is None:
            message = "需要 ACTIVITY 和 --out，或 --template / give ACTIVITY and --out, or --template"
            raise typer.BadParameter(message)
        from inventory.calculation.calculate import DEFAULT_PACKS, calculate  # noqa: PLC0415

        report = calculate(activity, out, packs=pack or DEFAULT_PACKS, factors=factors, gwp_set=gwp)
        lines = [
            f"活动 activities {report.activities:,}；排放 rows {report.emissions:,}；"
            f"无数值 without a number {report.missing:,}",
            f"写出 written: {report.path}",
        ]
        for notice in report.notices:
            typer.echo(f"提示 notice {notice}", err=True)
        told = {"notices": [vars(notice) for notice in report.notices], "path": str(report.path), "ok": True}
        tell(vars(report) | told if as_json else lines)


@app.command("releases")
def releases_command(out: Out = "releases", as_json: Json = False) -> None:
    """列出已发布的清单 / list the published releases."""
    with answered(as_json=as_json):
        from tongyuan.releases import POINTER, list_releases  # noqa: PLC0415

        pointer = Path(out) / POINTER
        current = pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else ""
        found = [
            {
                "release_id": release.release_id, "published": release.manifest["published"],
                "is_current": release.release_id == current, "path": str(release.path),
            }
            for release in list_releases(Path(out))
        ]  # fmt: skip
        lines = [f"{'*' if row['is_current'] else ' '} {row['release_id']}  {row['published']}" for row in found]
        tell({"releases": found} if as_json else lines or ["还没有发布 / no releases yet"])


@app.command("verify")
def verify_command(
    release: Annotated[str, typer.Argument(help="文件夹、编号或 current / folder, id or current")] = "current",
    out: Out = "releases",
    as_json: Json = False,
) -> None:
    """重算校验和与内容哈希 / recompute checksums and the content hash."""
    with answered(as_json=as_json):
        from tongyuan.releases import open_release, verify  # noqa: PLC0415

        found = open_release(release, Path(out))
        verify(found)
        about = {"release_id": found.release_id, "content_hash": found.manifest["content_hash"], "ok": True}
        tell(about if as_json else [f"{found.release_id}：完好 / intact，{found.manifest['content_hash']}"])
