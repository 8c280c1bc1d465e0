"""A copy whose real workers are killed has every row of the portal once."""

from pathlib import Path

import pytest

from bench.copy_kills import READ, run

pytestmark = [pytest.mark.enable_socket, pytest.mark.servers]


def test_workers_that_are_killed_lose_and_double_no_row_of_a_copy(tmp_path: Path) -> None:
    found = run(tmp_path, kills=3, seed=5, seconds=240)
    assert found.state in READ
    assert found.kills == 3
    assert found.rows > 10_000
    assert (found.missing, found.doubled) == ([], [])
