"""Facts about marketplaces."""
