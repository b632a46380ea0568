"""Published and derived acceptance cases, read from $TONGYUAN_REFERENCE (default: ../shared beside the repository).

Only the kinds that the code has a method for; the rest is listed at the end and counted, so that none is forgotten.
"""

import csv
import json
import os
from pathlib import Path

import pytest

from inventory.exact_sum import exact_sum
from inventory.factors.library import FuelProperty
from inventory.methods import library_factor, supplied_factor
from inventory.methods.stationary import fuel_carbon, fuel_sulphur
from inventory.methods.waste import first_order_decay, waste_carbon, wastewater
from inventory.vocabulary.gwp import gwp

pytestmark = pytest.mark.reference

ROOT = Path(os.environ.get("TONGYUAN_REFERENCE", str(Path(__file__).parents[3] / "shared")))

FUEL_CARBON = {
    "PE01": ("fuel_t", "ncv_GJ_t"), "PE03": ("fuel_t", "ncv_GJ_t"), "PE05": ("fuel_t", "ncv_GJ_t"),
    "PE06": ("fuel_t", "ncv_GJ_t"), "PE08": ("fuel_t", "ncv_GJ_t"), "PE10": ("fuel_1e4m3", "ncv_GJ_1e4m3"),
    "PE11": ("qty", "ncv"), "PE13": ("qty", "ncv"), "PE15": ("qty", "ncv"), "PE16": ("qty", "ncv"),
    "PE18": ("energy_TJ", ""), "PE20": ("energy_TJ", ""), "PE21": ("energy_TJ", ""), "PE23": ("energy_TJ", ""),
}  # fmt: skip
"""Cases of CO2 = amount × NCV × CC × OF × 44/12: name of the amount and of the heating value."""

PRODUCT_FACTOR = {
    "DE05": ("net_import_kWh", "ef_kg_kWh", 1.0), "DE08": ("gas_1e8m3", "ef_t_1e8m3", 1000.0),
    "DI03": ("lime_t", "ef", 1000.0), "PI02": ("cement_t", "ef", 1000.0), "DA01": ("ha", "ef_kg_ha", 1.0),
    "DA07": ("urea_t", "ef_C", 1000.0 * 44 / 12),
}  # fmt: skip
"""Cases of emission = activity × factor: name of the activity, of the factor, and kg per unit of it."""

WITHOUT_METHOD = {
    "ghg": {"DE03", "DE07", "DE10", "DI01", "PI04", "DI04", "DI06", "DA02", "DA04", "DL02", "DW01", "PW01", "PW04", "DW07",
            "PS01", "PS03", "DS01", "PG02", "DU01", "DU03", "DU05", "DU06", "DK13", "DK14", "DK23", "DK24", "DT01", "DT03",
            "DT04"},
    "pollutant": {"AC03", "AC05", "AC08", "AC10", "AC11", "AC15", "AC20", "AC21", "AC25", "AC26", "AC28", "AC30", "AC35",
                  "AC36", "AC38", "AC40", "AC41", "AC43", "AC45", "AC46", "AC48", "AC50", "AC51"},
}  # fmt: skip
"""Kinds that inventory/ has no method for: reference approach, F-gases, uncertainty, key categories, CEMS, synergy …"""

PRODUCT_KINDS = {"DA06", "DE02", "DW03", "DW06", "PW02", "PW03", "PX02", "DK11", "DK21"}
POLLUTANT_KINDS = {"AC01", "AC06", "AC13", "AC16", "AC18", "AC23", "AC31", "AC33"}


def cases(kind: str) -> dict[str, dict]:
    """Return the cases of one table by id; skip where the reference is not there, but never in CI."""
    path = ROOT / "method" / kind / "acceptance_cases.csv"
    if not path.is_file():
        reason = f"no acceptance cases under $TONGYUAN_REFERENCE ({path.name} of {kind})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    key = "case_id" if kind == "ghg" else "id"
    return {row[key]: row | {"inputs": json.loads(row["inputs_json"])} for row in rows}


def ghg(case_id: str) -> tuple[dict, float, float]:
    """Return inputs, expected value and relative tolerance of a greenhouse gas case."""
    case = cases("ghg")[case_id]
    return case["inputs"], float(case["expected"]), float(case["rel_tol"])


def pollutant(case_id: str) -> tuple[dict, dict, float]:
    """Return inputs, expected values and relative tolerance of a pollutant case."""
    case = cases("pollutant")[case_id]
    return case["inputs"], json.loads(case["expected_json"]), float(case["rel_tolerance"])


def test_every_case_is_run_here_or_named_as_without_a_method():
    run = {"ghg": {*FUEL_CARBON, *PRODUCT_FACTOR, *PRODUCT_KINDS}, "pollutant": POLLUTANT_KINDS}
    for kind in ("ghg", "pollutant"):
        assert not run[kind] & WITHOUT_METHOD[kind]
        assert run[kind] | WITHOUT_METHOD[kind] == set(cases(kind))


