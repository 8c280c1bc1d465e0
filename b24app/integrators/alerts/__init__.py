"""Alerts and the weekly digest of an integrator's people: what is red at which client, who was notified, what was done about it."""
