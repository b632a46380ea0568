"""Land use, forest and construction."""
