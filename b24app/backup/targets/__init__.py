"""Where packs go: one file a kind of storage."""
