"""Reading a portal into packs: steps, resuming, increments, sweeps, budget, estimates."""
