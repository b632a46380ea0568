"""What is in the store: one .sql and one .yml per table, by layer; no code lives here."""
