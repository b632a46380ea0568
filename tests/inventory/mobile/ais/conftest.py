"""A register of vessels, settings, and work folders with positions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inventory.mobile.ais.fleet import load_fleet
from inventory.mobile.ais.settings import AisSettings

BULK = {
    "mmsi": "413000001", "ais_ship_types": "", "imo": "", "name": "", "flag": "", "voyage": "coastal",
    "ship_type": "bulk_carrier", "size_unit": "dwt", "engine_family": "ssd", "aux_family": "msd",
    "fuel_or_product": "marine_residual_oil", "size": 40000.0, "main_kw": 10000.0, "max_speed_kn": 20.0,
    "service_speed_kn": None, "build_year": None, "tier": 1, "sulphur_fraction": None,
    "specific_fuel_use_g_per_kwh": None, "aux_kw": None, "shore_power_share": None, "citation": "test",
    "confidence": "M", "note": "", "origin_file": "register.csv", "origin_sheet": "", "origin_row": 2,
    "origin_sha256": "",
}  # fmt: skip
NUMBERS = (
    "size", "main_kw", "max_speed_kn", "service_speed_kn", "build_year", "tier", "sulphur_fraction",
    "specific_fuel_use_g_per_kwh", "aux_kw", "shore_power_share",
)  # fmt: skip


@pytest.fixture
def register():
    """Return a function that gives a staged register of bulk carriers with changed columns, one row per argument."""

    def make(*changes: dict):
        rows = [BULK | {"origin_row": number} | change for number, change in enumerate(changes or ({},), start=2)]
        return pd.DataFrame(rows).astype(dict.fromkeys(NUMBERS, float))

    return make


@pytest.fixture
def settings():
    assumptions = [pd.Series({"value": s, "citation": "test", "confidence": "M", "unit": "1"}) for s in (0.005, 1e-5)]
    return AisSettings(2021, "Asia/Shanghai", *assumptions)


@pytest.fixture
def fleet(register, settings):
    """Return a function that gives the fleet of a register."""
    return lambda *changes: load_fleet(register(*changes), settings)


@pytest.fixture
def positions(tmp_path):
    """Return a function that writes positions (mmsi, UTC time, lon, lat, speed) and ship types, and returns the folder."""

    def write(rows, ship_types=()):
        frame = pd.DataFrame(rows, columns=["mmsi", "time_utc", "lon", "lat", "sog_kn"]).assign(nav_status=np.int8(0))
        frame["time_utc"] = pd.to_datetime(frame["time_utc"], utc=True).astype("datetime64[ms, UTC]")
        frame = frame.astype({"lon": float, "lat": float, "sog_kn": float}).sort_values(["mmsi", "time_utc"])
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), tmp_path / "raw_ais.parquet")
        static = pd.DataFrame(list(ship_types), columns=["mmsi", "ship_type", "messages"])
        static.to_parquet(tmp_path / "raw_ais_static.parquet")
        return tmp_path

    return write
