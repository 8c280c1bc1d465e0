"""Putting back: plan, preview, writing, log, undo."""
