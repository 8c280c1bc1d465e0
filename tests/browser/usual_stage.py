"""The stage of most browser tests: a plan that ends in twenty days, installed already where a test asks for that."""

import contextlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.browser.stage import Stage, set_stage


def in_twenty_days() -> date:
    """Until when the plan is paid."""
    return date.today() + timedelta(days=20)  # noqa: DTZ011 - as people count


@contextlib.contextmanager
def usual_stage(
    folder: Path, request: pytest.FixtureRequest, *, installed_for: str = "installed"
) -> Iterator[Stage]:
    """Set it; a test that asks for the fixture of this name begins after the wizard and the first checks."""
    begins_installed = installed_for in request.fixturenames
    with set_stage(folder, paid_till=in_twenty_days(), begins_installed=begins_installed) as stage:
        yield stage


@pytest.fixture
def stage(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The stage of a test in which the browser has nothing to complain about."""
    with usual_stage(tmp_path, request) as stage:
        yield stage
        assert stage.complaints == []
