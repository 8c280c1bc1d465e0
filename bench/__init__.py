"""Measured ratios: the wire beside its peers."""
