"""Checks of delivery services, checkout and orders."""
