"""How sure the numbers are: half-widths, error propagation (Approach 1) and Monte Carlo simulation (Approach 2)."""

from inventory.uncertainty.bounds import confidence_half_width_pct, relative_bounds

__all__ = ["confidence_half_width_pct", "relative_bounds"]
