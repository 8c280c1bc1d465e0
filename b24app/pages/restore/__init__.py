"""Pages of putting back: preview, under way, done, and undoing."""
