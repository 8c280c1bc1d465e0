"""The writers, found by this folder: one file a kind of objects."""
