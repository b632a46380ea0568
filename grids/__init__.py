"""Where and when emissions go: grid, surrogates, allocation, profiles and layers."""
