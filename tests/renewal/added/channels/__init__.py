"""A channel that the application does not have."""
