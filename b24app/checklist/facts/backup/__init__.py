"""Facts about the disk."""
