"""How emissions are spread through the year."""
