"""Age of the fleet: the delivered table as text, no judgement."""

from sources.reading.table import read_delivered_table as extract

__all__ = ["extract"]