@pytest.mark.parametrize("case_id", FUEL_CARBON)
def test_carbon_of_a_fuel(case_id, make_record, make_context, make_library):
    given, expected, tolerance = ghg(case_id)
    amount, heating = FUEL_CARBON[case_id]
    gas = "1e4m3" in amount or given.get("unit") == "1e4m3"
    unit, fuel = ("wan_sm3_20", "natural_gas") if gas else ("t", "raw_coal")
    ncv, oxidation = (given[heating], given["of"]) if heating else (1000.0, given["of"])
    properties = {fuel: FuelProperty("P", fuel, ncv, f"GJ/{unit}", given["cc_tC_TJ"], oxidation, "A")}
    record = make_record(fuel_or_product=fuel, activity_value=float(given[amount]), activity_unit=unit)
    found = fuel_carbon.METHOD.estimate(record, "CO2", make_context(make_library(fuels=properties)))
    assert found.emission_t == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("case_id", PRODUCT_FACTOR)
def test_activity_times_factor(case_id, make_record, make_context):
    given, expected, tolerance = ghg(case_id)
    amount, factor, kg = PRODUCT_FACTOR[case_id]
    record = make_record(activity_value=float(given[amount]), parameters={"ef_kg_per_unit:CO2": given[factor] * kg})
    assert supplied_factor.METHOD.estimate(record, "CO2", make_context()).emission_t == pytest.approx(
        expected, rel=tolerance
    )


def test_manure_n2o_as_co2e(make_record, make_context):
    given, expected, tolerance = ghg("DA06")
    record = make_record(
        activity_value=given["head"], activity_unit="head", parameters={"ef_kg_per_unit:N2O": given["ef"]}
    )
    emission_t = supplied_factor.METHOD.estimate(record, "N2O", make_context()).emission_t
    assert emission_t * gwp("N2O", "AR5GWP100") == pytest.approx(expected, rel=tolerance)


def test_road_diesel_as_co2e_of_the_second_assessment(make_record, make_context, make_library, make_factor):
    given, expected, tolerance = ghg("DE02")
    key = {"source_category": "MB.02.04", "fuel_or_product": "diesel", "basis": "emitted"}
    library = make_library(
        [make_factor(s, given[f"{s.lower()}_kg_TJ"], "g/GJ", species=s, **key) for s in ("CH4", "N2O")],
        {"diesel": FuelProperty("P", "diesel", given["ncv"], "GJ/t", given["cc"], given["of"], "A")},
    )
    record = make_record(source_category="MB.02.04", fuel_or_product="diesel", activity_value=given["diesel_t"])
    context = make_context(library)
    emitted = {"CO2": fuel_carbon.METHOD.estimate(record, "CO2", context).emission_t}
    emitted |= {s: library_factor.estimate(record, s, context).emission_t for s in ("CH4", "N2O")}
    co2e_t = sum(value * gwp(species, "SARGWP100") for species, value in emitted.items())
    assert co2e_t == pytest.approx(expected, rel=tolerance)


def test_landfill_by_first_order_decay(make_record, make_context):
    given, expected, tolerance = ghg("DW03")
    parameters = {
        "doc": given["DOC"], "docf": given["DOCf"], "mcf": given["MCF"], "decay_rate": given["k"], "ch4_of_gas": given["F"],
        "recovered_ch4_t": given["R"], "oxidation": given["OX"],
    }  # fmt: skip
    years = range(1, given["report_year"] + 1)
    history = {f"disposed_t:{year}": given["W_Gg_per_yr"] * 1000.0 for year in years}
    context = make_context(year=given["report_year"])
    found = first_order_decay.METHOD.estimate(make_record(parameters=parameters | history), "CH4", context)
    assert found.emission_t / 1000 == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("case_id", ["PW02", "PW03"])
def test_carbon_of_incinerated_waste(case_id, make_record, make_context):
    given, expected, tolerance = ghg(case_id)
    parameters = {"fossil_carbon_fraction": given["CCW"] * given["FCF"], "combustion_efficiency": given["CE"]}
    record = make_record(source_category="WT.02.01", activity_value=given["waste_t"], parameters=parameters)
    assert waste_carbon.METHODS[0].estimate(record, "CO2", make_context()).emission_t == pytest.approx(
        expected, rel=tolerance
    )


def test_methane_of_domestic_wastewater(make_record, make_context):
    given, expected, tolerance = ghg("DW06")
    parameters = {
        "cod_removed_kg_per_unit": 1000.0, "bod_per_cod": given["BOD_COD"], "bo_kg_ch4_per_kg_bod": given["Bo"],
        "mcf": given["MCF"],
    }  # fmt: skip
    found = wastewater.METHOD.estimate(
        make_record(activity_value=given["COD_t"], parameters=parameters), "CH4", make_context()
    )
    assert found.emission_t - given["R_t"] == pytest.approx(expected, rel=tolerance)


