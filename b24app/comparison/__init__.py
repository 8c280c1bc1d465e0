"""Comparison of runs: resources, baseline, changes, and verification after activation."""
