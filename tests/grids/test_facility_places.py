"""Places of the example's facilities, moved in the ways that deliveries are wrong."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from grids.datum_shift import shift_findings
from grids.facility_places import check_places, load_ground, place_findings
from grids.gcj02 import from_gcj02, to_gcj02
from grids.regions import load_districts
from inventory.config import load_config
from inventory.warehouse import read_table, run_layer, write_parquet
from sources.contract import pull, write_undelivered
from sources.reading.cells import ORIGIN_COLUMNS
from sources.registry import find_source

EXAMPLE = Path(__file__).parents[2] / "examples" / "shanghai"
CONFIG = load_config(EXAMPLE)
PLANT = "外高桥第一发电厂"


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    work = tmp_path_factory.mktemp("raw")
    pull(CONFIG, work)
    write_undelivered(CONFIG, work)
    return work


@pytest.fixture(scope="module")
def origin(delivered):
    """Return file and row of the first facility."""
    frame = read_table("raw_facilities", delivered)
    row = frame[frame["name_zh"] == PLANT].iloc[0]
    return row["origin_file"], row["origin_row"]


@pytest.fixture
def check(delivered, tmp_path):
    """Return a function that edits the raw facilities or another raw table, stages and checks the places."""

    def run(edit=None, config=CONFIG, outlets=(), table="raw_facilities"):
        work = tmp_path / "work"
        shutil.copytree(delivered, work, dirs_exist_ok=True)
        if edit is not None:
            write_parquet(edit(read_table(table, work)), table, work)
        if len(outlets):
            write_parquet(raw_outlets(outlets), "raw_release_points", work)
        run_layer("20_staging", work, {"inventory_year": 2021})
        return check_places(config, work)

    return run


def raw_outlets(given):
    names = [column.name for column in find_source("release_points").columns]
    frame = pd.DataFrame(given).reindex(columns=names).fillna("").assign(source="s", confidence="H", outlet="DA001")
    origin = {"origin_file": "p.csv", "origin_sheet": "", "origin_sha256": "0"}
    return frame.assign(**origin, origin_row=range(2, len(frame) + 2))[[*names, *ORIGIN_COLUMNS]]


def move(name, lon, lat, district=None):
    """Return an edit that moves one facility."""

    def edit(frame):
        chosen = frame["name_zh"] == name
        frame.loc[chosen, ["lon", "lat"]] = [str(lon), str(lat)]
        if district is not None:
            frame.loc[chosen, "district_zh"] = district
        return frame

    return edit


def swap(frame):
    return frame.assign(lon=frame["lat"], lat=frame["lon"])


def shift(frame):
    lon, lat = to_gcj02(frame["lon"].astype(float), frame["lat"].astype(float))
    return frame.assign(lon=[f"{x:.6f}" for x in lon], lat=[f"{y:.6f}" for y in lat])


def border_point(metres):
    """Return a point that many metres east of the easternmost point of 浦东新区, found in the grid's plane."""
    districts = load_districts("310000").to_crs(CONFIG.grid.crs).set_index("name_zh")
    corners = shapely.get_coordinates(districts.geometry["浦东新区"])
    x, y = corners[corners[:, 0].argmax()]
    import geopandas as gpd

    point = gpd.GeoSeries([shapely.Point(x + metres, y)], crs=CONFIG.grid.crs).to_crs("EPSG:4490")[0]
    return f"{point.x:.7f}", f"{point.y:.7f}"


def test_the_example_lies_where_it_says(check):
    findings = check()
    assert findings.errors == ()
    assert findings.notices == ()


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        ("0", "0", "(0, 0)"),
        ("120.6", "31.3", "全市界外"),
        ("123.5", "31.3", "全市界外"),
        ("121.4", "31.1", "在闵行区，不在浦东新区"),
        ("121.3535", "31.2129", "按度分秒读"),
        ("200", "31.3", "(0, 0) 或超出"),
    ],
    ids=["null island", "Suzhou", "sea", "other district", "minutes", "beyond degrees"],
)
def test_points_outside_their_district_stop_at_their_cell(check, origin, lon, lat, said):
    (error,) = check(move(PLANT, lon, lat)).errors
    assert error.code == "GE505"
    assert said in error.message_zh
    assert (error.cell.file, error.cell.row, error.cell.column) == (*origin, "lon")


