"""Coal, gas systems, imported power and heat, closure of tables, by hand."""

import numpy as np
import pandas as pd
import pytest

from inventory.errors import ConservationError, FactorNotFoundError, SchemaError
from inventory.methods.stationary import coal_mining, gas_leakage, purchased_energy, table_closure


def test_coal_releases_cubic_metres_of_067_kg_less_what_is_recovered(make_record, make_context):
    assert coal_mining.ch4_of_coal(1000.0, ch4_m3_per_t=3.0) == pytest.approx(2.01, rel=1e-12)
    record = make_record(
        source_category="IP.19.01", activity_value=1e6, parameters={"ch4_m3_per_t": 10.0, "recovered_ch4_t": 700.0}
    )
    assert coal_mining.METHOD.applies(record, "CH4")
    found = coal_mining.METHOD.estimate(record, "CH4", make_context())
    assert found.emission_t == pytest.approx(6700 - 700, rel=1e-12)


def test_more_methane_recovered_than_released_is_refused(make_record, make_context):
    record = make_record(
        activity_id="mine:1", source_category="IP.19.01",
        activity_value=np.array([1e6, 1.0]), parameters={"ch4_m3_per_t": np.array([10.0, 10.0]), "recovered_ch4_t": np.array([0.0, 9.0])},
    )  # fmt: skip
    with pytest.raises(SchemaError, match=r"TY3180.*mine:1"):
        coal_mining.METHOD.estimate(record, "CH4", make_context())


def test_oil_and_gas_equipment_by_factor():
    assert gas_leakage.ch4_of_oil_and_gas(95.0, ef_t_per_unit=133.1) == pytest.approx(12644.5, rel=1e-12)
    assert gas_leakage.ch4_of_oil_and_gas(10.0, ef_t_per_unit=2.0, recovered_t=5.0) == 15.0


def test_leaked_gas_is_split_by_its_composition(make_record, make_context):
    parameters = {"gas_leak_fraction": 0.002, "ch4_volume_fraction": 0.95, "co2_volume_fraction": 0.01}
    record = make_record(
        source_category="IP.17.01", fuel_or_product="gas_sold", activity_value=100.0, activity_unit="wan_sm3_20",
        parameters=parameters,
    )  # fmt: skip
    found = {s: gas_leakage.METHOD.estimate(record, s, make_context()).emission_t for s in ("CH4", "CO2")}
    assert found["CH4"] == pytest.approx(1e6 * 0.002 * 0.95 * 0.67 / 1000, rel=1e-12)
    assert found["CO2"] == pytest.approx(1e6 * 0.002 * 0.01 * 1.83 / 1000, rel=1e-12)
    without = make_record(
        source_category="IP.17.01", activity_unit="sm3_20",
        parameters={"gas_leak_fraction": 0.002, "ch4_volume_fraction": 0.95},
    )  # fmt: skip
    assert gas_leakage.METHOD.estimate(without, "CO2", make_context()) is None


def power(make_record, **parameters):
    return make_record(
        source_category="OT.04.01", fuel_or_product="electricity", activity_value=100.0, activity_unit="wan_kWh",
        parameters=parameters,
    )  # fmt: skip


def test_power_of_several_origins_takes_each_factor(make_record, make_context, make_library, make_factor):
    origins = {"import_share:510000": 0.4, "import_share:340000": 0.5, "import_share:three_gorges": 0.1}
    record = power(make_record, **origins, **{"grid_ef_kg_per_kwh:three_gorges": 0.0})
    grid = [
        make_factor(f"G{code}", value, "kg/kWh", source_category="OT.04.01", fuel_or_product="electricity", species="CO2",
                    basis="emitted", region_code=code)
        for code, value in (("510000", 0.1255), ("340000", 0.7075))
    ]  # fmt: skip
    found = purchased_energy.METHOD.estimate(record, "CO2", make_context(make_library(grid)))
    assert found.emission_t == pytest.approx(1e6 * (0.4 * 0.1255 + 0.5 * 0.7075) / 1000, rel=1e-12)
    assert found.factor_id == "G340000;G510000"


