"""Tests of the copy and of putting back."""
