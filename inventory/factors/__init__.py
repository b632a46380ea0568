"""The shared emission factor library: packs, selection, abatement."""
