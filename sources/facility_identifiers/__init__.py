"""Names, former names and official codes of facilities."""
