"""Energy balance of Shanghai, physical units: the delivered table as text, no judgement."""

from sources.delivery import read_delivered_table as extract

__all__ = ["extract"]
