"""NMEA logs: values of published sentences, time, checksums, several sentences, order, and the balance of lines."""

from __future__ import annotations

import random
from functools import reduce
from operator import xor

import pandas as pd
import pytest

from inventory.errors import DataSourceError
from sources.ais import blocks
from sources.ais.blocks import line_blocks
from sources.delivery import DeliveredFile

# Published example of type 1 (gpsd, AIVDM/AIVDO protocol decoding): 477553000 moored at 47.582833 N, 122.345833 W.
MOORED = b"!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"


def tag(body: bytes) -> bytes:
    return b"\\" + body + b"*%02X\\" % reduce(xor, body, 0)


def sentence(body: bytes) -> bytes:
    return b"!" + body + b"*%02X" % reduce(xor, body, 0)


def balanced(counts) -> bool:
    return counts.rows_in == counts.used + counts.quarantined + counts.rejected


@pytest.mark.parametrize(
    "head",
    [
        tag(b"c:1614556800"),
        tag(b"s:station,c:1614556800"),
        tag(b"c:1614556800000"),
        b"2021-03-01T00:00:00Z,",
        b"2021-03-01 00:00:00 ",
        b"2021-03-01T08:00:00+08:00;",
        b"1614556800\t",
    ],
)
def test_a_published_sentence_gives_its_position_at_the_time_that_stands_before_it(pull, head):
    counts, positions, _, _ = pull({"a.log": head + MOORED + b"\r\n"})
    assert (counts.rows_in, counts.used, counts.quarantined, counts.rejected) == (1, 1, 0, 0)
    row = positions.iloc[0]
    assert (row["mmsi"], row["lon"], row["lat"], row["sog_kn"]) == (477553000, -122.345833, 47.582833, 0.0)
    assert (row["nav_status"], row["time_utc"]) == (5, pd.Timestamp("2021-03-01T00:00:00Z"))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (tag(b"c:1614556800") + MOORED[:-1] + b"D", "TY2761"),
        (tag(b"c:1614556800") + MOORED.replace(b"tO`K", b"tO`L"), "TY2761"),
        (tag(b"c:1614556800") + MOORED[:-3], "TY2761"),
        (b"\\c:1614556800*00\\" + MOORED, "TY2761"),
        (MOORED, "TY2763"),
        (tag(b"s:station") + MOORED, "TY2763"),
        (b"yesterday," + MOORED, "TY2763"),
        (b"no sentence at all", "TY2762"),
        (tag(b"c:1614556800") + sentence(b"AIVDM,1,1,,B,177KQJ5000,0"), "TY2762"),
        (tag(b"c:1614556800") + sentence(b"AIVDM,1,1,,B,177KQJ5000G?tO~K>RA1wUbN0TKH,0"), "TY2762"),
        (tag(b"c:1614556800") + sentence(b"AIVDM,2,1,3,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0"), "TY2766"),
    ],
)
def test_a_line_that_cannot_be_used_is_quarantined_with_its_number_and_reason(pull, line, code):
    good = tag(b"c:1614556800") + MOORED
    counts, positions, _, quarantine = pull({"a.log": good + b"\n\n" + line + b"\n"})
    assert (counts.rows_in, counts.used, counts.quarantined) == (2, 1, 1)
    assert len(positions) == 1
    row = quarantine.iloc[0]
    assert (row["origin_file"], row["origin_row"], row["code"]) == ("a.log", 3, code)
    assert row["text"] == line.decode()


def position(generator, *, mmsi=413000001, lon=72_900_000, lat=18_780_000, speed=100):
    ship = generator.Vessel(mmsi, 0, "X", 70, False, 10.0)
    numbers = [generator.np.array([value]) for value in (0, 1614556800, lon, lat, speed, 0)]
    return generator.nmea_lines(generator.Log((ship,), *numbers), with_static=False)[0]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"lon": 181 * 600_000}, "TY2764"),
        ({"lat": 91 * 600_000}, "TY2764"),
        ({"mmsi": 1}, "TY2765"),
        ({"mmsi": 992_000_001}, "TY2765"),
        ({"mmsi": 111_413_001}, "TY2765"),
    ],
)
def test_no_place_and_no_ship_are_quarantined(pull, generator, changed, code):
    good, bad = position(generator), position(generator, **changed)
    counts, _, _, quarantine = pull({"a.log": good + b"\n" + bad})
    assert (counts.used, list(quarantine["code"]), list(quarantine["origin_row"])) == (1, [code], [2])


