"""What each surrogate is made of."""
