"""Portals: installing, uninstalling, tokens at rest, and who is knocking."""
