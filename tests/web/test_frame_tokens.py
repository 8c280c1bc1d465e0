"""The token of a page: who carries it is let in, for a while, into one portal, with today's rights."""

import pytest
from flask.testing import FlaskClient

from b24app.errors import PageStale
from b24app.frames.page_token import Frame, restore_frame, sign_frame
from sandbox.world import World
from tests.actors import Actor, Opened


def test_a_token_restores_the_frame(north_admin: Opened, north: Actor):
    frame = restore_frame(north_admin.token)
    assert (frame.domain, frame.is_admin, frame.language) == (north.host, True, "ru")


def test_a_forged_token_is_refused(north_admin: Opened):
    with pytest.raises(PageStale, match="token_forged"):
        restore_frame(north_admin.token[:-2] + "xx")


def test_a_page_open_for_too_long_is_out_of_date(north_admin: Opened, world: World):
    world.clock.advance(minutes=61)
    answer = north_admin.post("/install/what")
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#notices"


def test_a_page_in_use_grows_old_all_the_same(north_admin: Opened, world: World):
    world.clock.advance(minutes=50)
    north_admin.token = north_admin.post("/install/what").headers["X-Frame-Token"]
    world.clock.advance(minutes=50)
    assert north_admin.post("/install/what").status_code == 401


def test_a_form_may_carry_the_token_for_downloads(north_admin: Opened):
    assert north_admin.download("/install/what").status_code == 200


def test_an_employee_may_not_do_what_administrators_do(north_employee: Opened):
    answer = north_employee.post("/install/what")
    assert answer.status_code == 403
    assert answer.headers["HX-Reswap"] == "innerHTML"


def test_options_that_are_too_long_are_left_out_of_the_token(north_admin: Opened):
    frame = restore_frame(north_admin.token)
    long = Frame(**{name: getattr(frame, name) for name in Frame.__slots__} | {"options": {"x": "y" * 2000}})
    assert restore_frame(sign_frame(long)).options == {}


def test_a_person_never_seen_has_no_frame(north_admin: Opened):
    frame = restore_frame(north_admin.token)
    unseen = Frame(**{name: getattr(frame, name) for name in Frame.__slots__} | {"user_id": 9999})
    with pytest.raises(PageStale, match="person_unknown"):
        restore_frame(sign_frame(unseen))


def test_a_visitor_without_a_token_gets_a_page_that_can_be_refreshed(visitor: FlaskClient):
    answer = visitor.post("/install/what", headers={"Accept-Language": "en"})
    assert answer.status_code == 401
    assert "out of date" in answer.text
