"""Pages of the renewal, one module each."""
