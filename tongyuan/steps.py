"""The ordered steps of a build. The command line and the DAGs run these same functions; nothing else schedules work.

pull → stage → estimate → check → allocate → profile → assemble → publish
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inventory.config import RunConfig, environment, load_config, require_project_tables
from inventory.errors import GridError, SchemaError, problem
from inventory.step_report import StepReport
from tongyuan import locks
from tongyuan.projects import find_project
from tongyuan.resume import (
    code_digest,
    combined_digest,
    finished,
    mark_finished,
    marker_path,
    outputs_digest,
    project_digest,
    written,
)

if TYPE_CHECKING:
    from sources.remote.pulling import RemoteAccess

STEPS = ("pull", "stage", "estimate", "check", "allocate", "profile", "assemble", "publish")

_AFTER: dict[str, tuple[str, ...]] = {
    "stage": (), "estimate": ("stage",), "check": ("estimate",), "allocate": ("stage", "estimate"), "profile": (),
    "assemble": ("stage", "estimate", "check", "allocate", "profile"), "publish": ("assemble",),
}  # fmt: skip
_WRITES: dict[str, tuple[str, ...]] = {
    "stage": ("stg_*", "core_delivery", "core_quarantine"),
    "estimate": (
        "core_activity*", "core_allocation_request", "core_facility*", "core_release_point", "core_emission*",
        "core_fuel_property", "core_species_ratio", "core_gap", "core_control*", "core_step_balance",
        "core_measured_emission", "stg_link_traffic_surrogate", "stg_ais_*",
    ),
    "check": ("core_check",),
    "allocate": ("grid_cell", "grid_allocation*", "grid_weight"),
    "profile": ("grid_temporal_profile",),
    "assemble": ("out_*",),
    "publish": (),
}  # fmt: skip


@dataclass(frozen=True)
class BuildContext:
    """What a step needs to know.

    Attributes
    ----------
    out : Path
        Where releases go, and where deliveries are kept.
    work : Path
        Private to this region and year.
    accepted_ids : frozenset of str
        Sources whose changed header, units or years the user accepts.

    """

    config: RunConfig
    out: Path
    work: Path
    accepted_ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StepOutcome:
    """What a step did; `skipped` says that its inputs had not changed."""

    report: StepReport
    skipped: bool
    seconds: float


def open_context(project: str, year: int | None, out: str, accepted_ids: Collection[str] = ()) -> BuildContext:
    """Read the project and make its work directory.

    Parameters
    ----------
    project : str
        Folder; empty for the bundled Shanghai example.
    year : int, optional
        Takes the place of the project's inventory year.
    out : str
        Folder of the releases.
    accepted_ids : collection of str
        As BuildContext.

    Raises
    ------
    InventoryError
        If the settings cannot be used: before anything is read.

    """
    from grids.definition import check_grid  # noqa: PLC0415 - pyproj
    from sources.registry import find_source  # noqa: PLC0415 - pandas

    for source_id in accepted_ids:
        find_source(source_id)
    config = load_config(find_project(project), year)
    require_project_tables(config.project_dir)
    if wrong := check_grid(config.grid):
        raise GridError(*wrong)
    folder = Path(out).resolve()
    work = folder / ".work" / f"{config.region_code}-{config.inventory_year}"
    work.mkdir(parents=True, exist_ok=True)
    return BuildContext(config, folder, work, frozenset(accepted_ids))


def source_groups(project: str, year: int | None) -> dict[str, list[str]]:
    """Return the data sources of a project by group: statistical, point, mobile, spatial."""
    from sources.registry import GROUPS, find_source  # noqa: PLC0415 - pandas

    config = load_config(find_project(project), year)
    groups: dict[str, list[str]] = {group: [] for group in GROUPS}
    for source_id in sorted(config.deliveries):
        groups[find_source(source_id).group].append(source_id)
    return groups


def run_step(step: str, *, project: str, year: int | None, out: str, source_id: str | None = None) -> dict[str, object]:
    """Run one step by itself, as a task of a scheduler does; everything in and out is JSON.

    Parameters
    ----------
    step : str
        One of STEPS.
    project, year, out
        As `open_context`.
    source_id : str, optional
        With `pull`: only this source; other sources may be pulled at the same time.

    Returns
    -------
    dict
        step, counts, messages, skipped, seconds; after `publish` also release_id, content_hash and release_dir.

    """
    context = open_context(project, year, out)
    with locks.hold(context.work, shared=step == "pull"):
        if step == "pull":
            chosen = [source_id] if source_id else sorted(context.config.deliveries)
            outcomes = [pull_source(context, name) for name in chosen]
            outcome = _joined(outcomes)
        else:
            clear_stale_sources(context)
            outcome = run(context, step)
        result: dict[str, object] = {
            "step": step, "counts": outcome.report.counts, "messages": list(outcome.report.messages),
            "skipped": outcome.skipped, "seconds": round(outcome.seconds, 3),
        }  # fmt: skip
        if step == "publish":
            from tongyuan.releases import open_release  # noqa: PLC0415 - sqlalchemy

            release = open_release("current", context.out)
            result |= {
                "release_id": release.release_id, "content_hash": release.manifest["content_hash"],
                "release_dir": str(release.path),
            }  # fmt: skip
        return result


def pull_source(context: BuildContext, source_id: str) -> StepOutcome:
    """Read one delivery, unless it was read before and has not changed."""
    from sources.contract import open_delivery, pull  # noqa: PLC0415 - pandas
    from sources.history import History  # noqa: PLC0415

    step = f"pull.{source_id}"
    config, access = context.config, remote_access(context)
    delivery = open_delivery(config, source_id, replace(access, is_refreshing=True))
    settings = [repr(delivery.spec), config.bad_rows, str(source_id in context.accepted_ids)]
    key = combined_digest([code_digest(), step, delivery.name, delivery.sha256, *settings])
    history = History(access.archive, context.accepted_ids)
    outputs = (f"raw_{source_id}", f"raw_{source_id}_*")
    return _run_once(
        context, step, key, writes=outputs,
        work_of=lambda: pull(config, context.work, [source_id], history=history, access=access),
    )  # fmt: skip


def remote_access(context: BuildContext) -> RemoteAccess:
    """Return what this build may ask outside: what the project allows, and nothing else."""
    from sources.archive import Archive  # noqa: PLC0415 - pandas
    from sources.remote.pulling import RemoteAccess  # noqa: PLC0415

    config = context.config
    return RemoteAccess(config.network, config.databases, Archive.of(context.out), context.work, environment())


def run(context: BuildContext, step: str) -> StepOutcome:
    """Run a step after `pull`, unless nothing that it depends on has changed.

    Raises
    ------
    SchemaError
        If a step that it depends on has not finished.

    """
    before = [f"pull.{source}" for source in sorted(context.config.deliveries)] if step == "stage" else _AFTER[step]
    unfinished = [name for name in before if not marker_path(context.work, name).is_file()]
    if unfinished:
        raise SchemaError(problem("TY5002", step, unfinished=unfinished))
    upstream = [outputs_digest(context.work, name) for name in before]
    settings = [project_digest(context.config), str(context.config.inventory_year)]
    key = combined_digest([code_digest(), step, *settings, *upstream])
    if step in {"assemble", "publish"} and not _is_published(context, step):
        marker_path(context.work, step).unlink(missing_ok=True)
    return _run_once(context, step, key, writes=_WRITES[step], work_of=lambda: _functions()[step](context))


def clear_stale_sources(context: BuildContext) -> None:
    """Remove raw tables of sources that the project no longer names."""
    for marker in context.work.glob("pull.*.done.json"):
        source_id = marker.name.removeprefix("pull.").removesuffix(".done.json")
        if source_id not in context.config.deliveries:
            _remove([context.work / name for name in written(context.work, f"pull.{source_id}")])
            marker.unlink()


def input_hash(context: BuildContext) -> str:
    """Return the hash of deliveries, project, method packs and code of a build."""
    from sources.delivery import open_delivery  # noqa: PLC0415 - pandas

    names, access = sorted(context.config.deliveries), remote_access(context)
    deliveries = [f"{source}:{open_delivery(context.config, source, access).sha256}" for source in names]
    return combined_digest([code_digest(), project_digest(context.config), *deliveries])


def _functions() -> dict[str, Callable[[BuildContext], StepReport]]:
    """Return the function of each step; imported when a build runs, not when a DAG is parsed."""
    from grids.pipeline import allocate, profile  # noqa: PLC0415
    from inventory.checks import check  # noqa: PLC0415
    from inventory.pipeline import estimate  # noqa: PLC0415
    from tongyuan.assembly import assemble  # noqa: PLC0415

    simple = {"estimate": estimate, "check": check, "allocate": allocate, "profile": profile}
    wrapped = {name: _of_work(function) for name, function in simple.items()}
    return {
        **wrapped,
        "stage": _stage,
        "assemble": lambda context: assemble(context.config, context.work, context.out),
        "publish": _publish,
    }


def _stage(context: BuildContext) -> StepReport:
    """Stage what was delivered, prove that no row was lost, and say what changed in the project's own tables."""
    from inventory.staging import stage  # noqa: PLC0415 - pandas
    from sources.contract import write_undelivered  # noqa: PLC0415
    from sources.row_balance import write_row_balance  # noqa: PLC0415
    from tongyuan.project_changes import project_changes  # noqa: PLC0415

    config, work = context.config, context.work
    write_undelivered(config, work)
    rows = write_row_balance(list(config.deliveries), work)
    report = stage(config, work)
    notices = _judged_places(config, work)
    changes = project_changes(config, context.out)
    return replace(report, counts=rows | report.counts, messages=(*report.messages, *notices, *changes))


