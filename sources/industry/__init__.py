"""Industrial output and solvent use."""
