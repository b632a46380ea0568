"""CSV logs: the same as NMEA, Chinese headers, two kinds of time, wrong cells and ragged rows."""

from __future__ import annotations

import pandas as pd
import pytest

from inventory.errors import DataSourceError

HEADER = "mmsi,time,lon,lat,sog_kn,nav_status\n"
ROW = "413000001,2021-03-01T00:00:00Z,121.500000,31.300000,10.0,0\n"


@pytest.mark.parametrize("form", ["tag", "column"])
@pytest.mark.parametrize("zh", [False, True])
def test_csv_and_nmea_of_the_same_voyages_are_equal(pull, generator, tmp_path, form, zh):
    log = generator.make_log(3000, n_vessels=12)
    generator.write_csv(log, tmp_path / "log.csv", zh=zh)
    of_csv, rows, static, _ = pull({"log.csv": (tmp_path / "log.csv").read_bytes()})
    of_nmea, again, static_again, _ = pull({"log.nmea": b"\n".join(generator.nmea_lines(log, form=form))})
    assert (of_csv.used, of_nmea.used) == (3000, 3000)
    pd.testing.assert_frame_equal(rows, again)
    types = [table[table["ship_type"] > 0][["mmsi", "ship_type"]].drop_duplicates() for table in (static, static_again)]
    assert types[0].values.tolist() == types[1].values.tolist()


def test_positions_stand_as_delivered(pull):
    _, positions, _, _ = pull({"a.csv": (HEADER + ROW).encode()})
    row = positions.iloc[0]
    assert row[["mmsi", "lon", "lat", "sog_kn"]].tolist() == [413000001, 121.5, 31.3, 10.0]
    assert row["time_utc"] == pd.Timestamp("2021-03-01T00:00:00Z")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("时间UTC", "2021-02-28T16:30:00Z"),
        ("时间UTC", "2021-03-01T00:30:00+08:00"),
        ("时间UTC", "2021-02-28 16:30:00"),
        ("时间UTC", "1614529800"),
        ("北京时间", "2021-03-01 00:30:00"),
        ("北京时间", "2021/03/01 00:30:00"),
    ],
)
def test_both_columns_of_time_give_utc(pull, header, said):
    content = f"MMSI,{header},经度,纬度\n413000001,{said},121.5,31.3\n".encode("gb18030")
    counts, positions, _, _ = pull({"a.csv": content})
    assert counts.used == 1
    assert positions["time_utc"].iloc[0] == pd.Timestamp("2021-02-28T16:30:00Z")
    assert positions["sog_kn"].isna().all()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("413000001,2021-03-01T00:00:00Z,121.5x,31.3,10,0", "TY2768"),
        ("413000001,2021-03-01T00:00:00Z,121.5,31.3,<0.1,0", "TY2768"),
        ("413000001,yesterday,121.5,31.3,10,0", "TY2763"),
        ("413000001,,121.5,31.3,10,0", "TY2763"),
        ("413000001,2021-03-01T00:00:00Z,,31.3,10,0", "TY2764"),
        ("413000001,2021-03-01T00:00:00Z,181,91,10,0", "TY2764"),
        ("41300001,2021-03-01T00:00:00Z,121.5,31.3,10,0", "TY2765"),
        (",2021-03-01T00:00:00Z,121.5,31.3,10,0", "TY2765"),
        ("413000001,2021-03-01T00:00:00Z,121.5,31.3", "TY2767"),
        ("413000001,2021-03-01T00:00:00Z,121.5,31.3,10,0,7", "TY2767"),
    ],
)
def test_a_wrong_row_is_quarantined_with_its_number(pull, row, code):
    counts, _, _, quarantine = pull({"a.csv": (HEADER + ROW + "\n" + row + "\n" + ROW).encode()})
    assert (counts.rows_in, counts.used, counts.quarantined, counts.rejected) == (3, 1, 1, 1)
    assert quarantine[["origin_row", "code"]].values.tolist() == [[4, code]]


def test_a_quote_that_does_not_close_takes_no_other_line_with_it(pull):
    rows = [f"413000001,2021-03-01T00:0{minute}:00Z,121.5,31.3,10,0,{name}\n" for minute, name in enumerate(
        ['"A, B"', '"open', "plain", 'close"', "last"]
    )]  # fmt: skip
    content = HEADER.replace("\n", ",name\n") + "".join(rows)
    counts, positions, static, quarantine = pull({"a.csv": content.encode()})
    assert (counts.rows_in, counts.used, counts.quarantined) == (5, 3, 2)
    assert quarantine[["origin_row", "code"]].values.tolist() == [[3, "TY2767"], [5, "TY2767"]]
    assert positions["time_utc"].dt.minute.tolist() == [0, 2, 4]
    assert static["name"].tolist() == ["A, B", "last", "plain"]


def test_full_width_digits_are_read(pull):
    row = "４１３００００01,2021-03-01T00:00:00Z,１２１.5,31.3,10,0\n"
    counts, positions, _, _ = pull({"a.csv": (HEADER + row).encode()})
    assert (counts.used, positions["mmsi"].iloc[0], positions["lon"].iloc[0]) == (1, 413000001, 121.5)


@pytest.mark.parametrize("header", ["mmsi,time,lon\n", "mmsi,lon,lat\n", "mmsi,time,local_time,lon,lat\n"])
def test_a_header_without_the_columns_of_a_position_is_refused(pull, header):
    with pytest.raises(DataSourceError, match="TY2769"):
        pull({"a.csv": header.encode()})


def test_a_header_beyond_the_end_is_refused(pull):
    with pytest.raises(DataSourceError, match="TY2769"):
        pull({"a.csv": (HEADER + ROW).encode()}, first_row=9)


def test_other_headers_delimiter_and_decimal_are_declared(pull):
    content = "ship;t;x;y\n413000001;2021-03-01T00:00:00Z;121,5;31,3\n"
    columns = {"ship": "mmsi", "t": "time", "x": "lon", "y": "lat"}
    _, positions, _, _ = pull({"a.csv": content.encode()}, delimiter=";", decimal=",", columns=columns)
    assert positions[["lon", "lat"]].iloc[0].tolist() == [121.5, 31.3]


def test_a_point_under_a_declared_decimal_comma_is_no_number(pull):
    content = (
        "mmsi;time;lon;lat\n413000001;2021-03-01T00:00:00Z;121,5;31,3\n413000001;2021-03-01T01:00:00Z;121.5;31,3\n"
    )
    _, positions, _, quarantine = pull({"a.csv": content.encode()}, delimiter=";", decimal=",")
    assert positions["lon"].tolist() == [121.5]
    assert quarantine["code"].tolist() == ["TY2768"]
