"""Energy balance of Shanghai, physical units."""
