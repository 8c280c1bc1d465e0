"""The address guard."""
