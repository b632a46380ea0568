"""What GDAL may not do here: open a network address, or a file that stands for other files.

Must run before the first import of pyogrio or rasterio (each carries a GDAL of its own): GDAL reads these settings
when it registers its drivers. The readers do not rely on it alone: they look at the content before GDAL does.
"""

from __future__ import annotations

import os

REFUSED_DRIVERS = (
    "VRT", "OGR_VRT", "DERIVED", "GTI", "STACTA", "STACIT", "GDALG", "WMS", "WMTS", "WCS", "WFS", "OAPIF", "OGCAPI",
    "CSW", "HTTP", "EEDA", "EEDAI", "DAAS", "PLSCENES", "PLMOSAIC", "NGW", "AmigoCloud", "Carto",
    "Elasticsearch", "ADBC", "PostgreSQL", "PostGISRaster", "MySQL", "ODBC", "MSSQLSpatial",
)  # fmt: skip
"""Drivers that read elsewhere than in the file that they are given."""

_SETTINGS = {
    "GDAL_SKIP": ",".join(REFUSED_DRIVERS),
    "OGR_SKIP": ",".join(REFUSED_DRIVERS),
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "PROJ_NETWORK": "OFF",
    # A build of GDAL complains of every skipped driver that it does not have; errors of calls go to Python anyway.
    "CPL_LOG": os.devnull,
}


def guard_gdal() -> None:
    """Set GDAL's restrictions for this process; a second call changes nothing."""
    os.environ.update(_SETTINGS)
