"""The one place that reads a project's inventory.toml.

Knows the shape of the file and refuses unknown keys; does no data work.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from inventory.delivery_spec import DeliverySpec, parse_delivery
from inventory.errors import Problem, SchemaError, problem
from inventory.vocabulary import load
from inventory.vocabulary.gwp import is_gwp_set


@dataclass(frozen=True)
class GridSpec:
    """The target grid: CRS, south-west corner, cell size and shape (ny, nx)."""

    crs: str
    x_min_m: float
    y_min_m: float
    cell_size_m: float
    nx: int
    ny: int

    @property
    def grid_id(self) -> str:
        """Hash of CRS, origin, step and shape."""
        text = f"{self.crs}|{self.x_min_m!r}|{self.y_min_m!r}|{self.cell_size_m!r}|{self.ny}|{self.nx}"
        return "G" + hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class RunConfig:
    """Everything that a build needs to know, read once and passed down.

    Attributes
    ----------
    deliveries : dict of str to DeliverySpec
        How each data source is delivered.
    packs : tuple of str
        Method packs, the first has precedence.
    local_factors : Path or None
        Folder of local factors, which come before the packs.
    bad_rows : str
        `stop`: a wrong cell stops the build; `quarantine`: its row is set aside and listed in the release.
    rescale_threshold : float
        Share of a total by which its point sources may exceed it and still be rescaled.
    tsp_size_shares : dict of str to float
        Parts of a measured TSP [1] that are PM10 and PM2.5.
    allowed_roots : tuple of str
        Folders outside the project that deliveries may lie in.
    databases, network : dict
        Sections [databases.<name>] and [network]: what may be fetched; nothing by default.

    """

    project_dir: Path
    title_zh: str
    region_code: str
    inventory_year: int
    time_zone: str
    grid: GridSpec
    gwp_set_headline: str
    gwp_set_submission: str
    packs: tuple[str, ...]
    deliveries: dict[str, DeliverySpec]
    map_approval_no: str
    local_factors: Path | None = None
    bad_rows: str = "stop"
    rescale_threshold: float = 0.001
    allowed_roots: tuple[str, ...] = ()
    tsp_size_shares: dict[str, float] = field(default_factory=dict)
    databases: dict[str, dict[str, Any]] = field(default_factory=dict)
    network: dict[str, Any] = field(default_factory=dict)

    @property
    def period_start(self) -> date:
        """First local day of the inventory year."""
        return date(self.inventory_year, 1, 1)

    @property
    def period_end(self) -> date:
        """Last local day of the inventory year."""
        return date(self.inventory_year, 12, 31)


_TABLES = (
    "activity_map.csv", "activity_parameters.csv", "control_paths.csv", "control_removals.csv", "missing_inputs.csv",
)  # fmt: skip

_SHAPE: dict[str, set[str]] = {
    "inventory": {"title_zh", "region_code", "inventory_year", "time_zone", "map_approval_no"},
    "grid": {"crs", "x_min_m", "y_min_m", "cell_size_m", "nx", "ny"},
    "gwp": {"headline", "submission"},
    "packs": {"ghg", "ap", "fallback"},
}

_OPTIONAL: dict[str, set[str]] = {
    "factors": {"local"},
    "quality": {"bad_rows", "rescale_threshold"},
    "paths": {"roots"},
    "monitoring": {"pm10_per_tsp", "pm25_per_tsp"},
    "network": {"allowed_hosts", "max_bytes", "timeout_s", "allow_private_addresses"},
}
"""Sections that a project may leave out; [databases.<name>] is checked where it is used."""

_SIZE_SHARES = {"pm10_per_tsp": "PM10", "pm25_per_tsp": "PM2.5"}
_BAD_ROWS = ("stop", "quarantine")


def load_config(project_dir: Path, inventory_year: int | None = None) -> RunConfig:
    """Read `inventory.toml` of a project.

    Parameters
    ----------
    project_dir : Path
        Folder of the project.
    inventory_year : int, optional
        Takes the place of the year in the file.

    Raises
    ------
    SchemaError
        If the file is missing, a key is unknown or absent, or a value has the wrong type; all findings at once.

    """
    path = project_dir / "inventory.toml"
    if not path.is_file():
        raise SchemaError(problem("TY1001", path))
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(problem("TY1002", path, reason=error)) from error
    problems = [*_unknown_keys(raw, path), *_missing_keys(raw, path)] or _wrong_values(raw, path)
    if problems:
        raise SchemaError(*problems)
    return _build(raw, project_dir.resolve(), inventory_year)


def environment() -> dict[str, str]:
    """Return the environment, where the secrets of databases and object stores stand; the one look-up of it."""
    return dict(os.environ)


def require_project_tables(project_dir: Path) -> None:
    """Refuse a project without its maps.

    Raises
    ------
    SchemaError
        Naming every table that is missing.

    """
    missing = [name for name in _TABLES if not project_dir.joinpath(name).is_file()]
    if missing:
        raise SchemaError(*(problem("TY1006", name) for name in missing))


def _unknown_keys(raw: dict[str, Any], path: Path) -> list[Problem]:
    """List keys that nothing reads: most are spelling mistakes."""
    known = _SHAPE | _OPTIONAL
    wrong = [section for section in raw if section not in {*known, "deliveries", "databases"}]
    for section, keys in known.items():
        wrong += [f"{section}.{key}" for key in raw.get(section, {}) if key not in keys]
    return [problem("TY1003", f"{path.name} › {key}") for key in wrong]


def _missing_keys(raw: dict[str, Any], path: Path) -> list[Problem]:
    """List keys that a build cannot do without."""
    missing = [
        f"{section}.{key}"
        for section, keys in _SHAPE.items()
        for key in sorted(keys)
        if key not in raw.get(section, {})
    ]
    if not raw.get("deliveries"):
        missing.append("deliveries")
    return [problem("TY1004", f"{path.name} › {key}") for key in missing]


def _wrong_values(raw: dict[str, Any], path: Path) -> list[Problem]:
    """List values of the wrong type or outside the closed lists."""
    numbers = [("grid", name) for name in ("x_min_m", "y_min_m", "cell_size_m")]
    whole = [("inventory", "inventory_year"), ("grid", "nx"), ("grid", "ny")]
    wrong = [f"{a}.{b}" for a, b in numbers if not isinstance(raw[a][b], int | float)]
    wrong += [f"{a}.{b}" for a, b in whole if not isinstance(raw[a][b], int)]
    if raw["inventory"]["region_code"] not in set(load("regions")["code"]):
        wrong.append("inventory.region_code")
    local = raw.get("factors", {}).get("local", "")
    if not isinstance(local, str) or not path.parent.joinpath(local).is_dir():
        wrong.append("factors.local")
    quality = raw.get("quality", {})
    if quality.get("bad_rows", "stop") not in _BAD_ROWS:
        wrong.append("quality.bad_rows")
    shares = raw.get("monitoring", {}).items()
    wrong += [f"monitoring.{name}" for name, share in shares if not isinstance(share, float) or not 0.0 <= share <= 1.0]
    if not isinstance(quality.get("rescale_threshold", 0.0), int | float):
        wrong.append("quality.rescale_threshold")
    return [*(problem("TY1005", f"{path.name} › {key}") for key in wrong), *_unreadable(raw, path)]


def _unreadable(raw: dict[str, Any], path: Path) -> list[Problem]:
    """List deliveries and GWP sets that cannot be read."""
    return [
        *(found for source, value in raw["deliveries"].items() for found in parse_delivery(source, value)[1]),
        *(
            problem("FX605", f"{path.name} › gwp.{name}", text=value)
            for name, value in raw["gwp"].items()
            if not is_gwp_set(str(value))
        ),
    ]


def _build(raw: dict[str, Any], project_dir: Path, inventory_year: int | None) -> RunConfig:
    """Turn the checked document into a RunConfig."""
    about, grid, gwp, packs = raw["inventory"], raw["grid"], raw["gwp"], raw["packs"]
    quality = raw.get("quality", {})
    specs = {source: parse_delivery(source, value)[0] for source, value in raw["deliveries"].items()}
    return RunConfig(
        project_dir=project_dir,
        title_zh=str(about["title_zh"]),
        region_code=str(about["region_code"]),
        inventory_year=int(inventory_year or about["inventory_year"]),
        time_zone=str(about["time_zone"]),
        grid=GridSpec(
            str(grid["crs"]), float(grid["x_min_m"]), float(grid["y_min_m"]), float(grid["cell_size_m"]),
            int(grid["nx"]), int(grid["ny"]),
        ),
        gwp_set_headline=str(gwp["headline"]),
        gwp_set_submission=str(gwp["submission"]),
        packs=(str(packs["ghg"]), str(packs["ap"]), *map(str, packs["fallback"])),
        deliveries={source: spec for source, spec in specs.items() if spec is not None},
        map_approval_no=str(about["map_approval_no"]),
        local_factors=project_dir / raw["factors"]["local"] if "local" in raw.get("factors", {}) else None,
        bad_rows=str(quality.get("bad_rows", "stop")),
        rescale_threshold=float(quality.get("rescale_threshold", 0.001)),
        allowed_roots=tuple(map(str, raw.get("paths", {}).get("roots", ()))),
        tsp_size_shares={
            species: float(raw["monitoring"][key])
            for key, species in _SIZE_SHARES.items()
            if key in raw.get("monitoring", {})
        },
        databases=dict(raw.get("databases", {})),
        network=dict(raw.get("network", {})),
    )  # fmt: skip