def _judged_places(config: RunConfig, work: Path) -> list[str]:
    """Refuse facilities, coordinates, surrogates and profiles that cannot be right; return what is doubtful."""
    from grids.facility_places import check_places  # noqa: PLC0415 - shapely
    from grids.profiles.delivered import check_delivered_profiles  # noqa: PLC0415
    from grids.surrogates import check_surrogates  # noqa: PLC0415
    from inventory.facility_checks import check_facilities  # noqa: PLC0415
    from inventory.warehouse import read_table  # noqa: PLC0415

    facilities, places = check_facilities(config, work), check_places(config, work)
    errors = [
        *facilities.errors,
        *places.errors,
        *check_surrogates(read_table("stg_surrogates_component", work)),
        *check_delivered_profiles(read_table("stg_temporal_profiles_weight", work), config.inventory_year),
    ]
    if errors:
        raise SchemaError(*errors)
    notices = (*places.notices, *facilities.notices)
    return [f"[{found.code}] {found.place}：{found.message_zh} / {found.message_en}" for found in notices]


def _publish(context: BuildContext) -> StepReport:
    """Publish, then write down what was published: the next delivery is compared with it."""
    from sources.accepted import publish_signatures, read_signatures  # noqa: PLC0415 - pandas
    from sources.archive import Archive  # noqa: PLC0415
    from tongyuan.project_changes import keep_project_tables  # noqa: PLC0415
    from tongyuan.releases import open_release, publish  # noqa: PLC0415

    config, out = context.config, context.out
    report = publish(out, context.work, input_hash(context))
    release_id = open_release("current", out).release_id
    signatures = read_signatures(context.work, config.deliveries)
    publish_signatures(Archive.of(out), config.region_code, signatures, release=release_id)
    keep_project_tables(config, out)
    return report


