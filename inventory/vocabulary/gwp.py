"""Global warming potentials, from the package globalwarmingpotentials.

References
----------
Gieseke and Gütschow, globalwarmingpotentials (CC0): IPCC SAR to AR6 tables.
"""

from __future__ import annotations

from functools import cache

import globalwarmingpotentials

from inventory.errors import SchemaError, problem
from inventory.vocabulary import load

_ALIASES = {"AR2": "SARGWP100", "SAR": "SARGWP100", "AR4": "AR4GWP100", "AR5": "AR5GWP100", "AR6": "AR6GWP100"}


def gwp_set_name(name: str) -> str:
    """Return the set as globalwarmingpotentials spells it.

    Raises
    ------
    SchemaError
        If there is no such set.

    """
    spelled = _ALIASES.get(name, name)
    if spelled not in globalwarmingpotentials.data:
        raise SchemaError(problem("FX605", name, text=name))
    return spelled


def is_gwp_set(name: str) -> bool:
    """Return whether there is a set of this name or alias."""
    return _ALIASES.get(name, name) in globalwarmingpotentials.data


def gwp(species: str, gwp_set: str) -> float | None:
    """Return the GWP of a species [t CO2e per t]; None where the set has none or the species is no greenhouse gas.

    CO2 is 1 by definition. Biogenic CO2 has no GWP: it is a memo item.
    """
    if species == "CO2":
        return 1.0
    key = _gwp_keys().get(species, "")
    value = globalwarmingpotentials.data[gwp_set_name(gwp_set)].get(key) if key else None
    return None if value is None else float(value)


@cache
def _gwp_keys() -> dict[str, str]:
    """Return the package's key of each species."""
    table = load("species")
    return dict(zip(table["code"], table["gwp_key"], strict=True))
