"""What holds for every test; the actors are in `tests/fixtures.py`, which imports the application only when a test asks for it."""

import gc
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tests import asked_statements
from tests.asked_statements import RECORDER
from tests.story import CLIENT_ID, CLIENT_SECRET, DAY_OF_THE_STORY

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "DAY_OF_THE_STORY"]

# A machine that stalls for a moment is no fault of a test.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")

pytest_plugins = ["tests.fixtures"]
STATEMENTS = Path(os.environ["B24_STATEMENTS"]) if os.environ.get("B24_STATEMENTS") else None
"""Where the units leave what they asked of SQLite, and PostgreSQL finds it."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A key that is made anew in each process must not stand in a test's name: workers would disagree about it."""
    return (
        f"{argname} with a key"
        if isinstance(val, str) and "age1" in val.lower().replace("-secret-key-", "")
        else None
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What opens a socket talks to a real server, and belongs to that part of the tests.

    On PostgreSQL what asks for no database, or takes minutes of arithmetic, is left out, and of what SQLite has answered
    already in this run as many tests are asked again as it takes to ask every statement (`tests/asked_statements.py`).
    """
    for item in items:
        if item.get_closest_marker("enable_socket"):
            item.add_marker("servers")
    if os.environ.get("B24_TEST_DATABASE"):
        repeated = to_repeat(items)
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in repeated])
        items[:] = [item for item in items if item.nodeid in repeated]


def to_repeat(items: list[pytest.Item]) -> set[str]:
    """The names of those that PostgreSQL is put: what SQLite has not answered, what is marked, what asks the rest of all statements."""
    able = {item.nodeid: item for item in items if may_repeat(item)}
    asked = asked_statements.read(STATEMENTS) if STATEMENTS else {}
    chosen = asked_statements.choose({name: one for name, one in asked.items() if name in able})
    return {
        name
        for name, item in able.items()
        if name in chosen or name not in asked or item.get_closest_marker("dialect")
    }


def may_repeat(item: pytest.Item) -> bool:
    """Whether a test asks for a database, itself or by what it asks for, and may find another one otherwise.

    One of a module that is marked `once` is repeated where it is marked `dialect` itself: it asks what no other test does.
    """
    marked = [name for name in ("once", "cases", "browser") if item.get_closest_marker(name)]
    left_out = marked and not (marked == ["once"] and item.get_closest_marker("dialect"))
    return "database_template" in getattr(item, "fixturenames", ()) and not left_out


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Record which statements a test asks of SQLite."""
    with RECORDER.during(item.nodeid):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that is skipped on SQLite, because only PostgreSQL can answer it, has not been answered."""
    report = yield
    if report.skipped:
        RECORDER.skip()
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what was recorded."""
    if STATEMENTS and not os.environ.get("B24_TEST_DATABASE") and RECORDER.tests:
        worker = getattr(session.config, "workerinput", {}).get("workerid", "main")
        RECORDER.write(STATEMENTS, worker)


def pytest_collection_finish() -> None:
    """Spare the collector a million objects that live as long as the run; what tests leave is still found."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
