"""The questions themselves, found by this folder: what REST offers no method for."""
