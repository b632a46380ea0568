"""Files that GIS staff and modellers open: one writer per format."""
