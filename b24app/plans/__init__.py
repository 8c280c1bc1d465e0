"""Plans of a portal: limits, use, prices, advice and budget."""
