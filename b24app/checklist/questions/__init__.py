"""Questions that only a person can answer, the answers and their evidence."""
