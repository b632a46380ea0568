"""Aircraft types of the fleet groups."""
