"""Checks of marketplaces and other sources of orders."""
