"""Reading delivered files as text: what they are, their limits, their cells and their headers."""
