"""What holds for every test; the actors are in `tests/fixtures.py`, which imports the application only when a test asks for it."""

import gc

import pytest
from hypothesis import settings as hypothesis_settings

from tests.story import CLIENT_ID, CLIENT_SECRET, DAY_OF_THE_STORY

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "DAY_OF_THE_STORY"]

# A machine that stalls for a moment is no fault of a test.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")

pytest_plugins = ["tests.fixtures"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What opens a socket talks to a real server, and belongs to that part of the tests."""
    for item in items:
        if item.get_closest_marker("enable_socket"):
            item.add_marker("servers")


def pytest_collection_finish() -> None:
    """Spare the collector a million objects that live as long as the run; what tests leave is still found."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
