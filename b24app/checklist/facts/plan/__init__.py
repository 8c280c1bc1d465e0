"""Facts about employees and users."""
