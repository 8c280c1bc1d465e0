"""Alerts and the weekly digest of an integrator's people: what is red at which client, who was told, what was done about it."""
