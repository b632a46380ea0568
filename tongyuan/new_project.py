"""A new project folder: inventory.toml, empty workbooks for the data providers, and the project tables to adapt."""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path

from inventory.errors import DataSourceError, ReleaseError, problem
from sources.registry import DataSource, all_sources
from sources.template.layout import providers, workbook_name
from sources.template.workbook import fill_template
from tongyuan.projects import find_project

WORKBOOKS = "workbooks"
_TABLES = {
    "activity_map.csv": "每条交付数据是什么：源类、燃料或产品、技术、治理、份额；删去没有的指标，补上新的。",
    "activity_parameters.csv": "含硫、灰分、碳分数等参数组；换成本地实测值并写明来源。",
    "control_paths.csv": "治理设施的先后顺序。",
    "control_removals.csv": "各治理设施的去除率与投运率。",
    "missing_inputs.csv": "没有活动数据的源类：缺什么，或列入何处。",
}
_FILES = {
    "ais": ('"ais/*.csv"', "船位日志，NMEA 或 CSV，全年；另须 vessel_register / log of a whole year"),
    "cems": ('["cems/2021-*.csv"]', "在线监测小时导出；另须 release_points / hourly export"),
    "district_polygons": ('{file = "区界.gpkg", crs = "EPSG:4490"}', "自有区界，每个区一行 / one polygon per district"),
}
"""Sources without a sheet in a workbook: how their line may read, and what it means."""
_TITLE = "（请改）某市某年大气污染物与温室气体融合排放清单"


def create_project(folder: Path) -> list[Path]:
    """Write a new project and return its files, inventory.toml first.

    Everything is written beside its place and moved at the end: a project is there whole or not at all.

    Parameters
    ----------
    folder : Path
        New, or empty.

    Raises
    ------
    DataSourceError
        If the folder holds anything, or is a file.
    ReleaseError
        If it cannot be written.

    """
    if folder.exists() and not folder.is_dir():
        raise DataSourceError(problem("TY2107", folder))
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise DataSourceError(problem("TY2105", folder))
        return _moved(folder)
    except OSError as error:
        raise ReleaseError(problem("TY2106", folder, reason=error.strerror or error)) from error


def _moved(folder: Path) -> list[Path]:
    """Write the project into a temporary folder and move it to its place."""
    is_new = not folder.exists()
    near = folder.resolve().parent if is_new else folder.resolve()
    near.mkdir(parents=True, exist_ok=True)
    private = near / f".tongyuan-init-{secrets.token_hex(4)}"
    private.mkdir()
    try:
        names = _write(private)
        if is_new:
            private.rename(folder.resolve())
        else:
            _move_entries(private, folder.resolve())
    finally:
        shutil.rmtree(private, ignore_errors=True)
    return [folder / name for name in names]


def _move_entries(private: Path, folder: Path) -> None:
    """Move the entries into an empty folder, inventory.toml last; take them back if one cannot be moved."""
    moved: list[Path] = []
    try:
        for entry in sorted(private.iterdir(), key=lambda path: (path.name == "inventory.toml", path.name)):
            moved.append(entry.rename(folder / entry.name))
    except OSError:
        for entry in moved:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        raise


def _write(folder: Path) -> list[str]:
    """Write the files of a project and return their names."""
    example = find_project("")
    text = example.joinpath("inventory.toml").read_text(encoding="utf-8")
    folder.joinpath("inventory.toml").write_text(_settings(text), encoding="utf-8")
    folder.joinpath("README.md").write_text(_readme(), encoding="utf-8")
    for name in _TABLES:
        shutil.copyfile(example / name, folder / name)
    folder.joinpath(WORKBOOKS).mkdir()
    names = [f"{WORKBOOKS}/{workbook_name(provider)}" for provider in providers()]
    for provider, name in zip(providers(), names, strict=True):
        folder.joinpath(name).write_bytes(fill_template(provider))
    return ["inventory.toml", "README.md", *_TABLES, *names]


def _settings(example: str) -> str:
    """Return inventory.toml: the settings of the example up to its deliveries, and the workbooks as deliveries."""
    head = example.partition("[deliveries]")[0]
    head = re.sub(r"^#.*\n", "", head, count=1)
    head = re.sub(r"(?m)^title_zh = .*$", f'title_zh = "{_TITLE}"', head)
    head = re.sub(r"(?m)^map_approval_no = .*$", 'map_approval_no = ""', head)
    lines = [
        "# 新项目：先改 [inventory] 与 [grid] / a new project: adapt [inventory] and [grid] first",
        head.strip("\n"),
        "",
        "# 每个数据源一行；表由工作簿里隐藏的 _template 认出。可选数据源填好后去掉行首的 #；各表改变什么，",
        "# 见 docs/deliveries.md / One line per data source; an optional one counts when its # is removed.",
        "[deliveries]",
    ]
    every = [source for sources in providers().values() for source in sources]
    lines += [_line(source) for source in every if source.is_required]
    lines += [f"# {_line(source)}  # {source.zh}" for source in every if not source.is_required]
    in_books = {source.source_id for source in every}
    lines += [_file_line(source) for source in all_sources().values() if source.source_id not in in_books]
    return "\n".join(lines) + "\n"


def _line(source: DataSource) -> str:
    """Return the line of a data source in [deliveries]."""
    return f'{source.source_id} = "{WORKBOOKS}/{workbook_name(source.provider)}"'


def _file_line(source: DataSource) -> str:
    """Return the commented line of a source that is delivered as files of its own."""
    form, text = _FILES.get(source.source_id, (f'"{source.source_id}/*.csv"', source.title))
    return f"# {source.source_id} = {form}  # {text}"


def _readme() -> str:
    """Return what to do first, and what each file is for."""
    rows = [f"| `{name}` | {text} |" for name, text in _TABLES.items()]
    books = [
        f"| `{WORKBOOKS}/{workbook_name(provider)}` | {'、'.join(source.zh for source in sources)} |"
        for provider, sources in providers().items()
    ]
    return "\n".join(
        [
            "# 新的清单项目 / A new inventory project",
            "",
            "1. 改 `inventory.toml`：标题、地区代码、年份、网格。 / Adapt title, region, year and grid.",
            f"2. 把 `{WORKBOOKS}/` 里的工作簿发给各单位填写，收回后放回原处。 / Have the workbooks filled.",
            "3. 按收到的数据修改下面的项目表：它们取自上海 2021 年示例，**其中的数值不能直接用于别的城市或年份**。"
            " / The project tables come from the Shanghai example: adapt every value.",
            "4. `tongyuan check 本文件夹` 列出全部问题，标红副本在 `marked/`；改好后 `tongyuan build 本文件夹`。"
            " / `tongyuan check` lists every problem and marks copies; then `tongyuan build`.",
            "5. 没有数据的必交表只留表头；可选的表填好后去掉 `inventory.toml` 里该行行首的 #。"
            " / Leave the header alone where there are no data; an optional sheet counts when its # is removed.",
            "",
            "| 工作簿 / workbook | 数据表 / sheets |", "|---|---|", *books, "",
            "| 项目表 / table | 填什么 / what to write |", "|---|---|", *rows, "",
        ]
    )  # fmt: skip
