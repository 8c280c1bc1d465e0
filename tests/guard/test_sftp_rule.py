"""Port 22 is dialled for SFTP and for nothing else."""

import pytest

from b24app.guard import ENTERED, PORTALS, SFTP, Guard, PlaceRefused


def test_sftp_is_dialled_at_its_own_port_and_at_high_ones() -> None:
    guard = Guard(SFTP)
    assert guard.judge("https://backup.example.com:22/").port == 22
    assert guard.judge("https://backup.example.com:2222/").port == 2222
    with pytest.raises(PlaceRefused, match="port"):
        guard.judge("https://backup.example.com:25/")


@pytest.mark.parametrize("rule", [ENTERED, PORTALS])
def test_nothing_else_is_dialled_there(rule: object) -> None:
    with pytest.raises(PlaceRefused, match="port"):
        Guard(rule).judge("https://backup.example.com:22/")  # type: ignore[arg-type]
