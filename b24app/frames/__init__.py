"""Verification of an opening in a portal's iframe, and the page tokens that follow from it."""
