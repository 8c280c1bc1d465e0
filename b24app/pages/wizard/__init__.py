"""Pages of the installation."""
