"""Facts about sites and counters."""
