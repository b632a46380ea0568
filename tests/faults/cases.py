"""The catalogued faults as real files: what is spoiled, and what the command line must say."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

OK, BAD_INPUT, USAGE = 0, 3, 2


@dataclass(frozen=True)
class Case:
    """What to do, and what must be said: exit code, code of the finding, parts of its place."""

    run: Callable[[Any], Any]
    exit_code: int
    code: str
    places: tuple[str, ...] = ()


CASES: dict[str, Case] = {}


def fault(fault_id: str, *places: str, exit_code: int = BAD_INPUT, code: str = "") -> Callable[..., Any]:
    """Register a case: the function spoils the project and may run the command itself; else the project is built."""

    def register(spoil: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def run(bench: Any) -> Any:
            return spoil(bench) or bench.build()

        assert fault_id not in CASES, fault_id
        CASES[fault_id] = Case(run, exit_code, code or f"[{fault_id}]" if exit_code else code or fault_id, places)
        return spoil

    return register


def industry(bench: Any) -> pd.DataFrame:
    """Return the table of industrial products as text."""
    return pd.read_csv(bench.project / "tables" / "industry.csv", dtype=str, keep_default_na=False)


def industry_workbook(bench: Any, name: str = "industry.xlsx", frame: pd.DataFrame | None = None) -> Path:
    """Deliver the table of industrial products as a workbook and return its path."""
    import xlsxwriter

    path = bench.project / "tables" / name
    frame = industry(bench) if frame is None else frame
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("产品产量")
        sheet.write_row(0, 0, list(frame.columns))
        for number, row in enumerate(frame.to_numpy().tolist(), start=1):
            sheet.write_row(number, 0, row)
    bench.deliver("industry", f'"tables/{name}"')
    return path


def rewrite_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change one part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


# --- files that cannot be read ---------------------------------------------------------------------------------------


@fault("IN101", "tables/industry.xlsx")
def truncated_workbook(bench: Any) -> None:
    path = industry_workbook(bench)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@fault("IN102", "tables/industry.csv")
def byte_order_mark_alone(bench: Any) -> None:
    (bench.project / "tables" / "industry.csv").write_bytes(b"\xef\xbb\xbf")


@fault("IN103", "tables/industry.xls", "HTML")
def html_named_xls(bench: Any) -> None:
    industry(bench).to_html(bench.project / "tables" / "industry.xls", index=False)
    bench.deliver("industry", '"tables/industry.xls"')


@fault("IN104", "tables/industry.xlsx")
def zip_bomb(bench: Any) -> None:
    path = industry_workbook(bench)
    rewrite_part(
        path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + b" " * (900 << 20))
    )


@fault("IN106", "tables/industry.xlsx")
def external_entity(bench: Any) -> None:
    path = industry_workbook(bench)
    document_type = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    rewrite_part(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"?>", b"?>" + document_type, 1))


@fault("IN108", "industry", exit_code=OK, code="GB18030")
def gb18030_csv(bench: Any) -> None:
    path = bench.project / "tables" / "industry.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))


@fault("IN109", "industry", exit_code=OK, code="UTF-16")
def utf_16_csv(bench: Any) -> None:
    path = bench.project / "tables" / "industry.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))


@fault("IN111", "tables/industry.csv", "delimiter ;")
def undeclared_semicolons(bench: Any) -> None:
    industry(bench).to_csv(bench.project / "tables" / "industry.csv", sep=";", index=False)


@fault("IN113", "towns", ".shx")
def shapefile_without_index(bench: Any) -> None:
    towns_layer(bench, "towns.shp")
    (bench.project / "tables" / "towns.shx").unlink()


@fault("IN116", "产品产量", "C2")
def error_cell(bench: Any) -> None:
    import xlsxwriter

    frame = industry(bench)
    path = bench.project / "tables" / "industry.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("产品产量")
        sheet.write_row(0, 0, list(frame.columns))
        for number, row in enumerate(frame.to_numpy().tolist(), start=1):
            sheet.write_row(number, 0, row)
        sheet.write_formula("C2", "=1/0", None, "#DIV/0!")
    bench.deliver("industry", '"tables/industry.xlsx"')


# --- headers, templates, doubled tables --------------------------------------------------------------------------------


@fault("IN201", "industry.csv", "value", "valeu")
def renamed_column(bench: Any) -> None:
    bench.edit("tables/industry.csv", "item,item_zh,value,unit", "item,item_zh,valeu,unit")


@fault("IN202", "industry", exit_code=OK, code="W202")
def extra_column(bench: Any) -> None:
    industry(bench).assign(电话="021").to_csv(bench.project / "tables" / "industry.csv", index=False)


@fault("IN203", "产品产量")
def older_template(bench: Any) -> None:
    import openpyxl

    path = industry_workbook(bench, frame=industry(bench).drop(columns="confidence"))
    book = openpyxl.load_workbook(path)
    about = book.create_sheet("_template")
    about.append(["source_id", "sheet", "id_row", "first_data_row", "template_version"])
    about.append(["industry", "产品产量", 1, 2, "0"])
    about.sheet_state = "veryHidden"
    book.save(path)


@fault("IN205", "industry.csv › 2", "industry.csv › 52")
def table_twice(bench: Any) -> None:
    frame = industry(bench)
    pd.concat([frame, frame.head(1)]).to_csv(bench.project / "tables" / "industry.csv", index=False)


@fault("IN206", "meters", exit_code=OK, code="W206")
def header_alone(bench: Any) -> Any:
    """Checked, not built: a source that is delivered, even empty, is a row of core_delivery in the next release."""
    deliver_rows(bench, "meters")
    return bench.run("check", str(bench.project))


def deliver_rows(bench: Any, source_id: str, *rows: dict[str, str]) -> None:
    """Deliver an optional source as a CSV of some rows; what a row does not state is empty."""
    from sources.registry import find_source

    columns = [column.name for column in find_source(source_id).columns]
    path = bench.project / "tables" / f"{source_id}.csv"
    pd.DataFrame(list(rows)).reindex(columns=columns, fill_value="").to_csv(path, index=False)
    bench.deliver(source_id, f'"tables/{source_id}.csv"')


# --- cells ---------------------------------------------------------------------------------------------------------------


def spoil_cell(bench: Any, column: str, text: str, *, table: str = "industry", row: int = 0) -> None:
    """Write a text into one cell of a CSV delivery; row 0 is the line after the header."""
    path = bench.project / "tables" / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[row, column] = text
    frame.to_csv(path, index=False)


@fault("IN301", "industry.csv › 2 › value")
def endless_number(bench: Any) -> None:
    spoil_cell(bench, "value", "1e400")


@fault("IN302", "industry.csv › 2")
def negative_activity(bench: Any) -> None:
    spoil_cell(bench, "value", "-1577.06")


@fault("IN303", "industry.csv › 2 › value")
def below_detection(bench: Any) -> None:
    spoil_cell(bench, "value", "<0.5")


@fault("IN304", "industry.csv › 2 › unit")
def unknown_unit(bench: Any) -> None:
    spoil_cell(bench, "unit", "吨标煤/年度")


@fault("IN307", "control_paths.csv › 2 › capture")
def percentage(bench: Any) -> None:
    bench.edit("control_paths.csv", "bag_filter,1,fabric_filter_high,1,1", "bag_filter,1,fabric_filter_high,95,1")


@fault("IN308", "control_removals.csv › 2 › removal")
def blank_efficiency(bench: Any) -> None:
    bench.edit("control_removals.csv", "fabric_filter_high,PM2.5,0.99", "fabric_filter_high,PM2.5,")


@fault("IN312", "industry.csv › 2 › year")
def short_year(bench: Any) -> None:
    spoil_cell(bench, "year", "1023")


@fault("IN318", "facilities.csv › 2", "浦东新区")
def misspelt_district(bench: Any) -> None:
    spoil_cell(bench, "district_zh", "浦东新城区", table="facilities")


def hours_of_year(count: int) -> list[dict[str, str]]:
    """Return an hourly profile of the power plants with equal weights."""
    about = {"profile_id": "tp_power", "kind": "hour_of_year", "source": "a test", "confidence": "L"}
    return [about | {"index": str(hour), "weight": repr(1 / count)} for hour in range(count)]


@fault("IN313", "tp_power", "8760")
def hours_of_a_leap_year(bench: Any) -> None:
    """8784 hours where the year has 8760: stopped before any emission is spread."""
    deliver_rows(bench, "temporal_profiles", *hours_of_year(8784))


@fault("IN315", "temporal_profiles.csv", "0.98")
def profile_below_one(bench: Any) -> None:
    weights = ["0.08"] * 11 + ["0.1"]
    about = {"profile_id": "tp_power", "kind": "month_of_year", "source": "a test", "confidence": "L"}
    rows = [about | {"index": str(month), "weight": weight} for month, weight in enumerate(weights, start=1)]
    deliver_rows(bench, "temporal_profiles", *rows)


@fault("IN316", "surrogates.csv")
def shares_above_one(bench: Any) -> None:
    path = bench.project / "tables" / "surrogates.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    at = frame.index[frame["component_share"] == "1"][0]
    frame.loc[at, "component_share"] = "0.7"
    frame.to_csv(path, index=False)


# --- identity ------------------------------------------------------------------------------------------------------------


@fault("IN401", "facilities.csv › 2", "facilities.csv › 116")
def facility_twice(bench: Any) -> None:
    path = bench.project / "tables" / "facilities.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    again = frame.head(1).assign(lon="121.7", lat="31.2")
    pd.concat([frame, again]).to_csv(path, index=False)


@fault("IN403", "facility_identifiers.csv › 2")
def identifier_of_nobody(bench: Any) -> None:
    row = {"facility": "不存在的电厂", "scheme": "permit", "identifier": "91310000000000000X001P", "source": "a test"}
    deliver_rows(bench, "facility_identifiers", row | {"confidence": "H"})


# --- geometry ------------------------------------------------------------------------------------------------------------


def towns_layer(
    bench: Any, name: str, *, crs: object = "EPSG:4490", change: Callable[[Any], Any] | None = None
) -> Path:
    """Deliver the towns as a layer and return its path."""
    import geopandas as gpd

    frame = pd.read_csv(bench.project / "tables" / "towns.csv", dtype=str, keep_default_na=False)
    points = gpd.points_from_xy(frame["lon"].astype(float), frame["lat"].astype(float))
    names = {"population_2010_geonames": "pop2010"} if name.endswith(".shp") else {}
    layer = gpd.GeoDataFrame(frame.drop(columns=["lon", "lat"]).rename(columns=names), geometry=points, crs=crs)
    layer = change(layer) if change else layer
    path = bench.project / "tables" / name
    with warnings.catch_warnings(action="ignore"):
        layer.to_file(path, engine="pyogrio", encoding="utf-8")
    bench.deliver("towns", f'"tables/{name}"')
    return path


@fault("GE501", "towns.gpkg")
def layer_without_crs(bench: Any) -> None:
    towns_layer(bench, "towns.gpkg", crs=None)


@fault("GE502", "facilities.csv › 2")
def swapped_axes(bench: Any) -> None:
    path = bench.project / "tables" / "facilities.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[0, ["lon", "lat"]] = frame.loc[0, ["lat", "lon"]].to_numpy()
    frame.to_csv(path, index=False)


@fault("GE504", "towns.gpkg")
def xian_80(bench: Any) -> None:
    towns_layer(bench, "towns.gpkg", change=lambda layer: layer.set_crs("EPSG:4610", allow_override=True))


@fault("GE505", "facilities.csv › 2")
def null_island(bench: Any) -> None:
    spoil_cell(bench, "lon", "0", table="facilities")
    spoil_cell(bench, "lat", "0", table="facilities")


def districts_layer(bench: Any, change: Callable[[Any], Any]) -> None:
    """Deliver the district polygons as a GeoPackage, changed."""
    import geopandas as gpd

    from grids.regions import load_districts

    frame = load_districts("310000")
    about = {"region_code": frame["region_code"], "name_zh": frame["name_zh"], "source": "a test", "confidence": "L"}
    layer = gpd.GeoDataFrame(about, geometry=list(frame.geometry), crs="EPSG:4490")
    change(layer).to_file(bench.project / "tables" / "districts.gpkg", engine="pyogrio")
    bench.deliver("district_polygons", '"tables/districts.gpkg"')


def with_geometry(layer: Any, row: int, geometry: Any) -> Any:
    """Return a layer with one geometry replaced."""
    shapes = list(layer.geometry)
    shapes[row] = geometry
    return layer.set_geometry(shapes, crs=layer.crs)


@fault("GE506", "districts.gpkg")
def bow_tie(bench: Any) -> None:
    from shapely import Polygon

    corners = [(121.40, 31.20), (121.50, 31.30), (121.50, 31.20), (121.40, 31.30)]
    districts_layer(bench, lambda layer: with_geometry(layer, 0, Polygon(corners)))


@fault("GE507", "districts.gpkg")
def empty_geometry(bench: Any) -> None:
    from shapely import Polygon

    districts_layer(bench, lambda layer: with_geometry(layer, 0, Polygon()))


@fault("GE508", "310104")
def districts_on_top_of_each_other(bench: Any) -> None:
    """Two districts with one outline: an error; slivers are the notice W508."""
    districts_layer(bench, lambda layer: with_geometry(layer, 1, layer.geometry[0]))


@fault("GE512", exit_code=OK, code="release_id")
def point_on_a_cell_corner(bench: Any) -> Any:
    """Move a power station onto the corner of four cells: it belongs to one, and the mass balance closes."""
    import duckdb
    from pyproj import Transformer

    lon_lat = Transformer.from_crs("EPSG:4510", "EPSG:4490", always_xy=True).transform(366_000.0, 3_470_000.0)
    for column, value in zip(("lon", "lat"), lon_lat, strict=True):
        spoil_cell(bench, column, repr(value), table="facilities")
    out = bench.project.parent / "elsewhere"
    answer = bench.run("build", str(bench.project), "--out", str(out), "--json")
    release = out / (out / "current").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(release / "inventory.duckdb"), read_only=True) as store:
        cells = store.execute(
            "select n_cells from grid_allocation join core_facility on geometry_key = facility_id where name_zh = ?",
            ["外高桥第一发电厂"],
        ).fetchall()
        worst = store.execute("select max(abs(relative_error)), sum(unallocated_t) from out_mass_balance").fetchall()
    assert cells == [(1,)]
    assert worst[0][0] < 1e-12
    assert worst[0][1] == 0.0
    return answer


@fault("GE511", "inventory.toml")
def metre_cells(bench: Any) -> None:
    bench.edit("inventory.toml", "cell_size_m = 1000", "cell_size_m = 1")
    bench.edit("inventory.toml", "nx = 150", "nx = 150000")
    bench.edit("inventory.toml", "ny = 155", "ny = 155000")


# --- factors -------------------------------------------------------------------------------------------------------------

ACTIVITY = (
    "activity_id,source_category,fuel_or_product,technology,control,region_code,inventory_year,activity_value,"
    "activity_unit\n"
)


def calculate(bench: Any, *rows: str, options: tuple[str, ...] = ()) -> Any:
    """Estimate a table of activities."""
    path = bench.project.parent / "activity.csv"
    path.write_text(ACTIVITY + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return bench.run("calculate", str(path), "--out", str(path.with_name("emission.csv")), *options)


@fault("FX601", exit_code=OK, code="FX601")
def no_factor(bench: Any) -> Any:
    answer = calculate(bench, "c,FC.01.01,petroleum_coke,any,none,310000,2021,5,t")
    written = (bench.project.parent / "emission.csv").read_text(encoding="utf-8-sig")
    return type(answer)(answer.exit_code, answer.text + written)


def local_factors(bench: Any, *rows: dict[str, str]) -> Path:
    """Write local factors of a boiler, with what is given changed, and return their folder."""
    folder = bench.project / "local_factors"
    columns = pd.read_csv(folder / "local_factors.csv", dtype=str, nrows=0).columns
    plain = {
        "factor_id": "LX1", "source_category": "FC.03.13", "fuel_or_product": "raw_coal", "technology": "any",
        "control": "none", "size_class": "any", "species": "NOx", "value": "3", "unit": "g/kg", "basis": "generated",
        "region_code": "310000", "tier": "3", "source": "a test", "evidence": "read", "confidence": "H",
        "status": "effective", "reason": "a test", "author": "甲", "created_on": "2026-01-01", "reviewer": "乙",
        "reviewed_on": "2026-01-02", "review_reason": "read", "approver": "丙", "approved_on": "2026-01-03",
        "approval_reason": "read",
    }  # fmt: skip
    frame = pd.DataFrame([plain | row for row in rows]).reindex(columns=columns, fill_value="")
    frame.to_csv(folder / "local_factors.csv", index=False)
    return folder


@fault("FX602", "LX1", "LX2")
def equal_factors(bench: Any) -> Any:
    folder = local_factors(bench, {}, {"factor_id": "LX2", "value": "4"})
    return calculate(bench, "a,FC.03.13,raw_coal,any,none,310000,2021,5,t", options=("--factors", str(folder)))


@fault("FX603", exit_code=OK, code="完好")
def factor_changed_after_publishing(bench: Any) -> Any:
    local_factors(bench, {})
    bench.edit("inventory.toml", "[deliveries]", '[factors]\nlocal = "local_factors"\n\n[deliveries]')
    assert bench.run("check", str(bench.project)).exit_code == OK
    return bench.run("verify", "current", "--out", str(bench.out))


@fault("FX604", "local_factors.csv › LX1")
def factor_without_unit(bench: Any) -> Any:
    folder = local_factors(bench, {"unit": ""})
    return bench.run("factors", "lint", "--factors", str(folder))


@fault("FX605", "inventory.toml › gwp.headline")
def mixed_gwp_sets(bench: Any) -> None:
    bench.edit("inventory.toml", 'headline = "AR5GWP100"', 'headline = "AR4GWP100+AR5GWP100"')


# --- security ------------------------------------------------------------------------------------------------------------


@fault("SC902", "deliveries.industry")
def path_out_of_the_project(bench: Any) -> None:
    bench.deliver("industry", '"../../../../etc/passwd"')


@fault("SC903", "127.0.0.1:9")
def address_without_permission(bench: Any) -> None:
    bench.deliver("industry", '{url = "http://127.0.0.1:9/industry.csv"}')


@fault("SC901", exit_code=OK, code="release_id")
def statements_in_names(bench: Any) -> Any:
    """A note of a town is stored as text; every table stands."""
    spoil_cell(bench, "note", "Robert'); DROP TABLE core_activity;-- “x” \"y\" ';", table="towns")


@fault("SC904", exit_code=OK, code="release_id")
def statements_in_cells(bench: Any) -> Any:
    spoil_cell(bench, "note", "read_csv('/etc/passwd'); COPY x TO '/tmp/y'; ATTACH 'z'; INSTALL httpfs", table="towns")


@fault("SC905", exit_code=OK, code="完好")
def no_extension_is_fetched(bench: Any) -> Any:
    home = bench.project.parent / "home"
    home.mkdir()
    answer = bench.run("verify", "current", "--out", str(bench.out), environment={"HOME": str(home)})
    assert not list(home.rglob("*.duckdb_extension"))
    return answer


@fault("SC906", "inventory.toml", code="[TY1001]")
def yaml_in_place_of_toml(bench: Any) -> None:
    """Settings are TOML: YAML with a Python object is not read at all."""
    (bench.project / "inventory.toml").unlink()
    (bench.project / "inventory.yaml").write_text("!!python/object/apply:os.system ['true']\n", encoding="utf-8")


@fault("SC907", exit_code=OK, code="release_id")
def markup_in_names(bench: Any) -> Any:
    spoil_cell(bench, "note", "<script>alert(1)</script><img src=x onerror=alert(1)>\u2028", table="towns")


@fault("SC908", exit_code=USAGE, code="No such command")
def nothing_serves_layers(bench: Any) -> Any:
    """No server exists, so nothing can be traversed: docs/decisions/0010."""
    return bench.run("view")


@fault("SC910", exit_code=USAGE, code="No such command")
def nothing_serves_pages(bench: Any) -> Any:
    return bench.run("serve")
