"""The six proofs of a copy, retention, and mass loss."""
