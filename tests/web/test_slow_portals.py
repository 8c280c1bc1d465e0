"""Forty openings of a portal that drips, on a real gunicorn of eight threads: nobody else notices, and nobody waits for long."""

import time

import pytest

from b24app.frames.opening_questions import OPENING_SECONDS
from bench.openings import built, crowd, hold

pytestmark = [pytest.mark.enable_socket, pytest.mark.servers]
SOON = 2.0  # seconds; without a limit of openings all eight threads are held for a minute and more
AT_MOST = 6.0  # three of waiting, and the drawing of a page on a busy machine


def test_forty_openings_of_a_dripping_portal_leave_the_others_alone():
    with built() as town:
        felt = crowd(town, "head", seconds=4.0)
        assert max(felt.live) < SOON
        assert max(felt.page) < SOON
        assert max(felt.holds) < AT_MOST
        assert set(felt.statuses) == {200, 503}
        assert felt.statuses.count(200) >= 1
        seconds, status = hold(town, "head")
        assert (status, seconds < SOON) == (200, True), "a portal that was silent a moment ago holds no page"
        town.line.kind = ""
        time.sleep(OPENING_SECONDS + 1.0)  # by then nothing drips any more, so that the portal is asked again
        assert "data-read-only" not in town.open(town.bad).text
