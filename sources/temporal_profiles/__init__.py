"""Temporal profiles of the project, in place of those of the method packs."""
