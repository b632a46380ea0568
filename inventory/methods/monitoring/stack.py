"""Emission of a stack from its own measurements: continuous monitoring, or single tests."""

from __future__ import annotations

import numpy as np

from inventory.activity_record import ActivityRecord, Estimate
from inventory.errors import SchemaError, problem
from inventory.methods.context import Method, MethodContext
from inventory.methods.monitoring.hours import emission_of_hour
from inventory.methods.monitoring.priority import VALID_CAPTURE

_SPECIES = ("SO2", "NOx", "CO", "NMVOC", "NH3", "TSP", "PM10", "PM2.5", "Hg")


def _by_monitor(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate a year from the flow-weighted mean of its valid hours; the control is in what the monitor sees."""
    hours = record.parameter("operating_hours")
    used = np.asarray(record.parameter("cems_valid_hours")) - record.parameter("cems_flagged_hours")
    if np.any(used < VALID_CAPTURE * np.asarray(hours)) or np.any(np.asarray(hours) <= 0.0):
        raise SchemaError(problem("TY3165", f"{record.activity_id} ({record.source_category}) › {species}"))
    return Estimate(
        emission_of_hour(
            record.parameter(f"cems_mean_mg_per_m3:{species}"),
            flow_m3_per_h=record.parameter("cems_flow_nm3_per_h"),
            hours=hours,
        )
    )


def _by_test(record: ActivityRecord, species: str, context: MethodContext) -> Estimate:
    """Estimate a year from a test, scaled from the load of the test to the mean load of the year."""
    tested_t = emission_of_hour(
        record.parameter(f"tested_mg_per_m3:{species}"),
        flow_m3_per_h=record.parameter("tested_flow_nm3_per_h"),
        hours=record.parameter("operating_hours"),
    )
    return Estimate(tested_t * record.parameter("mean_load_per_tested_load"))


METHODS = (
    Method(
        name="continuous_monitoring",
        zh="连续监测",
        en="continuous monitoring",
        species=_SPECIES,
        needs=(
            "cems_mean_mg_per_m3", "cems_flow_nm3_per_h", "operating_hours", "cems_valid_hours", "cems_flagged_hours",
        ),
        categories=("FC", "IP", "WT.02", "SV", "ST"),
        estimate=_by_monitor,
        citation="T/CSES 144-2024, equation (1), with 10^-9",
        tier="3",
    ),
    Method(
        name="unit_measurement",
        zh="机组实测",
        en="measurement of the unit",
        species=_SPECIES,
        needs=("tested_mg_per_m3", "tested_flow_nm3_per_h", "operating_hours", "mean_load_per_tested_load"),
        categories=("FC", "IP", "WT.02", "SV", "ST"),
        estimate=_by_test,
        citation="T/CSES 144-2024, equation (1), with 10^-9",
        tier="3",
    ),
)  # fmt: skip
