"""Probes that write, off until an administrator switches them on: marked, read back, deleted, swept."""
