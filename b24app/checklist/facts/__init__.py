"""One file, one fact."""
