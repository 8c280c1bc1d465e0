"""Entities of the copy: one file an area, each entity with its method, its place in the order and what can be put back."""