def column(name: str, wanted) -> list[float]:
    """Return the numbers of one column of a reference table for the wanted rows."""
    with (ROOT / "method" / "ghg" / name).open(encoding="utf-8-sig", newline="") as handle:
        return wanted(list(csv.DictReader(handle)))


def test_sectors_of_a_published_inventory_add_up_to_its_total():
    given, expected, tolerance = ghg("PX02")
    name = given["col"]

    def sectors(rows):
        first = next(iter(rows[0]))
        is_total = lambda row: "total" in row[first].lower()  # noqa: E731
        return [float(row[name]) for row in rows if row[name] and not is_total(row)]

    assert exact_sum(column(given["file"], sectors)) == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("case_id", ["DK11", "DK21"])
def test_national_total_is_the_sum_of_its_categories(case_id):
    given, expected, tolerance = ghg(case_id)
    excluded = "4" if "excl" in given["scope"] else "none"

    def of_2021(rows):
        names = list(rows[0])
        code = next(n for n in names if "crt" in n.lower() or "code" in n.lower() or "category" in n.lower())
        year = next(n for n in names if "2021" in n)
        return [float(row[year]) for row in rows if not row[code].startswith(excluded)]

    assert exact_sum(column(given["file"], of_2021)) == pytest.approx(expected, rel=tolerance)


def test_so2_of_coal_with_desulphurisation(make_record, make_context, make_paths):
    given, expected, tolerance = pollutant("AC01")
    parameters = {"sulphur_fraction": given["S_frac"], "sulphur_retention": given["sr"]}
    record = make_record(activity_value=given["coal_t"], control_path_id="fgd", parameters=parameters)
    paths = make_paths([("fgd", 1, "scrubber", 1.0, given["op_rate"])], {("scrubber", "SO2"): (given["eta"], "M")})
    found = fuel_sulphur.METHOD.estimate(record, "SO2", make_context(paths=paths))
    assert found.emission_t == pytest.approx(expected["E_t"], rel=tolerance)
    bare = fuel_sulphur.METHOD.estimate(
        make_record(activity_value=given["coal_t"], parameters=parameters), "SO2", make_context()
    )
    assert bare.emission_t == pytest.approx(expected["G_t"], rel=tolerance)


def test_solvent_balance_with_capture_and_removal(make_record, make_context, make_library, make_factor, make_paths):
    given, expected, tolerance = pollutant("AC13")
    factor = make_factor("W", given["W"] * 1000, "g/kg", species="NMVOC")
    paths = make_paths([("rto", 1, "rto", given["gamma"], given["s"])], {("rto", "NMVOC"): (given["eta"], "M")})
    record = make_record(activity_value=given["I_kg"] / 1000, control_path_id="rto")
    found = library_factor.estimate(record, "NMVOC", make_context(make_library([factor]), paths))
    assert found.emission_t == pytest.approx(expected["E_t"], rel=tolerance)


def test_supplied_factors_of_pollutants(make_record, make_context):
    def emitted(amount, factor_kg):
        record = make_record(activity_value=float(amount), parameters={"ef_kg_per_unit:X": factor_kg})
        return supplied_factor.METHOD.estimate(record, "X", make_context()).emission_t

    slip, expected, tolerance = pollutant("AC06")
    assert emitted(slip["coal_t"], slip["EF_g_kg"]) == pytest.approx(expected["NH3_t"], rel=tolerance)
    water, expected, tolerance = pollutant("AC16")
    assert emitted(water["water_m3"], water["EF_kg_m3"]) == pytest.approx(expected["E_t"], rel=tolerance)
    cars, expected, tolerance = pollutant("AC18")
    for species in ("CO", "NOx", "HC", "PM25"):
        found = emitted(cars["pop"] * cars["VKT"], cars[species] / 1000)
        assert found == pytest.approx(expected[f"{species}_t"], rel=tolerance)
    machines, expected, tolerance = pollutant("AC23")
    shaft_kwh = machines["n"] * machines["kW"] * machines["LF"] * machines["h"]
    assert emitted(shaft_kwh, machines["EF"] / 1000) == pytest.approx(expected["HC_plus_NOx_t"], rel=tolerance)
    site, expected, tolerance = pollutant("AC31")
    assert emitted(site["ha"] * site["months"], site["k"] * 1000) == pytest.approx(expected["TSP_t"], rel=tolerance)
    urea, expected, tolerance = pollutant("AC33")
    assert emitted(urea["N_t"], urea["EF"] * 17 / 14 * 1000) == pytest.approx(expected["NH3_t"], rel=tolerance)
