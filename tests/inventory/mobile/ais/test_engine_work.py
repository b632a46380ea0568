"""From positions to work, drafts and emissions: one voyage by hand, and bins against interval by interval."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from inventory.by_products import estimate_ledger
from inventory.config import load_config
from inventory.factors.abatement import load_control_paths
from inventory.factors.library import load_library
from inventory.ledger import finish_ledger
from inventory.ledger_codes import require_known_codes
from inventory.methods.context import MethodContext
from inventory.mobile.ais.drafts import ais_fuel_t, ais_messages, build_ais_ships
from inventory.mobile.ais.engine_work import engine_work
from inventory.mobile.ais.load_bins import BOUND, N_BINS, load_bin, moment, representative_load

EXAMPLE = Path(__file__).parents[4] / "examples" / "shanghai"
SHIP = 413000001
VOYAGE = [
    (SHIP, "2021-03-01T00:00:00Z", 122.0, 31.00, 10.0),
    (SHIP, "2021-03-01T00:30:00Z", 122.0, 31.08, 10.0),
    (SHIP, "2021-03-01T01:00:00Z", 122.0, 31.12, 0.0),
]
"""0.5 h at 10 kn, 0.5 h at 5 kn on average; 10 MW and at most 20 kn (fixture of the register)."""

LOAD = 0.5**3 * 1.15
"""Propeller law at half the maximum speed with the sea margin: 0.14375, manoeuvring; at a quarter: 0.018 → 0.02."""

BERTHED = [(SHIP, f"2021-03-01T{hour:02d}:00:00Z", 121.6, 31.36, 0.0) for hour in range(3)]


def by_group(done):
    return {(row.role, row.mode, round(row.load, 5)): row.work_kwh for row in done.groups.itertuples()}


def test_a_voyage_of_three_messages_by_hand(fleet, settings, positions):
    done = engine_work(positions(VOYAGE), fleet(), settings)
    assert by_group(done) == {
        ("main", "manoeuvring", round(LOAD, 5)): pytest.approx(10_000 * LOAD * 0.5),
        ("main", "manoeuvring", 0.02): pytest.approx(10_000 * 0.02 * 0.5),
        ("aux", "manoeuvring", 1.0): pytest.approx(420 * 1.0),
        ("boiler", "manoeuvring", 1.0): pytest.approx(100 * 1.0),
    }
    assert (done.hours, done.unregistered["hours"], done.findings) == (1.0, 0.0, ())


def test_at_berth_the_main_engine_stands_and_shore_power_stops_auxiliaries_not_the_boiler(fleet, settings, positions):
    some = fleet({"shore_power_share": 0.25})
    done = engine_work(positions(BERTHED), some, settings)
    assert by_group(done) == {
        ("aux", "berth", 1.0): pytest.approx(370 * 2 * 0.75), ("boiler", "berth", 1.0): pytest.approx(100 * 2),
    }  # fmt: skip
    assert done.shore_kwh["kwh"].tolist() == [pytest.approx(370 * 2 * 0.25)]
    draft = build_ais_ships(done, some, settings).activities
    memo = draft[draft["fuel_or_product"] == "electricity"].iloc[0]
    assert (memo["activity_value"], memo["activity_unit"]) == (pytest.approx(185.0), "kWh")
    assert (memo["included_species"], memo["ghg_role"], memo["in_airshed"]) == ("CO2", "none", "no")


@pytest.fixture(scope="module")
def estimate():
    """Return a function that gives the emissions of a draft by release point and species [t]."""
    config = load_config(EXAMPLE)
    library = load_library(config.packs)
    context = MethodContext(library, load_control_paths(library, EXAMPLE), 2021)

    def run(draft):
        require_known_codes(draft, [])
        ledger, parameters, _ = finish_ledger(draft.activities, draft.parameters, {}, config)
        _, emissions = estimate_ledger(ledger, parameters, context)
        return emissions.merge(ledger[["activity_id", "release_point_id"]], on="activity_id")

    return run


def low_load(load, a, x, b):
    """US EPA ShipEF 2020 with the coefficients of a species, written out here."""
    clipped = np.clip(load, 0.02, 0.2)
    return (a * clipped**-x + b) / (a * 0.2**-x + b)


def test_the_same_methods_estimate_as_for_calls(fleet, settings, positions, estimate):
    done = engine_work(positions(VOYAGE), fleet(), settings)
    found = estimate(build_ais_ships(done, fleet(), settings))
    main = found[found["release_point_id"].str.contains(" main ")].groupby("species")["emission_t"].sum()
    work = np.array([10_000 * LOAD * 0.5, 10_000 * 0.02 * 0.5])
    load = np.array([LOAD, 0.02])
    fuel_g = work * 195.0 * (0.455 * load**2 - 0.710 * load + 1.280)
    assert main["NOx"] == pytest.approx((work * 17.0 * low_load(load, 0.1255, 1.5, 10.4496)).sum() / 1e6)
    assert main["CO"] == pytest.approx((work * 1.4 * low_load(load, 0.8378, 1.0, 0.1548)).sum() / 1e6)
    assert main["SO2"] == pytest.approx((fuel_g * 2 * 0.97753 * 0.005).sum() / 1e6)
    assert set(found["method"].unique()) <= {"ship_engine_power", "fuel_carbon", ""}


def test_the_fuel_is_that_of_the_records(fleet, settings, positions):
    done, some = engine_work(positions(VOYAGE), fleet(), settings), fleet()
    draft = build_ais_ships(done, some, settings)
    per_unit = draft.parameters[draft.parameters["name"] == "specific_fuel_use_kg_per_unit"].set_index("draft_id")
    of_records = (draft.activities.set_index("draft_id")["activity_value"] * per_unit["value"]).sum() / 1000
    assert ais_fuel_t(done, some, fuel="marine_residual_oil") == pytest.approx(of_records, rel=1e-12)
    assert ais_fuel_t(done, some, fuel="marine_residual_oil", category="MB.08.01") == 0.0
    curve = 195.0 * np.array([0.455 * LOAD**2 - 0.710 * LOAD + 1.28, 0.455 * 0.02**2 - 0.710 * 0.02 + 1.28])
    by_hand = (np.array([5000 * LOAD, 100]) * curve).sum() + 420 * 227 + 100 * 305
    assert of_records == pytest.approx(by_hand / 1e6)


def test_bins_agree_with_interval_by_interval_within_their_bound():
    random = np.random.default_rng(4)
    load = np.concatenate([random.uniform(0.02, 0.25, 4000), random.uniform(0.02, 1.0, 4000), np.full(500, 0.02)])
    work = random.exponential(1.0, len(load))
    bins = load_bin(load)
    total = np.bincount(bins, work, N_BINS)
    used = total > 0
    mean = np.bincount(bins, work * moment(load, bins), N_BINS)[used] / total[used]
    chosen = representative_load(mean, np.flatnonzero(used))

    def fuel(at):
        return 0.455 * at**2 - 0.710 * at + 1.280

    cases = {
        "NOx": (lambda at: low_load(at, 0.1255, 1.5, 10.4496), 1e-12),
        "THC": (lambda at: low_load(at, 0.0667, 1.5, 0.3859), 1e-12),
        "CO": (lambda at: low_load(at, 0.8378, 1.0, 0.1548), BOUND),
        "fuel": (fuel, BOUND),
        "PM10": (lambda at: (0.5761 + 0.005 * 195 * fuel(at) * 0.02247 * 7) * low_load(at, 0.0059, 1.5, 0.2551), BOUND),
    }
    for species, (per_work, tolerance) in cases.items():
        exact = (work * per_work(load)).sum()
        assert (total[used] * per_work(chosen)).sum() == pytest.approx(exact, rel=tolerance), species


@pytest.mark.parametrize("species", ["CO", "fuel", "PM10"])
def test_the_bound_holds_for_the_worst_bin(species):
    low, high = 0.2 / 10 ** (1 / 16) * 1.0000001, 0.2
    load, work = np.array([low, high]), np.array([0.5, 0.5])
    assert len(set(load_bin(load))) == 1

    def fuel(at):
        return 0.455 * at**2 - 0.710 * at + 1.280

    per_work = {
        "CO": lambda at: low_load(at, 0.8378, 1.0, 0.1548),
        "fuel": fuel,
        "PM10": lambda at: (0.5761 + 0.005 * 195 * fuel(at) * 0.02247 * 7) * low_load(at, 0.0059, 1.5, 0.2551),
    }[species]
    for at in (1.0, 0.4, 0.15):
        loads = load * at if species == "CO" else load
        bins = np.full(2, load_bin(loads)[0])
        chosen = representative_load(np.array([(work * moment(loads, bins)).sum()]), bins[:1])
        assert per_work(chosen)[0] == pytest.approx((work * per_work(loads)).sum(), rel=BOUND)


def test_vessels_without_a_row_are_a_finding_with_their_shares(fleet, settings, positions):
    other = [(413000002, time, lon, lat, speed) for _, time, lon, lat, speed in BERTHED[:2]]
    done = engine_work(positions([*BERTHED, *other]), fleet(), settings)
    assert done.unregistered == {"vessels": 1.0, "messages": 2.0, "hours": 1.0}
    assert [found.code for found in done.findings] == ["TY3268"]
    assert "40.0%" in done.findings[0].message_en
    assert "33.3%" in done.findings[0].message_en
    assert "413000002" in done.findings[0].message_en


def test_a_default_row_takes_the_vessels_of_its_ais_type(fleet, settings, positions):
    other = [(413000002, time, lon, lat, speed) for _, time, lon, lat, speed in BERTHED]
    some = fleet({"mmsi": "", "ais_ship_types": "70-79"})
    done = engine_work(positions(other, [(413000002, 71, 3), (413000002, 80, 1)]), some, settings)
    assert done.findings == ()
    assert by_group(done)["aux", "berth", 1.0] == pytest.approx(370 * 2)


def test_a_year_without_intervals_is_a_finding(fleet, settings, positions):
    old = [(SHIP, time.replace("2021", "2019"), lon, lat, speed) for _, time, lon, lat, speed in VOYAGE]
    done = engine_work(positions(old), fleet(), settings)
    assert [found.code for found in done.findings] == ["TY3269"]
    assert build_ais_ships(done, fleet(), settings).activities.empty


def test_segments_hold_all_work_under_the_keys_of_the_drafts(fleet, settings, positions):
    folder = positions(VOYAGE)
    some = fleet()
    done = engine_work(folder, some, settings)
    segments = pq.read_table(folder / "stg_ais_segment.parquet").to_pandas()
    assert segments[["lat_start", "lat_end"]].values.tolist() == [
        [31.0, pytest.approx(31.08)], [31.08, pytest.approx(31.12)],
    ]  # fmt: skip
    parts = [
        segments[[f"{role}_key", f"{role}_kwh"]].set_axis(["key", "kwh"], axis=1) for role in ("main", "aux", "boiler")
    ]
    by_key = pd.concat(parts).query("key >= 0").groupby("key")["kwh"].sum()
    tracks = pd.read_parquet(folder / "stg_ais_track.parquet").set_index("key")
    assert by_key.to_dict() == pytest.approx(tracks["work_kwh"].to_dict())
    keys = set(build_ais_ships(done, some, settings).activities["geometry_key"])
    assert keys == set(tracks["geometry_key"])


def test_the_messages_say_that_calls_were_replaced_with_both_totals(fleet, settings, positions):
    done = engine_work(positions(VOYAGE), fleet(), settings)
    said = ais_messages(done, fleet(), calls_fuel_t={"MB.08.02": 1234.0, "MB.09.01": 766.0})
    assert "艘次法 2,000 t" in said[0]
    assert "MB.08.02 0 (1,234); MB.09.01 0 (766)" in said[0]
    assert next(line for line in said if "TY3270" in line).startswith("[TY3270] MB.09.01")
    assert sum("TY3270" in line for line in said) == 1
    assert done.days == (1, 365)
    assert sum("[TY3271] ais：AIS 只在 1 天有报文，全年 365 天" in line for line in said) == 1
