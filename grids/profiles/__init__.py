"""Fractions of the year: temporal profiles and the calendar they fall on."""
