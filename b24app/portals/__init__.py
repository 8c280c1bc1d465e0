"""Portals: install, uninstall, tokens at rest, availability, change of address, events, people."""
