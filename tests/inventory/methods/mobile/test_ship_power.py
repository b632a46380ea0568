"""Power of ships by speed, type, size and mode."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import FactorNotFoundError, SchemaError
from inventory.methods.mobile import ship_power


def test_power_rises_with_the_cube_of_the_speed_and_the_sea_margin():
    # half the maximum speed: 1/8 x 1.15
    assert ship_power.propulsion_kw(10.0, mcr_kw=10_000.0, max_speed_kn=20.0) == pytest.approx(1437.5, rel=1e-12)
    assert ship_power.propulsion_kw(20.0, mcr_kw=10_000.0, max_speed_kn=20.0) == 10_000.0
    assert ship_power.propulsion_kw(1.0, mcr_kw=10_000.0, max_speed_kn=20.0) == 200.0


@given(st.floats(0.0, 60.0), st.floats(5.0, 40.0))
def test_load_stays_between_2_per_cent_and_full(speed, max_speed):
    assert 0.02 <= ship_power.propulsion_load(speed, max_speed_kn=max_speed) <= 1.0


def test_impossible_speeds_are_refused():
    for speed, max_speed in ((-1.0, 20.0), (10.0, 0.0)):
        with pytest.raises(SchemaError, match="TY3125"):
            ship_power.propulsion_load(speed, max_speed_kn=max_speed)


def test_service_speed_is_94_per_cent_of_the_maximum():
    assert ship_power.max_speed_of_service(18.8) == pytest.approx(20.0, rel=1e-12)


def test_the_imo_power_adds_draught_weather_and_hull():
    about = {"reference_power_kw": 8000.0, "reference_speed_kn": 20.0}
    assert ship_power.imo_propulsion_kw(10.0, **about) == 1000.0
    found = ship_power.imo_propulsion_kw(
        10.0, **about, draught_ratio=0.5, weather_efficiency=0.8, fouling_efficiency=0.9
    )
    # 0.5^0.66 = e^(0.66 ln 0.5) = 0.6328783
    assert found == pytest.approx(1000 * 0.6328783 / 0.72, rel=1e-6)


@pytest.mark.parametrize(
    ("speed", "load", "mode"),
    [
        (0.9, 0.5, "berth"), (1.0, 0.5, "anchorage"), (2.9, 0.1, "anchorage"), (3.0, 0.2, "manoeuvring"),
        (3.0, 0.21, "transit"), (15.0, 0.6, "transit"),
    ],
)  # fmt: skip
def test_mode_follows_speed_and_load(speed, load, mode):
    assert str(ship_power.ship_mode(speed, main_engine_load=load)) == mode
    assert ship_power.ship_mode(np.array([speed]), main_engine_load=np.array([load])).tolist() == [mode]


def test_hotel_power_as_the_table_prints_it():
    about = {"ship_type": "container_ship", "size_unit": "teu", "source_set": "imo_ghg3"}
    assert ship_power.hotel_kw("aux", size=4999.0, mode="berth", **about) == 940.0
    assert ship_power.hotel_kw("aux", size=5000.0, mode="berth", **about) == 970.0
    assert ship_power.hotel_kw("boiler", size=20000.0, mode="manoeuvring", **about) == 700.0
    assert ship_power.hotel_kw("boiler", size=20000.0, mode="transit", **about) == 0.0
    assert ship_power.hotel_kw("aux", size=20000.0, mode="anchorage", **about) == 2160.0
    with pytest.raises(FactorNotFoundError, match="TY4112"):
        ship_power.hotel_kw("aux", size=5000.0, mode="berth", **(about | {"size_unit": "dwt"}))


def test_every_ship_of_the_table_is_found_in_one_class_only():
    table = ship_power.method_table("ship_hotel_power")
    for row in table.itertuples():
        found = ship_power.hotel_kw(
            row.engine, ship_type=row.ship_type, size=float(row.size_low), size_unit=row.size_unit, mode="berth",
            source_set=row.source_set,
        )  # fmt: skip
        assert found == float(row.berth_kw)


def test_shore_power_stops_auxiliary_engines_and_leaves_the_boiler():
    found = ship_power.hotel_kw_on_shore_power(1000.0, boiler_kw=450.0, connected_share=1.0, grid_co2_kg_per_kwh=0.42)
    assert found == {"auxiliary_kw": 0.0, "boiler_kw": 450.0, "grid_co2_memo_kg_per_h": 420.0}
    assert (
        ship_power.hotel_kw_on_shore_power(1000.0, boiler_kw=450.0, connected_share=0.25, grid_co2_kg_per_kwh=0.42)[
            "auxiliary_kw"
        ]
        == 750.0
    )


def test_arrays_give_the_same_bits_as_numbers():
    speeds = np.array([0.0, 4.4, 11.7, 25.0])
    together = ship_power.propulsion_kw(speeds, mcr_kw=8500.0, max_speed_kn=15.3)
    assert together.tolist() == [ship_power.propulsion_kw(v, mcr_kw=8500.0, max_speed_kn=15.3) for v in speeds.tolist()]
