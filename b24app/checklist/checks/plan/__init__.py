"""Checks of the plan, its end, limits and employees."""
