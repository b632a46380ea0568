"""Boundaries of the districts: the delivered table with its polygons read, mended where that is safe, and compared."""

from __future__ import annotations

from sources.delivery import Delivery
from sources.reading.cells import DeliveredTable
from sources.reading.polygons import check_polygons
from sources.reading.table import read_delivered_table


def extract(delivery: Delivery) -> DeliveredTable:
    """Return the delivered table; its wkt is valid, or a finding says why not."""
    return check_polygons(read_delivered_table(delivery), name="region_code")
