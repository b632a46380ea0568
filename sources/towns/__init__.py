"""Towns and sub-districts with residents."""
