"""Generation, imports and grid factors."""
