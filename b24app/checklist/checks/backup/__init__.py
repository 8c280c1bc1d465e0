"""Checks of the backup and of what must not get lost."""
