"""Traffic on road links: the delivered table as text, no judgement."""

from sources.reading.table import read_delivered_table as extract

__all__ = ["extract"]
