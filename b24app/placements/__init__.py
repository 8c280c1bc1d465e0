"""Placements: widgets in a portal, one file each, found by their folder (placement.py)."""
