"""Every REST 3.0 method the sandbox answers; importing this package registers them."""

from sandbox.rest3.methods import documentation, employees, event_log

__all__ = ["documentation", "employees", "event_log"]
