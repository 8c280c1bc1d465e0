"""Signed webhooks to an integrator's own addresses: what happened at clients, named by ids and read at the moment of sending."""
