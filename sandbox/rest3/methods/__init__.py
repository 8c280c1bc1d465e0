"""Every REST 3.0 method the sandbox answers; importing this package registers them."""

from sandbox.rest3.methods import documentation, employees, main_eventlog

__all__ = ["documentation", "employees", "main_eventlog"]
