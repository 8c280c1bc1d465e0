"""Situations of a shop with the right answer, played against the whole application: `python -m bench.truth`."""
