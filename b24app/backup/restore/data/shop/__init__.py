"""Putting back the shop from a copy: sections, products and their variants, orders."""
