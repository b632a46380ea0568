"""From file to file: order and pieces do not matter, an old output stays, packs and local factors come in order."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from inventory import estimate
from inventory.calculation import calculate as module
from inventory.calculation.calculate import DEFAULT_PACKS, calculate
from inventory.errors import DataSourceError, InventoryError
from inventory.factors.pack_tables import pack_names
from inventory.warehouse import read_table
from tests.inventory.calculation.conftest import PLAIN, key_of, rows_of

KINDS = (
    {"technology": "grate_boiler_mechanical"},
    {"fuel_or_product": "natural_gas", "activity_unit": "万立方米", "technology": "gas_boiler"},
    {"source_category": "FC.01.01", "technology": "pulverised_coal_boiler", "control": "scr+esp+fgd_limestone"},
    {"region_code": "310115", "inventory_year": "2019"},
    {"source_category": "AG.01.01", "fuel_or_product": "dairy_cow", "technology": "", "activity_unit": "头_年均"},
)


@pytest.fixture
def records(plain, coal):
    """Twelve records of several kinds."""
    kinds = [kind for kind in KINDS if kind.get("source_category") != "AG.01.01"]
    rows = [plain(activity_id=f"P{at}", activity_value=100 + at, **kinds[at % len(kinds)]) for at in range(10)]
    return [*rows, coal(), coal(activity_id="A2", activity_value="7")]


def same(found, expected):
    pd.testing.assert_frame_equal(key_of(found), key_of(expected), check_exact=True, check_dtype=False)


def read(path):
    return pd.read_csv(path, encoding="utf-8-sig", keep_default_na=False, dtype=str)


def test_order_of_the_rows_changes_no_bit(records):
    order = np.random.default_rng(7).permutation(len(records))
    same(estimate(rows_of(*(records[at] for at in order))), estimate(rows_of(*records)))


def test_rows_follow_the_order_of_the_activities(records):
    ids = [row["activity_id"] for row in reversed(records)]
    found = estimate(rows_of(*reversed(records)))["activity_id"]
    assert list(dict.fromkeys(name for name in found if "/" not in name)) == ids


def test_a_record_is_estimated_alone_as_among_others(records):
    together = estimate(rows_of(*records))
    for row in (records[0], records[10]):
        of_row = together["activity_id"].str.split("/").str[0] == row["activity_id"]
        same(estimate(rows_of(row)), together[of_row])


@pytest.mark.parametrize("rows_at_once", [1, 5])
def test_size_of_the_pieces_changes_no_byte_of_the_output(records, rows_at_once, write_csv, tmp_path, monkeypatch):
    source = write_csv(*records)
    calculate(source, tmp_path / "whole.csv", gwp_set="AR5")
    monkeypatch.setattr(module, "_ROWS_AT_ONCE", rows_at_once)
    calculate(source, tmp_path / "pieces.csv", gwp_set="AR5")
    assert (tmp_path / "pieces.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_csv_and_parquet_hold_the_bits_of_the_data_frame(records, write_csv, tmp_path):
    expected = estimate(rows_of(*records), gwp_set="AR5")
    for name in ("out.csv", "out.parquet"):
        report = calculate(write_csv(*records), tmp_path / name, gwp_set="AR5")
        assert (report.activities, report.emissions) == (12, len(expected))
        assert report.missing == (expected["notation_key"] == "NE").sum()
    same(pa.table(parquet.read_table(tmp_path / "out.parquet")).to_pandas(), expected)
    text = read(tmp_path / "out.csv")
    for name in ("emission_t", "ef_value", "uncertainty_low", "uncertainty_high", "co2e_t", "control_efficiency"):
        values = [float(cell) if cell else np.nan for cell in text[name]]
        np.testing.assert_array_equal(values, expected[name].to_numpy())
    for name in ("activity_id", "species", "notation_key", "citation", "fallback"):
        assert text[name].tolist() == expected[name].tolist()


def test_bad_input_writes_nothing_and_the_old_output_stays(plain, write_csv, tmp_path):
    out, folder = tmp_path / "out.csv", tmp_path / "new" / "out.csv"
    out.write_text("old", encoding="utf-8")
    for row in (plain(activity_value="x"), plain(mcf="0.5")):
        source = write_csv(row)
        for path in (out, folder):
            with pytest.raises(InventoryError):
                calculate(source, path)
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["activity.csv", "out.csv"]


def test_output_of_another_kind_is_refused(plain, write_csv, tmp_path):
    with pytest.raises(DataSourceError, match="TY2308"):
        calculate(write_csv(plain()), tmp_path / "out.xlsx")


def test_killed_calculation_leaves_the_old_output(plain, write_csv, tmp_path):
    source, out = write_csv(plain()), tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom inventory.calculation.writing import _CsvFile\n"
        "from inventory.calculation.calculate import calculate\nwrite = _CsvFile.append\n"
        "def slow(self, table):\n    write(self, table)\n    print('writing', flush=True)\n    time.sleep(60)\n"
        "_CsvFile.append = slow\ncalculate(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, source, out], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "writing\n"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert out.read_text(encoding="utf-8") == "old"
    started = time.monotonic()
    assert calculate(source, out).path == out
    assert time.monotonic() >= started
    assert read(out)["activity_id"].unique().tolist() == ["A"]


def test_local_factor_changes_its_own_rows_and_no_bit_of_the_others(records, local_factors):
    folder = local_factors(
        factor_id="L1", source_category="FC.03", fuel_or_product="coal", technology="grate_boiler_mechanical",
        control="none", size_class="any", species="NOx", value="3.5", unit="g/kg", basis="generated", region_code="CN",
    )  # fmt: skip
    before, after = key_of(estimate(rows_of(*records))), key_of(estimate(rows_of(*records), factors=folder))
    changed = before["factor_id"] == "EF00385"
    assert changed.sum() == 3
    assert set(after.loc[changed, "factor_id"]) == {"L1"}
    assert after.loc[changed, "emission_t"].tolist() == pytest.approx(
        [float(value) * 3.5 / 4 for value in before.loc[changed, "emission_t"]], rel=1e-15
    )
    same(after[~changed], before[~changed])


def test_library_of_the_packs_gives_the_former_bits_after_a_local_factor_is_taken_away(records, local_factors):
    before = estimate(rows_of(*records))
    folder = local_factors(
        factor_id="L1", source_category="FC.03", fuel_or_product="coal", technology="grate_boiler_mechanical",
        control="none", size_class="any", species="NOx", value="3.5", unit="g/kg", basis="generated", region_code="CN",
        status="superseded",
    )  # fmt: skip
    same(estimate(rows_of(*records), factors=folder), before)


def test_pack_that_is_named_first_gives_the_fuel_properties(plain):
    """Anthracite: NCV 26.7 GJ/t of ipcc-2006 (FP051), another one of the provincial guideline."""
    record = rows_of(plain(fuel_or_product="anthracite", technology=""))
    cited = {}
    for packs in (DEFAULT_PACKS, tuple(reversed(DEFAULT_PACKS))):
        co2 = estimate(record, packs=packs).set_index("species").loc["CO2"]
        cited[packs[0]] = co2["citation"].rpartition("[")[2].rstrip("]")
    assert cited == {"cn-provincial-2011": "cn-provincial-2011", "ipcc-2006": "ipcc-2006"}
    assert co2["emission_t"] == pytest.approx(10_000 * 26.7 * 26.8 / 1000 * 44 / 12, rel=1e-9)


def test_unknown_pack_and_set_are_bad_input(plain):
    for options in ({"packs": ("no-such-pack",)}, {"gwp_set": "AR99"}):
        with pytest.raises(InventoryError) as error:
            estimate(rows_of(plain()), **options)
        assert error.value.exit_code == 3


def test_leaf_without_expected_species_gives_no_rows_and_no_error(plain):
    found = estimate(rows_of(plain(source_category="IP.16.04", fuel_or_product="any", technology="")))
    assert len(found) == 0
    assert found["emission_t"].dtype == float


def test_records_of_the_build_have_the_same_bits(estimated):
    """Records of the example without a project's own control path, by their parameters."""
    ledger, values = read_table("core_activity", estimated), read_table("core_activity_parameter", estimated)
    emissions = read_table("core_emission", estimated)
    own = ledger[(ledger["control_path_id"] == "none") & ledger["in_airshed"] & (ledger["included_species"] == "")]
    own = own[~own["source_category"].str.startswith(("IP.05", "OT.04"))].groupby("source_category").head(2)
    names = values[values["activity_id"].isin(own["activity_id"])]
    wide = names.pivot_table(index="activity_id", columns="name", values="value")
    table = own.rename(columns={"control_path_id": "control"})[
        [*PLAIN[:-2], "size_class", "balance_group", "region_code"]
    ]
    table = table.assign(inventory_year=2021).join(wide, on="activity_id")
    found = key_of(estimate(without_unread(table)))
    expected = emissions[emissions["activity_id"].isin(found["activity_id"])]
    expected = expected.sort_values(["activity_id", "species"]).reset_index(drop=True)
    assert len(found) > 300
    assert (
        found[["activity_id", "species"]].to_numpy().tolist()
        == expected[["activity_id", "species"]].to_numpy().tolist()
    )
    np.testing.assert_array_equal(found["emission_t"].to_numpy(float), expected["emission_t"].to_numpy(float))
    for name in ("notation_key", "method", "factor_id", "tier"):
        assert found[name].tolist() == expected[name].tolist()


def without_unread(table):
    """Return the records whose parameters are all read: the calculation refuses the others, some at a time."""
    try:
        estimate(table)
    except InventoryError as error:
        found = [problem for problem in error.problems if problem.code == "TY3106"]
        refused = {problem.message_en.partition(": ")[2].split(" ")[0] for problem in found}
        return without_unread(table[~table["activity_id"].isin(refused)]) if refused else table
    return table


@pytest.mark.parametrize("pack", pack_names())
def test_each_pack_can_stand_alone(pack, plain):
    found = estimate(rows_of(plain(fuel_or_product="bituminous_coal")), packs=[pack])
    assert set(found["notation_key"]) <= {"", "NE"}
    assert (found["notation_key"] == "").any()
