"""The one door to everything remote: a delivery with an address or a database, as a snapshot of the archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from inventory.delivery_spec import DeliverySpec
from sources.archive import Archive, Snapshot


@dataclass(frozen=True)
class RemoteAccess:
    """What a build may ask outside, and where it remembers what it got.

    Attributes
    ----------
    network, databases : mapping
        Sections of the project; what they do not name is refused.
    work : Path
        Takes `remote_<source>.json`: all steps of a build see the same snapshot, and only `pull` goes out.
    environ : mapping of str to str
        Where secrets stand.
    is_refreshing : bool
        Ask again, as the pull step does; else the snapshot of this build is taken, if there is one.

    """

    network: Mapping[str, Any]
    databases: Mapping[str, Any]
    archive: Archive
    work: Path
    environ: Mapping[str, str]
    is_refreshing: bool = False


def open_remote(source_id: str, spec: DeliverySpec, access: RemoteAccess) -> Snapshot:
    """Return the snapshot of a delivery for this build.

    Raises
    ------
    DataSourceError, RemoteUnavailableError
        See `pull_remote`.

    """
    note = access.work / f"remote_{source_id}.json"
    pinned = None if access.is_refreshing else _pinned(note, spec, access.archive)
    if pinned:
        return pinned
    snapshot = pull_remote(
        spec, network=access.network, databases=access.databases, archive=access.archive, environ=access.environ
    )
    document = {
        "spec": _digest(spec), "name": snapshot.name, "sha256": snapshot.sha256,
        "suffix": snapshot.path.name.removeprefix(snapshot.sha256), "remarks": snapshot.remarks,
    }  # fmt: skip
    private = note.with_suffix(".tmp")
    private.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    private.replace(note)
    return snapshot


def pull_remote(
    spec: DeliverySpec,
    *,
    network: Mapping[str, Any],
    databases: Mapping[str, Any],
    archive: Archive,
    environ: Mapping[str, str],
) -> Snapshot:
    """Return the snapshot of a delivery that is no file of the project.

    Parameters
    ----------
    network, databases : mapping
        Sections of the project; what they do not name is refused.
    environ : mapping of str to str
        Where secrets stand.

    Raises
    ------
    DataSourceError, RemoteUnavailableError
        See `fetch`, `fetch_object` and `pull_table`.

    """
    if spec.database:
        from sources.remote.database import pull_table  # noqa: PLC0415 - SQLAlchemy is slow to import

        return pull_table(spec, databases=databases, archive=archive, environ=environ)
    from sources.remote.rules import parse_network  # noqa: PLC0415 - httpx: only what is remote needs it

    rules = parse_network(network)
    if spec.url.lower().startswith("s3://"):
        from sources.remote.object_store import fetch_object  # noqa: PLC0415

        return fetch_object(spec.url, spec.sha256, rules=rules, archive=archive, environ=environ)
    from sources.remote.http import fetch  # noqa: PLC0415

    return fetch(spec.url, spec.sha256, rules=rules, archive=archive)


def _pinned(note: Path, spec: DeliverySpec, archive: Archive) -> Snapshot | None:
    """Return the snapshot that this build noted for the same spec, if it is whole."""
    if not note.is_file():
        return None
    document = json.loads(note.read_text(encoding="utf-8"))
    path = archive.find(document["sha256"], document["suffix"]) if document["spec"] == _digest(spec) else None
    return Snapshot(path, document["name"], document["sha256"], tuple(document["remarks"])) if path else None


def _digest(spec: DeliverySpec) -> str:
    """Return the hash of a spec."""
    return hashlib.sha256(json.dumps(asdict(spec), sort_keys=True).encode()).hexdigest()
