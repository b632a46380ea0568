"""When an inventory is built: the ordered steps of `tongyuan build` as tasks; the work is done in tongyuan.steps."""

from __future__ import annotations

import logging
from typing import Any

from _defaults import DAG_ARGS, PARAMS
from airflow.sdk import Asset, chain, dag, get_current_context, task

GROUPS = ("statistical", "point", "mobile", "spatial")
RELEASE = Asset(name="tongyuan_release", uri="x-tongyuan://releases/current", group="inventory")
LOG = logging.getLogger("tongyuan.dags")


@task
def list_sources(group: str) -> list[str]:
    """Return the data sources of one group that the project delivers."""
    from tongyuan.steps import source_groups

    params = get_current_context()["params"]
    return source_groups(params["project"], params["year"])[group]


@task
def pull(source_id: str) -> dict[str, Any]:
    """Read the delivery of one data source."""
    return _run("pull", source_id=source_id)


@task
def run(step: str) -> dict[str, Any]:
    """Run one step on the tables of the steps before it."""
    return _run(step)


@task(outlets=[RELEASE])
def publish() -> dict[str, Any]:
    """Publish the release and tell the DAGs that wait for it which one it is."""
    report = _run("publish")
    extra = {"release_id": report["release_id"], "content_hash": report["content_hash"], "row_counts": report["counts"]}
    get_current_context()["outlet_events"][RELEASE].extra = extra
    return report


def _run(step: str, **source: str) -> dict[str, Any]:
    """Run a step and log its counts and messages."""
    from tongyuan.steps import run_step

    params = get_current_context()["params"]
    report = run_step(step, project=params["project"], year=params["year"], out=params["out"], **source)
    for message in report["messages"]:
        LOG.info("%s: %s", step, message)
    for name, number in report["counts"].items():
        LOG.info("%s: %s = %s rows" if step == "pull" else "%s: %s = %s", step, name, f"{number:.10g}")
    return report


@dag(params=PARAMS, **DAG_ARGS)
def build_inventory() -> None:
    """Pull every source, then stage → estimate → check → allocate → profile → assemble → publish."""
    pulled = [
        pull.override(task_id=f"pull_{group}").expand(
            source_id=list_sources.override(task_id=f"list_{group}")(group),
        )
        for group in GROUPS
    ]
    # A group without sources is skipped; a failed pull still stops the run.
    stage = run.override(task_id="stage", trigger_rule="none_failed")("stage")
    # One after the other: each of them holds the work folder for itself.
    later = [run.override(task_id=name)(name) for name in ("estimate", "check", "allocate", "profile", "assemble")]
    pulled >> stage
    chain(stage, *later, publish())


build_inventory()
