"""The REST door of a sandbox portal."""
