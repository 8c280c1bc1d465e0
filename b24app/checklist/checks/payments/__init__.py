"""Checks of payment systems, receipts and payments."""
