"""The REST API of a sandbox portal."""
