"""Units of facilities: boilers, kilns, lines with capacity, fuel, process, outlet and control."""
