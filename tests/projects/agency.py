"""SYNTHETIC projects for tests: the example with invented monitoring, ship positions, outlets and identifiers.

`clean_project` delivers every table as UTF-8 CSV; `agency_project` delivers the same content in the forms that agencies
have, rows shuffled. No number added here was measured anywhere.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from sources.registry import find_source

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "shanghai"
MEASURED, FAILING = "外高桥第一发电厂", "外高桥第二发电厂"
"""Facilities of the example with invented monitors: of the second, one stack is out of order for 40 days."""

STACKS = {(MEASURED, "DA001"): 11, (MEASURED, "DA002"): 12, (FAILING, "DA001"): 13}
"""Seed of each stack."""

FORMER_NAMES = {MEASURED: "合成电力一厂", FAILING: "合成电力二厂"}
"""Invented names under which the monitoring platform of the agency knows them."""

N_MESSAGES = 12_000
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
_SYNTHETIC = {"source": "synthetic", "confidence": "L", "note": "合成数据，仅供测试 / synthetic, for tests only"}
_FLAGS = {"N": "正常", "F": "停运", "C": "校准", "M": "维护", "D": "故障"}
_OUT_OF_ORDER = slice(24 + 100 * 24, 24 + 140 * 24)
_TO_YANGSHAN = (258_000, -438_000)
"""Shift of a voyage from Waigaoqiao to Yangshan: 0.43 degree east, 0.73 south, in 1/600000 degree."""

_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="土地">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""
_CLEAN = (
    "energy_balance", "industry", "agriculture", "waste", "land", "electricity", "districts", "towns", "facilities",
    "networks", "vehicles", "nonroad", "fleet_classes", "mobile_assumptions", "ships", "aviation", "surrogates",
    "ais", "vessel_register", "cems", "release_points", "facility_identifiers",
)  # fmt: skip
_WORKBOOKS = {
    "agriculture": "农业农村委", "electricity": "统计局", "districts": "统计局", "networks": "规划资源局", "nonroad": "交通委",
    "fleet_classes": "清单编制组", "ships": "清单编制组", "aviation": "清单编制组",
    "surrogates": "清单编制组",
}  # fmt: skip
_ACCEPTED = {"smallest_day_share": "0.005", "accept_difference_from_calls": "1"}
"""The invented voyages cover two days: assumptions by which the project takes them in place of a year of calls."""

_AGENCY = """
energy_balance = {file = "in/能源平衡表.xlsx", first_row = 2, header_rows = 2, columns = {"平衡表行 › 代码" = "item", "平衡表行 › 名称" = "item_zh", "能源品种 › 代码" = "fuel", "能源品种 › 名称" = "fuel_zh", "实物量 › 数值" = "value", "实物量 › 单位" = "unit", "年份" = "year", "出处 › 数据来源" = "source", "出处 › 可信度" = "confidence", "出处 › 备注" = "note"}}
industry = "in/工业产量.xls"
vehicles = "in/机动车.csv"
mobile_assumptions = "in/移动源假设.csv"
waste = {file = "in/废弃物.csv", delimiter = ";", decimal = ","}
land = "in/土地.ods"
towns = {file = "in/街镇.gpkg", sheet = "街镇"}
facilities = {database = "bureau", table = "permit.facility", watermark = "updated_at"}
ais = "in/ais/*.nmea"
vessel_register = "in/船舶登记.tsv"
cems = ["in/cems/*.csv"]
release_points = "in/排放口.geojson"
facility_identifiers = {file = "in/企业标识.xlsx", sheet = "企业标识"}
"""


def clean_project(folder: Path) -> Path:
    """Write the project whose tables are all plain UTF-8 CSV and return its folder."""
    _copy_example(folder)
    for source_id, frame in synthetic_tables().items():
        frame.to_csv(folder / "tables" / f"{source_id}.csv", index=False)
    _sibling("ais_generator").write_csv(ship_log(), folder / "tables" / "ais.csv")
    _write_settings(folder, "\n".join(f'{source_id} = "tables/{source_id}.csv"' for source_id in _CLEAN))
    return folder


def agency_project(folder: Path, database_url_env: str) -> Path:
    """Write the project with the same content as agencies deliver it, and fill the table of the database.

    Parameters
    ----------
    folder : Path
    database_url_env : str
        Environment variable that holds the address of a PostgreSQL database, in which permit.facility is made.

    """
    _copy_example(folder)
    into = folder / "in"
    for name in ("cems", "ais"):
        (into / name).mkdir(parents=True)
    tables = {path.stem: _read(path) for path in (folder / "tables").glob("*.csv")} | synthetic_tables()
    shuffled = {source_id: frame.sample(frac=1, random_state=number) for number, (source_id, frame)
                in enumerate(sorted(tables.items()))}  # fmt: skip
    _write_merged_header(tables["energy_balance"], into / "能源平衡表.xlsx")
    _write_xls(_in_chinese(shuffled["industry"], "industry"), into / "工业产量.xls")
    chinese = _in_chinese(shuffled["vehicles"], "vehicles")
    chinese.to_csv(into / "机动车.csv", index=False, encoding="gb18030")
    assumed = _in_chinese(shuffled["mobile_assumptions"], "mobile_assumptions")
    assumed.to_csv(into / "移动源假设.csv", index=False, encoding="gb18030")
    waste = shuffled["waste"].assign(value=shuffled["waste"]["value"].str.replace(".", ","))
    waste.to_csv(into / "废弃物.csv", index=False, sep=";")
    _write_ods(_in_chinese(shuffled["land"], "land"), into / "土地.ods")
    _write_geopackage(shuffled["towns"], into / "街镇.gpkg")
    _fill_database(shuffled["facilities"], os.environ[database_url_env])
    _write_receivers(into / "ais")
    register = _in_chinese(shuffled["vessel_register"], "vessel_register")
    register.to_csv(into / "船舶登记.tsv", index=False, sep="\t", encoding="utf-16")
    _write_monitoring(tables["cems"], into / "cems")
    _write_geojson(shuffled["release_points"], into / "排放口.geojson")
    _write_second_sheet(_in_chinese(shuffled["facility_identifiers"], "facility_identifiers"), into / "企业标识.xlsx")
    workbooks = "\n".join(f'{source_id} = "workbooks/{name}.xlsx"' for source_id, name in _WORKBOOKS.items())
    database = f'\n\n[databases.bureau]\nurl_env = "{database_url_env}"\nallowed = ["permit.facility"]'
    _write_settings(folder, workbooks + _AGENCY + database)
    return folder


def synthetic_tables() -> dict[str, pd.DataFrame]:
    """Return the invented tables but for the positions, as text."""
    points = [
        {"facility": facility, "outlet": outlet, "stack_height_m": "210", "stack_diameter_m": "6.5",
         "exit_temperature_c": "52", "exit_velocity_m_s": "14", "lon": lon, "lat": "31.3551", **_SYNTHETIC}
        for (facility, outlet), lon in zip(STACKS, ("121.5981", "121.5986", "121.6004"), strict=True)
    ]  # fmt: skip
    names = [
        {"facility": facility, "scheme": "former_name", "identifier": former, "valid_from": "2003", **_SYNTHETIC}
        for facility, former in FORMER_NAMES.items()
    ]
    accepted = [{"group_name": "ais", "name": name, "value": value, "unit": "1", **_SYNTHETIC}
                for name, value in _ACCEPTED.items()]  # fmt: skip
    assumptions = _read(EXAMPLE / "tables" / "mobile_assumptions.csv")
    return {
        "mobile_assumptions": pd.concat([assumptions, pd.DataFrame(accepted)], ignore_index=True),
        "cems": pd.concat([_stack_table(*stack, seed) for stack, seed in STACKS.items()], ignore_index=True),
        "release_points": pd.DataFrame(points),
        "facility_identifiers": pd.DataFrame(names),
        "vessel_register": _register(),
    }


def ship_log():
    """Return the positions: voyages from Waigaoqiao and from Yangshan out of the grid and back; two ships fall silent."""
    log = _sibling("ais_generator").make_log(N_MESSAGES, n_vessels=24)
    is_south = log.vessel % 3 == 0
    is_silent = (log.vessel % 10 == 1) & ((log.time_s - log.time_s[0]) % 86_400 > 72_000)
    moved = replace(log, lon=log.lon + is_south * _TO_YANGSHAN[0], lat=log.lat + is_south * _TO_YANGSHAN[1])
    return _heard(moved, ~is_silent)


def _heard(log, kept):
    """Return the chosen messages of a log."""
    names = ("vessel", "time_s", "lon", "lat", "speed", "status")
    return replace(log, **{name: getattr(log, name)[kept] for name in names})


def _write_receivers(folder: Path) -> None:
    """Write the positions as the logs of two receivers in NMEA; both hear every fourth ship."""
    log = ship_log()
    is_south, is_both = log.vessel % 3 == 0, log.vessel % 4 == 1
    for name, kept in (("外高桥", ~is_south | is_both), ("洋山", is_south | is_both)):
        _sibling("ais_generator").write_nmea(_heard(log, kept), folder / f"{name}.nmea")


def _sibling(name: str) -> ModuleType:
    """Return a module that lies beside this one."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def _copy_example(folder: Path) -> None:
    """Copy the example."""
    shutil.copytree(EXAMPLE, folder)


