"""A kind of reminder that the application does not have."""
