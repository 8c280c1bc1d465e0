"""Texts, tables and formats."""