def _of_work(function: Callable[[RunConfig, Path], StepReport]) -> Callable[[BuildContext], StepReport]:
    """Return a step that takes the context."""
    return lambda context: function(context.config, context.work)


def _run_once(
    context: BuildContext, step: str, key: str, *, writes: tuple[str, ...], work_of: Callable[[], StepReport]
) -> StepOutcome:
    """Return the earlier report, or run the step: marker off, old tables off, new tables, marker on."""
    started = time.perf_counter()
    earlier = finished(context.work, step, key)
    if earlier is not None:
        return StepOutcome(earlier, skipped=True, seconds=time.perf_counter() - started)
    marker_path(context.work, step).unlink(missing_ok=True)
    _remove(_matching(context.work, writes))
    report = work_of()
    mark_finished(context.work, step, key, report=report, outputs=_matching(context.work, writes))
    return StepOutcome(report, skipped=False, seconds=time.perf_counter() - started)


def _is_published(context: BuildContext, step: str) -> bool:
    """Return whether the release of this work directory stands whole and, for `publish`, is the current one."""
    from tongyuan.releases import is_current, stands_whole  # noqa: PLC0415 - sqlalchemy

    return stands_whole(context.out, context.work) and (step == "assemble" or is_current(context.out, context.work))


def _joined(outcomes: list[StepOutcome]) -> StepOutcome:
    """Return one outcome of several pulls."""
    counts = {name: count for outcome in outcomes for name, count in outcome.report.counts.items()}
    messages = tuple(message for outcome in outcomes for message in outcome.report.messages)
    report = StepReport("pull", counts, messages)
    return StepOutcome(report, all(o.skipped for o in outcomes), sum(o.seconds for o in outcomes))


def _matching(work: Path, patterns: tuple[str, ...]) -> list[Path]:
    """Return the Parquet files of some tables."""
    return sorted({path for pattern in patterns for path in work.glob(f"{pattern}.parquet")})


def _remove(paths: list[Path]) -> None:
    """Delete files that may be there."""
    for path in paths:
        path.unlink(missing_ok=True)
