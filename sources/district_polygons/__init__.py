"""Boundaries of the districts, in place of those that come with the product."""
