"""Iron, steel and other metals. One file per method."""

from inventory.methods.context import Method
from inventory.methods.metals import sinter_sulphur

METHODS: tuple[Method, ...] = (sinter_sulphur.METHOD,)

__all__ = ["METHODS"]
