"""Pages of putting back: preview, under way, done, and the way back."""
