"""Integrators: their portals, what clients give them, what they see."""
