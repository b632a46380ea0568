"""Ships from their positions: tracks, modes, engine work by class of ship, and the activity drafts made of it."""
