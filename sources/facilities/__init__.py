"""Named facilities."""
