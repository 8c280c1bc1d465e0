"""Test writes, off until an administrator switches them on: an object is marked, read back, deleted, swept."""
