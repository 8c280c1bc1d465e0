"""Checks of applications and of our own parts in the portal."""
