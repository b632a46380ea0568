"""How every DuckDB connection is closed: no extension is fetched, and what is read from reaches no other file."""

from __future__ import annotations

Settings = dict[str, "str | bool | int | float | list[str]"]

CLOSED: Settings = {
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
"""For statements of ours on tables that we register: one thread, so that sums keep their order."""

SEALED: Settings = {**CLOSED, "enable_external_access": False, "lock_configuration": True}
"""For a published store, where somebody else's statement may run: no file, no network, no change of these settings."""
