"""How emissions are estimated: vocabulary, factor library, activity ledger, estimation and checks.

Imports nothing of sources, grids, tongyuan or dags. `inventory.estimate(activity)` estimates any table of activities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inventory.calculation.calculate import estimate

__all__ = ["estimate"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type of a lazily loaded name
    """Load the public function when it is asked for, so that importing a part stays light."""
    if name == "estimate":
        from inventory.calculation.calculate import estimate  # noqa: PLC0415

        return estimate
    raise AttributeError(name)
