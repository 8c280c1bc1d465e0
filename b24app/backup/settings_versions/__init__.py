"""Versions of a portal's settings by night, and the list of their changes."""
