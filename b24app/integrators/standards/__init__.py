"""Standards: expected values for a set of clients, what was found at each, and what was decided about a difference."""
