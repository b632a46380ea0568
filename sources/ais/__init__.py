"""Ship positions: logs of AIS messages, as NMEA sentences or as CSV."""