def _write_settings(folder: Path, deliveries: str) -> None:
    """Write inventory.toml: that of the example, with other deliveries and a title that says what is synthetic."""
    path = folder / "inventory.toml"
    head = path.read_text(encoding="utf-8").partition("[deliveries]")[0]
    head = head.replace("（示例）", "（测试：在线监测、船位、排放口、标识为合成数据 / synthetic）")
    sizes = "[monitoring]\npm10_per_tsp = 0.9\npm25_per_tsp = 0.6"
    path.write_text(f"{head}{sizes}\n\n[deliveries]\n{deliveries}\n", encoding="utf-8")


def _read(path: Path) -> pd.DataFrame:
    """Return a CSV as text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _in_chinese(frame: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """Return a table under the Chinese headers of its source."""
    return frame.rename(columns={column.name: column.zh for column in find_source(source_id).columns})


def _stack_table(facility: str, outlet: str, seed: int) -> pd.DataFrame:
    """Return the hours of a stack from the last day of 2020 on, as an export of a platform, text."""
    generator = _sibling("cems_generator")
    hours = np.concatenate([generator.local_hours(2020, 1)[-24:], generator.local_hours(2021, 1)])
    made = generator.stack_hours(np.random.default_rng(seed), hours)
    if facility == FAILING:
        made["flag"][_OUT_OF_ORDER] = "D"
        for name in set(made) - {"flag", "load"}:
            made[name][_OUT_OF_ORDER] = np.nan
    stamps = pd.Series(np.datetime_as_string(hours, "m")).str.replace("T", " ")
    table = pd.DataFrame([[facility, outlet]] * len(hours)).assign(at=stamps, **made)
    table.columns = list(generator.HEADER)
    return table.map(lambda cell: "" if isinstance(cell, float) and np.isnan(cell) else str(cell))


def _register() -> pd.DataFrame:
    """Return the register of all vessels but two, for which its last row stands."""
    generator = _sibling("ais_generator")
    log = ship_log()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "register.csv")
        generator.write_register(log, path, listed=len(log.vessels) - 2)
        listed = _read(path)
    rest = listed[listed["voyage"] == "harbour"].head(1).assign(mmsi="", imo="", name="", ais_ship_types="any")
    return pd.concat([listed, rest], ignore_index=True)


def _write_merged_header(frame: pd.DataFrame, path: Path) -> None:
    """Write the energy balance below a title and two rows of merged headers, some numbers as people type them."""
    import xlsxwriter

    groups = (("平衡表行", "代码", "名称"), ("能源品种", "代码", "名称"), ("实物量", "数值", "单位"), ("年份",),
              ("出处", "数据来源", "可信度", "备注"))  # fmt: skip
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("5-9")
        sheet.merge_range(0, 0, 0, 9, "5-9 上海市能源平衡表（实物量）")
        at = 0
        for top, *below in groups:
            if below:
                sheet.merge_range(1, at, 1, at + len(below) - 1, top)
                sheet.write_row(2, at, below)
            else:
                sheet.merge_range(1, at, 2, at, top)
            at += max(len(below), 1)
        for number, row in enumerate(frame.to_dict("records")):
            cells = row | {"value": _as_typed(row["value"], number), "year": _as_typed(row["year"], number)}
            sheet.write_row(3 + number, 0, list(cells.values()))


def _as_typed(text: str, number: int) -> str | float:
    """Return a number as a cell: a number, or every few rows a text in full width or with thousands separators."""
    if not text:
        return text
    if number % 7 == 0:
        return text.translate(_FULL_WIDTH)
    if number % 5 == 0 and len(text) > 4 and text != "2021":
        whole, point, rest = text.partition(".")
        return f"{int(whole):,}{point}{rest}" if int(whole) else text
    return float(text)


def _write_xls(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as a workbook of Excel 97, numbers as numbers."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("产量")
    for column, name in enumerate(frame.columns):
        sheet.write(0, column, name)
        for row, text in enumerate(frame[name], start=1):
            is_number = name in ("数值", "年份") and text
            sheet.write(row, column, float(text) if is_number else text)
    book.save(str(path))


def _write_ods(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as an OpenDocument spreadsheet."""

    def cell(text: str, is_number: bool) -> str:
        kind = f'office:value-type="float" office:value="{text}"' if is_number else 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{escape(text)}</text:p></table:table-cell>"

    rows = [[(name, False) for name in frame.columns]]
    rows += [
        [(text, name in ("数值", "年份") and text != "") for name, text in row.items()]
        for row in frame.to_dict("records")
    ]
    lines = ["".join(cell(*each) if each[0] else "<table:table-cell/>" for each in row) for row in rows]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
        archive.writestr("content.xml", _ODS.format(rows=body))