def test_speed_102_3_means_not_available(pull, generator):
    _, positions, _, _ = pull({"a.log": position(generator, speed=1023)})
    assert positions["sog_kn"].isna().all()


def test_messages_without_position_are_passed_over_and_counted_by_type(pull):
    good = tag(b"c:1614556800") + MOORED
    other = [b"$GPGGA,1*00", b"# remark", tag(b"c:1614556800") + b"!AIVDM,1,1,,A,403OviQuMGCqWrRO9>E6fE700@GO,0*4D"]
    counts, _, _, _ = pull({"a.log": b"\n".join([good, *other])})
    assert (counts.rows_in, counts.used, counts.quarantined, counts.rejected) == (4, 1, 0, 3)
    assert any("type 4 × 1" in remark for remark in counts.remarks)


def test_the_same_message_twice_counts_once(pull):
    line = tag(b"c:1614556800") + MOORED
    counts, positions, _, _ = pull({"a.log": line + b"\n" + line, "b.log": line})
    assert (counts.rows_in, counts.used, counts.rejected, len(positions)) == (3, 1, 2, 1)


def test_ship_data_of_two_sentences_are_joined_and_a_lost_half_is_quarantined(pull, generator):
    log = generator.make_log(40, n_vessels=4)
    lines = generator.nmea_lines(log)
    counts, _, static, _ = pull({"a.log": b"\n".join(lines)})
    named = static[static["name"] != ""].set_index("mmsi")
    assert named.loc[413000001, ["imo", "name", "ship_type", "length_m", "beam_m"]].tolist() == [
        9000001, "SYNTHETIC 0", 71, 180.0, 30.0,
    ]  # fmt: skip
    assert set(static.loc[static["mmsi"] == 413000004, "ship_type"]) == {0, 52}
    assert balanced(counts)
    first_half = next(number for number, line in enumerate(lines) if b"VDM,2,1," in line)
    lost, _, _, quarantine = pull({"a.log": b"\n".join(lines[:first_half] + lines[first_half + 1 :])})
    assert list(quarantine["code"]) == ["TY2766"]
    assert balanced(lost)


def test_a_second_sentence_without_time_belongs_to_the_one_before(pull, generator):
    lines = generator.nmea_lines(generator.make_log(4, n_vessels=1))
    bare = [line[line.rfind(b"!") :] if b"VDM,2,2," in line else line for line in lines]
    counts, _, static, _ = pull({"a.log": b"\n".join(bare)})
    assert (counts.used, counts.quarantined, list(static["imo"])) == (4, 0, [9000001])


def test_order_of_lines_and_files_does_not_matter(pull, generator):
    lines = generator.nmea_lines(generator.make_log(2000, n_vessels=8))
    shuffled = random.Random(7).sample(lines, len(lines))
    files = {
        f"{name}.log": b"\n".join(line for line in shuffled if int(line[3:13]) % 2 == odd)
        for odd, name in enumerate(("z", "a"))
    }
    counts, *tables = pull({"a.log": b"\n".join(lines)})
    for logs in ({"a.log": b"\n".join(shuffled)}, files):
        again, *others = pull(logs)
        assert (again.rows_in, again.used, again.quarantined) == (counts.rows_in, 2000, 0)
        for table, other in zip(tables, others, strict=True):
            pd.testing.assert_frame_equal(table, other)


def test_blocks_cut_anywhere_give_the_same(pull, generator, monkeypatch):
    content = b"\n".join(generator.nmea_lines(generator.make_log(300, n_vessels=4)))
    whole = pull({"a.log": content})
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 101)
    for one, other in zip(whole[1:], pull({"a.log": content})[1:], strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_a_file_that_changed_after_its_checksum_is_refused(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(MOORED)
    with pytest.raises(DataSourceError, match="TY2771"):
        list(line_blocks(DeliveredFile(path, "a.log", "0" * 64)))


def test_a_log_without_any_position_is_a_finding(pull):
    counts, _, _, _ = pull({"a.log": MOORED})
    assert [found.code for found in counts.problems] == ["TY2772"]