def test_published_grid_factors_serve_the_origins(make_record, make_context, library):
    record = power(make_record, **{"import_share:340000": 0.25, "import_share:GRID-E": 0.75})
    found = purchased_energy.METHOD.estimate(record, "CO2", make_context(library))
    assert found.emission_t == pytest.approx(1e6 * (0.25 * 0.7075 + 0.75 * 0.5992) / 1000, rel=1e-12)


def test_power_with_one_factor_or_none(make_record, make_context):
    own = power(make_record, grid_ef_kg_per_kwh=0.42)
    assert purchased_energy.METHOD.estimate(own, "CO2", make_context()).emission_t == pytest.approx(420.0, rel=1e-12)
    exported = power(make_record, grid_ef_kg_per_kwh=0.42, sign=-1.0)
    assert purchased_energy.METHOD.estimate(exported, "CO2", make_context()).emission_t == pytest.approx(
        -420.0, rel=1e-12
    )
    assert purchased_energy.METHOD.estimate(power(make_record, factor_region=340000.0), "CO2", make_context()) is None


def test_origins_that_are_not_the_whole_or_have_no_factor_are_refused(make_record, make_context):
    with pytest.raises(SchemaError, match="TY3181"):
        purchased_energy.METHOD.estimate(power(make_record, **{"import_share:340000": 0.9}), "CO2", make_context())
    with pytest.raises(FactorNotFoundError, match=r"TY3182.*nowhere"):
        purchased_energy.METHOD.estimate(power(make_record, **{"import_share:nowhere": 1.0}), "CO2", make_context())
    with pytest.raises(FactorNotFoundError, match="a.*\n.*\n.*\n.*\n.*\n.*b"):
        purchased_energy.co2_of_power_by_origin({"a": 1.0, "b": 1.0}, ef_kg_per_kwh={})


def test_power_by_origin_and_heat_as_plain_formulas(make_record, make_context):
    assert purchased_energy.co2_of_power_by_origin(
        {"a": 1000.0, "b": 3000.0}, ef_kg_per_kwh={"a": 0.5, "b": 0.1}
    ) == pytest.approx(0.8, rel=1e-15)
    heat = make_record(
        source_category="OT.04.02", fuel_or_product="heat", activity_value=2.0, activity_unit="TJ",
        parameters={"import_share:a": 0.5, "import_share:b": 0.5, "heat_ef_t_per_gj:a": 0.06, "heat_ef_t_per_gj:b": 0.11},
    )  # fmt: skip
    expected_t = 2000 * (0.06 + 0.11) / 2
    assert purchased_energy.METHOD.estimate(heat, "CO2", make_context()).emission_t == pytest.approx(
        expected_t, rel=1e-12
    )


MATRIX = pd.DataFrame(
    {"coal": [3.0, 1.0, 2.0], "process": [0.5, 0.5, 0.0], "power": [9.0, 9.0, 0.0], "total": [3.5, 1.5, 2.0]},
    index=["TotalEmissions", "steel", "power plants"],
)


def test_matrix_closes_along_sectors_and_fuels():
    shape = {"total_row": "TotalEmissions", "total_column": "total", "fuels": ["coal", "process"]}
    found = table_closure.matrix_closure(MATRIX, **shape)
    assert (found.total, found.sum_of_sectors, found.sum_of_fuels, found.is_closed) == (3.5, 3.5, 3.5, True)
    broken = MATRIX.assign(total=[3.5, 1.5, 2.1])
    assert not table_closure.matrix_closure(broken, **shape).is_closed


def test_matrix_file_is_summed_without_its_total_and_memo_columns(tmp_path):
    path = tmp_path / "matrix.csv"
    MATRIX.to_csv(path)
    assert table_closure.sum_of_sectors(path, column="total") == 3.5
    assert table_closure.sum_of_fuels(path, leave_out=("power", "total")) == 3.5


def test_total_that_is_not_the_sum_of_its_parts_is_named():
    table_closure.require_closure(6.0, [1.0, 2.0, 3.0], place="sheet 1")
    with pytest.raises(ConservationError, match=r"sheet 1(.|\n)*6\.1(.|\n)*is not the sum of its parts 6"):
        table_closure.require_closure(6.1, [1.0, 2.0, 3.0], place="sheet 1")
    assert table_closure.closure_gap(0.0, [0.0]) == 0.0
    assert table_closure.closure_gap(0.0, [1.0]) == np.inf
