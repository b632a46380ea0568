"""Cleaning and intervals: what is left out is counted, gaps are never bridged, the year is the local one."""

from __future__ import annotations

import numpy as np
import pytest

from inventory.mobile.ais.tracks import Track, clean_track, distance_nm, intervals_of

START = 1_614_556_800_000
MINUTE = 60_000
DEGREE_NM = 2 * np.pi * 6371.0088 / 1.852 / 360
"""A degree of latitude on the sphere: 60.04 nm."""
WHOLE_TIME = (0, 2**62)


def track(*rows, mmsi=413000001):
    """Return positions of one vessel: minutes after the start, latitude, speed."""
    minutes, lat, speed = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    n = len(minutes)
    return Track(np.full(n, mmsi), START + (minutes * MINUTE).astype(np.int64), np.full(n, 122.0), lat, speed)


def intervals(found, year_ms=WHOLE_TIME, longest=2.0):
    return intervals_of(found, year_ms=year_ms, longest_interval_h=longest, highest_speed_kn=50.0)


def test_a_degree_of_latitude_is_sixty_miles():
    one = distance_nm(np.array([122.0]), np.array([30.0]), np.array([122.0]), np.array([31.0]))
    assert one[0] == pytest.approx(DEGREE_NM, rel=1e-12)


def test_an_interval_has_hours_distance_and_the_mean_of_the_reported_speeds():
    found, left_out = intervals(track((0, 31.0, 10), (30, 31.1, 12)))
    assert found.hours.tolist() == [0.5]
    assert found.distance_nm[0] == pytest.approx(0.1 * DEGREE_NM, rel=1e-9)
    assert found.speed_kn.tolist() == [11.0]
    assert (left_out.gap_h, left_out.broken_h) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("first", "second", "speed"),
    [(np.nan, 12, 12.0), (10, np.nan, 10.0), (np.nan, np.nan, 0.1 * DEGREE_NM / 0.5), (102, 12, 12.0)],
)
def test_a_speed_that_is_not_reported_comes_from_the_other_end_or_from_the_distance(first, second, speed):
    found, _ = intervals(track((0, 31.0, first), (30, 31.1, second)))
    assert found.speed_kn[0] == pytest.approx(speed, rel=1e-9)


def test_a_long_gap_is_hours_not_estimated_and_no_line_crosses_it():
    found, left_out = intervals(track((0, 31.0, 10), (30, 31.1, 10), (210, 31.5, 10), (240, 31.6, 10)))
    assert found.hours.tolist() == [0.5, 0.5]
    assert list(zip(found.lat_start, found.lat_end, strict=True)) == [
        (31.0, pytest.approx(31.1)), (31.5, pytest.approx(31.6)),
    ]  # fmt: skip
    assert left_out.gap_h == 3.0


def test_two_vessels_are_never_joined():
    one, other = track((0, 31.0, 10)), track((30, 31.0, 10), mmsi=413000002)
    both = Track(*(np.concatenate(pair) for pair in zip(vars(one).values(), vars(other).values(), strict=True)))
    found, left_out = intervals(both)
    assert (len(found.hours), left_out.gap_h) == (0, 0.0)


def test_a_jump_and_back_is_left_out():
    spoilt = track((0, 31.0, 10), (10, 31.02, 10), (20, 35.0, 10), (30, 31.06, 10))
    cleaned, left_out = clean_track(spoilt, highest_speed_kn=50.0)
    assert cleaned.lat.tolist() == [31.0, 31.02, 31.06]
    assert left_out.out_of_reach == 1


def test_of_two_ships_that_share_an_identity_one_track_remains():
    a, b = 31.0, 33.0
    mixed = track(*((10 * step, (a, b)[step % 2], 0) for step in range(7)))
    cleaned, left_out = clean_track(mixed, highest_speed_kn=50.0)
    assert cleaned.lat.tolist() == [a] * 4
    assert left_out.out_of_reach == 3


def test_a_jump_for_good_is_not_estimated_but_reported():
    moved = track((0, 31.0, 10), (30, 31.05, 10), (60, 35.0, 10), (90, 35.05, 10))
    cleaned, _ = clean_track(moved, highest_speed_kn=50.0)
    found, left_out = intervals(cleaned)
    assert found.hours.tolist() == [0.5, 0.5]
    assert left_out.broken_h == 0.5


def test_two_places_at_one_instant_are_both_left_out_and_one_place_counts_once():
    far = track((0, 31.0, 10), (10, 31.0, 10), (10, 32.0, 10), (20, 31.0, 10))
    cleaned, left_out = clean_track(far, highest_speed_kn=50.0)
    assert (len(cleaned.mmsi), left_out.at_two_places, left_out.repeated_instant) == (2, 2, 0)
    near = track((0, 31.0, 10), (10, 31.0, 10), (10, 31.0001, 10), (20, 31.0, 10))
    cleaned, left_out = clean_track(near, highest_speed_kn=50.0)
    assert (len(cleaned.mmsi), left_out.at_two_places, left_out.repeated_instant) == (3, 0, 1)


def test_the_year_begins_at_local_midnight_and_cuts_an_interval(settings):
    begin, end = settings.year_ms
    assert begin == 1_609_430_400_000  # 2020-12-31T16:00Z
    assert end - begin == 365 * 24 * 3_600_000
    minutes_before = (begin - START) / MINUTE - 15
    found, _ = intervals(track((minutes_before, 31.0, 10), (minutes_before + 60, 31.4, 10)), year_ms=(begin, end))
    assert found.hours.tolist() == [0.75]
    assert found.lat_start[0] == pytest.approx(31.1)
    assert found.lat_end[0] == pytest.approx(31.4)
    assert found.distance_nm[0] == pytest.approx(0.3 * DEGREE_NM, rel=1e-6)