def test_a_point_at_zero_is_refused_though_it_names_no_district(check):
    assert [error.code for error in check(move(PLANT, "0", "0", "")).errors] == ["GE505"]


def test_a_point_that_names_no_district_may_lie_outside(check):
    assert check(move(PLANT, "122.3", "30.9", "")).errors == ()


@pytest.mark.parametrize(("metres", "is_accepted"), [(1, True), (499, True), (501, False)])
def test_within_500_m_of_the_line_a_point_is_accepted_and_the_distance_recorded(check, metres, is_accepted):
    findings = check(move(PLANT, *border_point(metres)))
    assert [error.code for error in findings.errors] == ([] if is_accepted else ["GE505"])
    recorded = [notice for notice in findings.notices if notice.code == "TY1611"]
    assert [f"{metres} m" in notice.message_zh for notice in recorded] == [True] * is_accepted


def test_one_swapped_point_is_proposed_to_be_swapped(check):
    (error,) = check(move(PLANT, "31.3558", "121.5983")).errors
    assert error.code == "GE502"
    assert "该点落在浦东新区内" in error.message_zh
    assert error.message_en.endswith("swap?")


def test_a_swapped_file_is_one_finding_with_its_share(check):
    (error,) = check(swap).errors
    assert error.code == "GE502"
    assert "100% 的点（114/114）" in error.message_zh


def test_swapped_towns_and_roads_are_found_too(check):
    assert [error.code for error in check(swap, table="raw_towns").errors] == ["GE502"]


def test_swapped_road_vertices_are_found(check):
    (error,) = check(swap, table="raw_networks").errors
    assert error.code == "GE502"
    assert "99% 的点（424/427）" in error.message_zh  # three vertices lie east of the grid


def test_one_point_that_a_web_map_shifted_over_the_line_is_a_hint_only(check):
    # 2 m inside the eastern line, then shifted 480 m to the east-south-east
    lon, lat = to_gcj02(*map(float, border_point(-2)))
    findings = check(move(PLANT, f"{lon:.7f}", f"{lat:.7f}"))
    assert findings.errors == ()
    said = {notice.code: notice.message_zh for notice in findings.notices}
    assert set(said) == {"TY1611", "GE503"}
    assert "GCJ-02" in said["GE503"]
    assert border_point(-2)[0][:8] in said["GE503"]


def test_a_whole_facility_list_that_a_web_map_shifted_stops(check, origin):
    (error,) = check(shift).errors
    assert error.code == "GE503"
    assert error.message_zh.startswith(f"facilities（{origin[0]}）：坐标疑似 GCJ-02 偏移（整个文件：2 个点在所填的区外")
    assert "反算后 114 个在区内" in error.message_zh
    assert 'crs = "EPSG:4490"' in error.remedy_zh


def test_one_outsider_that_the_shift_of_the_whole_file_explains_is_the_first_notice(check):
    two = [found.message_zh.split("：")[0] for found in check(shift).notices if found.code == "TY1611"]
    assert len(two) == 2

    def keep_one(frame):
        return shift(frame[frame["name_zh"] != two[0]])

    findings = check(keep_one)
    assert findings.errors == ()
    assert [notice.code for notice in findings.notices] == ["GE503", "TY1611"]
    assert "整个文件：1 个点在所填的区外，反算后 113 个在区内" in findings.notices[0].message_zh


def test_two_outsiders_that_the_shift_explains_are_hints_where_it_does_not_explain_a_third(check):
    shifted = [to_gcj02(*map(float, border_point(metres))) for metres in (-2, -10)]
    places = [*shifted, tuple(map(float, border_point(1450)))]  # farther out than either shift reaches

    def edit(frame):
        first = frame.index[frame["district_zh"] == "浦东新区"][:3]
        frame.loc[first, "lon"] = [f"{lon:.7f}" for lon, _ in places]
        frame.loc[first, "lat"] = [f"{lat:.7f}" for _, lat in places]
        return frame

    findings = check(edit)
    assert [error.code for error in findings.errors] == ["GE505"]
    assert [notice.code for notice in findings.notices].count("GE503") == 2


