"""Non-road machines by kind, power band and emission stage: number, power, load and hours."""
