"""Putting back data: reading items from the copy, choosing, the preview, writing in batches, the undo."""