def _write_geopackage(frame: pd.DataFrame, path: Path) -> None:
    """Write the towns as points, numbers as numbers."""
    import geopandas

    attributes = frame.drop(columns=["lon", "lat"])
    for name in ("accuracy_m", "value", "employment_2023"):
        attributes[name] = pd.to_numeric(attributes[name])
    attributes["year"] = attributes["year"].astype("int32")
    places = geopandas.points_from_xy(frame["lon"].astype(float), frame["lat"].astype(float))
    geopandas.GeoDataFrame(attributes, geometry=places, crs="EPSG:4490").to_file(path, layer="街镇", driver="GPKG")


def _write_geojson(frame: pd.DataFrame, path: Path) -> None:
    """Write the outlets as points, numbers as numbers."""
    numbers = {"stack_height_m", "stack_diameter_m", "exit_temperature_c", "exit_velocity_m_s"}
    features = [
        {
            "type": "Feature",
            "properties": {
                name: float(text) if name in numbers else text
                for name, text in row.items()
                if name not in ("lon", "lat")
            },
            "geometry": {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]},
        }
        for row in frame.to_dict("records")
    ]
    document = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _write_second_sheet(frame: pd.DataFrame, path: Path) -> None:
    """Write a table on the second sheet of a workbook."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "合成数据")
        sheet = book.add_worksheet("企业标识")
        for number, row in enumerate([list(frame.columns), *frame.to_numpy().tolist()]):
            sheet.write_row(number, 0, row)


def _write_monitoring(frame: pd.DataFrame, folder: Path) -> None:
    """Write the monitoring by stack and year: former names, Chinese flags, the end of each hour, midnight as 24:00."""
    facility, outlet, begin, *_, flag = frame.columns
    ends = pd.to_datetime(frame[begin]) + pd.Timedelta(hours=1)
    stamps = ends.dt.strftime("%Y-%m-%d %H:%M")
    is_midnight = ends.dt.hour == 0
    stamps[is_midnight] = (ends[is_midnight] - pd.Timedelta(hours=1)).dt.strftime("%Y-%m-%d 24:00")
    told = frame.assign(
        **{begin: stamps, flag: frame[flag].map(_FLAGS), facility: frame[facility].map(FORMER_NAMES)}
    ).rename(columns={begin: "监测时间(时段结束)"})
    for (name, point, year), rows in told.groupby([told[facility], told[outlet], frame[begin].str[:4]]):
        shuffled = rows.sample(frac=1, random_state=int(year))
        shuffled.to_csv(folder / f"{name}-{point}-{year}.csv", index=False, encoding="gb18030")


def _fill_database(frame: pd.DataFrame, url: str) -> None:
    """Make permit.facility: numbers as double precision, an empty cell as NULL, and a column of the last change."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.types import Float, Text

    numbers = ["lon", "lat", "accuracy_m", "value", "activity"]
    rows = frame.replace("", None)
    rows[numbers] = rows[numbers].astype(float)
    rows = rows.assign(updated_at=pd.Timestamp("2022-03-01 08:00:00"))
    types = {name: Float(53) if name in numbers else Text() for name in frame.columns}
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("create schema if not exists permit"))
        rows.to_sql("facility", connection, schema="permit", index=False, dtype=types, if_exists="replace")
    engine.dispose()