def test_a_shifted_file_with_several_points_over_the_line_stops(check):
    (error,) = check(shift, table="raw_towns").errors
    assert error.code == "GE503"
    assert "4 个点在所填的区外" in error.message_zh
    assert "，0 个在区外" in error.message_zh


@pytest.mark.parametrize(("crs", "stops"), [("EPSG:4490", 0), ("WGS84", 0), ("EPSG:4510", 1), ("GCJ-02", 1)])
def test_only_degrees_of_4490_or_4326_turn_the_shift_into_a_notice(check, crs, stops):
    spec = replace(CONFIG.deliveries["towns"], crs=crs)
    stated = replace(CONFIG, deliveries=CONFIG.deliveries | {"towns": spec})
    findings = check(shift, config=stated, table="raw_towns")
    assert [error.code for error in findings.errors] == ["GE503"] * stops
    assert [notice.code for notice in findings.notices].count("GE503") == 1 - stops
    assert findings.notices[0].code == ("TY1611" if stops else "GE503")


def test_a_point_of_a_layer_is_named_by_its_feature(check):
    def as_layer(frame):
        return move(PLANT, "0", "0")(frame.assign(origin_file="f.gpkg", origin_sheet="厂", origin_row=range(2, 116)))

    (error,) = check(as_layer).errors
    assert error.place == "f.gpkg › 厂 › 要素 1 / feature 1 › lon"
    assert error.cell.row == 2


def beside(delivered, convert, count=5):
    """Return an outlet for each of the first facilities, at the place that `convert` makes of theirs."""
    facilities = read_table("raw_facilities", delivered).head(count)
    lon, lat = convert(facilities["lon"].astype(float), facilities["lat"].astype(float))
    return pd.DataFrame(
        {"facility": facilities["name_zh"], "lon": np.asarray(lon).astype(str), "lat": np.asarray(lat).astype(str)}
    )


def test_outlets_that_all_stand_one_shift_away_from_their_facilities_are_proposed(check, delivered):
    (error,) = check(outlets=beside(delivered, to_gcj02)).errors
    assert error.code == "GE503"
    assert error.cell.file == "p.csv"


def test_facilities_that_stand_one_shift_away_from_their_outlets_are_proposed(check, delivered, origin):
    (error,) = check(outlets=beside(delivered, from_gcj02)).errors
    assert error.code == "GE503"
    assert error.cell.file == origin[0]


@pytest.mark.parametrize("convert", [lambda x, y: (x, y), lambda x, y: (x - 0.0045, y), lambda x, y: (x, y - 0.004)])
def test_outlets_beside_or_otherwise_away_from_their_facilities_are_no_shift(check, delivered, convert):
    findings = check(outlets=beside(delivered, convert))
    assert "GE503" not in {error.code for error in findings.errors}


def test_a_hundred_thousand_points_take_less_than_two_seconds(delivered, tmp_path):
    work = tmp_path / "work"
    shutil.copytree(delivered, work)
    run_layer("20_staging", work, {"inventory_year": 2021})
    ground = load_ground(CONFIG, work)
    generator = np.random.default_rng(1)
    count = 100_000
    points = pd.DataFrame(
        {
            "source_id": "facilities", "name": "厂", "facility_id": [f"F{n}" for n in range(count)],
            "region_code": generator.choice(ground.codes, count), "origin_file": "f.csv", "origin_sheet": "",
            "origin_row": np.arange(count),
        }
    )  # fmt: skip
    inside = {
        code: shapely.point_on_surface(polygon)
        for code, polygon in zip(ground.codes, load_districts("310000").geometry, strict=True)
    }
    place = np.array([(inside[code].x, inside[code].y) for code in points["region_code"]])
    place += generator.normal(0, 0.0005, (count, 2))
    place[::100] = (121.0, 30.0)
    points = points.assign(lon=place[:, 0], lat=place[:, 1])
    started = time.perf_counter()
    points["distance_m"] = ground.distance_m(points["lon"], points["lat"], points["region_code"])
    found = place_findings(points, ground)
    shift_findings(points, ground.distance_m, set())
    assert time.perf_counter() - started < 2.0
    assert len(found.errors) >= 1000
