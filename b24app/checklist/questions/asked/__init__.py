"""The questions themselves, found by this folder: what a portal does not tell (REST offers nothing for it)."""
