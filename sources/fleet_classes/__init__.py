"""How vehicle classes map to categories."""
