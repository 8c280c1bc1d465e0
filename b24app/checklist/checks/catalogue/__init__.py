"""Checks of catalogue, prices, currencies and stores."""
