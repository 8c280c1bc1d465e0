"""At most a few openings of one portal are in hand, and openings never take all threads."""

import contextlib
import threading

import pytest
from flask import Flask

from b24app.frames import openings_in_hand
from b24app.frames.opening_errors import TooManyOpenings
from b24app.frames.openings_in_hand import MOST_WAITING, Places, admit
from b24app.settings import Settings
from tests.actors import Actor, Opened

pytestmark = pytest.mark.dialect


@pytest.fixture(autouse=True)
def own_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openings_in_hand, "WAITING", Places())


def enter(names: list[str]) -> list[str]:
    """Who is let in when all of them are in hand at once."""
    inside: list[str] = []

    def visit(rest: list[str]) -> None:
        if not rest:
            return
        try:
            with admit(rest[0]):
                inside.append(rest[0])
                visit(rest[1:])
        except TooManyOpenings:
            visit(rest[1:])

    visit(names)
    return inside


def test_further_openings_of_one_portal_are_turned_away_at_once(app: Flask):
    inside = enter(["slow"] * 40 + ["other"])
    assert inside == ["slow"] * MOST_WAITING + ["other"]


def test_some_threads_are_left_for_everything_else(app: Flask, settings: Settings):
    inside = enter([f"portal {number}" for number in range(100)])
    assert len(inside) == settings.web_threads - 2


def test_places_are_given_back_whatever_happens(app: Flask):
    for _ in range(10):
        with pytest.raises(ValueError, match="x"), admit("slow"):
            raise ValueError("x")
    assert enter(["slow"] * 5) == ["slow"] * MOST_WAITING


def test_the_wizard_that_waits_for_the_portal_takes_a_place_too(north: Actor, north_admin: Opened):
    with contextlib.ExitStack() as others:
        for _ in range(MOST_WAITING):
            others.enter_context(admit(north.portal.member_id))
        assert north_admin.post("/install/bind").status_code == 503
    assert north_admin.post("/install/bind").status_code == 200


def test_threads_count_together():
    places, won, gate = Places(), [], threading.Barrier(20)

    def take() -> None:
        gate.wait()
        won.append(places.take("portal", 3))

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(won) == 3
