"""The tab «Copy»."""
