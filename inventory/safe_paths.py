"""Which paths a project may name: inside its folder, or inside the folders that it declares.

Looks at text and symbolic links only; opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from inventory.errors import Problem, SchemaError, problem

_SCHEME = re.compile(r"\s*([A-Z][A-Z0-9+.\-]*:(?=//)|[A-Z][A-Z0-9+\-]+:|[/\\]vsi[a-z0-9_]*)", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
_MAX_NAME_BYTES = 255
_MAX_PATH_BYTES = 4096


def require_inside(project_dir: Path, text: str, *, roots: Sequence[str] = (), place: str = "") -> Path:
    """Return the path that a project names, resolved, if it lies in the project or in a declared folder.

    Backslashes are read as separators, so that a project written on Windows means the same elsewhere. A pattern such
    as `tables/*.csv` is a text like any other; what it matches goes through this function again, because a match can
    be a symbolic link.

    Parameters
    ----------
    project_dir : Path
        Folder of inventory.toml; it may itself be reached through a link.
    text : str
        As the project gives it.
    roots : sequence of str
        Folders outside the project that it declares, absolute or relative to it.
    place : str
        Where the text stands; the text itself by default.

    Raises
    ------
    SchemaError
        SC903 for an address or virtual path (`http://`, `s3://`, `file:`, `/vsicurl/`), SC902 for anything that is
        not allowed: `~`, control characters, UNC, devices of Windows, or a target outside.

    """
    plain = require_plain(text, place=place)
    where = place or _shown(text)
    try:
        resolved = (project_dir / plain).resolve()
        allowed = [project_dir.resolve(), *((project_dir / root).resolve() for root in roots)]
    except (OSError, RuntimeError) as error:
        raise SchemaError(_refused(where, "符号链接成环或无法解析", "a symbolic link cannot be resolved")) from error
    if not any(resolved.is_relative_to(root) for root in allowed):
        raise SchemaError(_refused(where, "在项目文件夹之外", "it lies outside the project folder"))
    return resolved


def require_plain(text: str, *, place: str = "") -> Path:
    """Return the path that someone typed, anywhere on this machine; what is no path of a file is refused.

    This alone is asked of the command line, where an absolute path is fine.

    Raises
    ------
    SchemaError
        See `require_inside`, except for places outside.

    """
    where = place or _shown(text)
    found = _SCHEME.match(text)
    if found:
        raise SchemaError(problem("SC903", where, reason_zh=found.group(1), reason_en=found.group(1)))
    reason = _reason(text)
    if reason:
        raise SchemaError(_refused(where, *reason))
    return Path(text.replace("\\", "/"))


def _reason(text: str) -> tuple[str, str] | None:
    """Return why a text cannot be the path of a file."""
    parts = PurePosixPath(text.replace("\\", "/")).parts
    refusals = {
        ("空路径", "it is empty"): not text.strip(),
        ("含控制字符", "it holds control characters"): any(ord(sign) < 32 or ord(sign) == 127 for sign in text),
        ("网络共享路径（UNC）", "it is a network share (UNC)"): text.lstrip().replace("\\", "/").startswith("//"),
        ("以 ~ 开头", "it begins with ~"): text.lstrip().startswith("~"),
        ("带盘符", "it names a drive"): bool(_DRIVE.match(text.lstrip())),
        ("含冒号", "it holds a colon"): ":" in text,
        ("Windows 设备名", "it names a device of Windows"): any(_DEVICE.fullmatch(part) for part in parts),
        ("太长", "it is too long"): _is_too_long(text, parts),
    }
    return next((reason for reason, holds in refusals.items() if holds), None)


def _is_too_long(text: str, parts: Sequence[str]) -> bool:
    """Return whether no file system could hold the path."""
    longest = max((len(part.encode("utf-8", "surrogatepass")) for part in parts), default=0)
    return longest > _MAX_NAME_BYTES or len(text.encode("utf-8", "surrogatepass")) > _MAX_PATH_BYTES


def _refused(place: str, reason_zh: str, reason_en: str) -> Problem:
    """Return the finding of a refused path."""
    return problem("SC902", place, reason_zh=reason_zh, reason_en=reason_en)


def _shown(text: str) -> str:
    """Return a path for a message: control characters spelled out, cut where it is very long."""
    visible = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return visible if len(visible) <= 120 else visible[:117] + "…"
