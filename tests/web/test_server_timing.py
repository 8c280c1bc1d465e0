"""Server-Timing: off unless the operator switches it on, and then nothing but numbers that are true."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from b24app.settings import Settings
from b24app.timings import Timings, present_timings, start_timing, stop_timing, timed
from b24app.web.server_timing import write_timings
from tests.actors import Actor
from tests.fixtures import settings_with
from tests.statements import statements

HEADER = "Server-Timing"
WHOLE = re.compile(
    r'db;dur=(\d+\.\d);desc="(\d+) statements", render;dur=(\d+\.\d), '
    r'portal;dur=(\d+\.\d);desc="(\d+) requests", total;dur=(\d+\.\d)'
)


class Steps:
    """A clock that moves by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.second = 0.0

    def __call__(self) -> float:
        self.second += 1.0
        return self.second


class TestSwitchedOff:
    def test_no_answer_tells_its_times(self, north: Actor, visitor: FlaskClient) -> None:
        opened = north.opens()
        for answer in (opened.response, opened.get("/renewal"), visitor.get("/"), visitor.get("/nowhere")):
            assert HEADER not in answer.headers

    def test_nothing_is_measured(self) -> None:
        with timed("portal"):
            assert present_timings() is None


class TestSwitchedOn:
    @pytest.fixture
    def settings(self, database_url: str, seal_key: str) -> Settings:
        return settings_with(database_url, seal_key).model_copy(update={"server_timing": True})

    def told(self, headers: object) -> tuple[float, int, float, float, int, float]:
        found = WHOLE.fullmatch(str(headers))
        assert found, headers
        database, count, render, portal, requests, total = found.groups()
        return float(database), int(count), float(render), float(portal), int(requests), float(total)

    def test_a_page_tells_numbers_and_nothing_else(self, first_checks: Actor) -> None:
        opened = first_checks.opens()  # draws the first tab, which is then kept for a minute
        for path in ("/shop", "/money", "/copy", "/settings"):
            with statements() as sent:
                answer = opened.get(path)
            database, count, render, portal, requests, total = self.told(answer.headers[HEADER])
            assert (count, requests, portal) == (len(sent), 0, 0.0), path
            assert 0 < render <= total, path
            assert 0 < database <= total, path

    def test_an_opening_says_that_the_portal_was_asked(self, first_checks: Actor) -> None:
        *_, requests, total = self.told(first_checks.opens().response.headers[HEADER])
        assert requests >= 1
        assert total > 0

    def test_a_kept_page_says_that_nothing_was_drawn(self, first_checks: Actor) -> None:
        opened = first_checks.opens()
        opened.get("/renewal")
        _, count, render, *_ = self.told(opened.get("/renewal").headers[HEADER])
        assert (count <= 2, render) == (True, 0.0)

    def test_a_fragment_a_refusal_and_a_file_tell_theirs(
        self, first_checks: Actor, visitor: FlaskClient
    ) -> None:
        opened = first_checks.opens()
        for answer in (
            opened.post("/renewal/mark/mark_invoice_requested"),
            opened.post("/renewal/mark/nothing_like_this"),
            visitor.get("/nowhere"),
            visitor.get("/health/live"),
        ):
            self.told(answer.headers[HEADER])

    def test_each_answer_is_measured_for_itself(self, first_checks: Actor) -> None:
        opened = first_checks.opens()
        opened.get("/settings/help")
        counts = [self.told(opened.get("/settings/help").headers[HEADER])[1] for _ in range(3)]
        assert len(set(counts)) == 1
        assert present_timings() is None

    def test_jobs_are_not_measured(self, first_checks: Actor, run_jobs: Callable[[], int]) -> None:
        opened = first_checks.opens()
        opened.post("/shop/run")
        assert run_jobs() > 0
        assert present_timings() is None


class TestTimings:
    def test_what_lies_inside_itself_counts_once(self) -> None:
        timings = Timings(Steps())
        token = start_timing(timings)
        try:
            with timed("render"), timed("render"):
                pass
        finally:
            stop_timing(token)
        assert (timings.parts["render"].count, timings.seconds_of("render")) == (1, 1.0)

    def test_what_failed_half_way_is_not_lost(self) -> None:
        timings = Timings(Steps())
        timings.begin("render")
        assert timings.seconds_of("render") == 1.0
        with pytest.raises(ZeroDivisionError):
            self._fail(timings)
        assert timings.parts["portal"].depth == 0

    def test_what_never_began_does_not_end(self) -> None:
        timings = Timings(Steps())
        timings.end("db")
        assert write_timings(timings) == (
            'db;dur=0.0;desc="0 statements", render;dur=0.0, portal;dur=0.0;desc="0 requests", total;dur=0.0'
        )

    def _fail(self, timings: Timings) -> None:
        token = start_timing(timings)
        try:
            with timed("portal"):
                _ = 1 / 0
        finally:
            stop_timing(token)
