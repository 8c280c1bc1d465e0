"""The scenario of a sandbox portal: what happens to it, by a panel and by an HTTP API."""

from sandbox.scenario.routes import register

__all__ = ["register"]
