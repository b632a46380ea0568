"""Hourly monitoring of many stacks: validity, gaps, annual and daily masses, and what they replace in the ledger."""
