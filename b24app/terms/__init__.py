"""Paid terms, the policy of a renewal, working days, the payment plan; corrections and sources of their data."""
