"""Checks of shop sites and their counters."""
