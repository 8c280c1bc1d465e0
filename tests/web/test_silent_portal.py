"""A portal that does not answer: whom the authorization server names reads on, nobody changes anything, strangers see nothing."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.frames.page_token import Frame, restore_frame
from b24app.portals.availability import get_availability
from b24app.portals.model import Person
from b24app.portals.people import review_rights
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from b24app.web.access import show_in_frame
from sandbox.portal import Portal
from sandbox.user import User
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.portals.rows import do, people

SILENCES = {
    "front page": ("html", 0.0),
    "nothing": ("slow", 999.0),
    "cut": ("cut", 0.0),
    "empty": ("empty", 0.0),
}
SEALED = re.compile(
    r'action="([^"]+)" data-send-after="(\d+)">\s*<input type="hidden" name="opening" value="([^"]+)"'
)
READ_ONLY = "только для чтения"


def opens_silent(actor: Actor, user: User | None = None, kind: str = "html", lang: str = "ru") -> Opened:
    """The portal's page opens us, and then the portal answers none of our questions."""
    post = actor.portal.opens(user=user or actor.portal.admin, lang=lang)
    actor.portal.answer_next(
        "slow" if kind == "slow" else kind, times=999, **({"seconds": 999.0} if kind == "slow" else {})
    )
    return actor.sends(post)


def opens_in_silence(actor: Actor, world: World, lang: str = "ru") -> Opened:
    """Neither the portal nor the authorization server answers."""
    post = actor.portal.opens(user=actor.portal.admin, lang=lang)
    actor.portal.answer_next("html", times=999)
    world.oauth_host = "nobody.example"
    return actor.sends(post)


def silence_of(actor: Actor) -> object:
    with portal_scope(actor.portal_id):
        return get_availability().silent_since


@pytest.mark.parametrize("name", SILENCES)
def test_whom_the_server_names_reads_what_is_known(north: Actor, name: str):
    with portal_scope(north.portal_id):
        set_paid_term(
            "plan", DAY_OF_THE_STORY.date() + timedelta(days=30), by=Author(1, "Marina"), at=DAY_OF_THE_STORY
        )
        db.session.commit()
    opened = opens_silent(north, kind=SILENCES[name][0])
    assert opened.status == 200
    assert "data-read-only" in opened.text
    money = opened.get("/money").text
    assert "/money/terms?edit=" not in money  # no form that could neither be saved nor closed
    assert "/money/terms?add" not in money
    assert "первый раз: сегодня" in opened.text
    frame = restore_frame(opened.token)
    assert (frame.read_only, frame.is_admin, frame.user_id) == (True, True, north.portal.admin.id)
    assert opened.get("/renewal").status_code == 200
    assert silence_of(north) is not None


def test_no_press_on_such_a_page_changes_anything(app: Flask, north: Actor):
    opened = opens_silent(north)
    refused = 0
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            if getattr(view, "framed", "public") == "public":
                continue
            path = rule.build(dict.fromkeys(rule.arguments, "1"))
            answer = opened.client.open(path[1] if path else "/", method=method, headers=opened._headers())
            assert answer.status_code == 409, (rule.rule, answer.status_code)
            assert READ_ONLY in answer.text
            refused += 1
    assert refused > 60


def test_every_tab_opens_for_reading_only(north: Actor):
    opened = opens_silent(north)
    before = people(north)[north.portal.admin.id].seen_at
    tabs = (
        "renewal",
        "shop",
        "shop/compare",
        "money",
        "money/plan",
        "money/documents",
        "settings/reminders",
        "settings",
    )
    for tab in tabs:
        answer = opened.get(f"/{tab}")
        assert answer.status_code == 200, tab
        assert "data-read-only" in answer.text, tab
    assert people(north)[north.portal.admin.id].seen_at == before


@pytest.mark.parametrize("read_only", [True, False])
def test_what_a_page_for_reading_only_did_is_taken_back(north: Actor, app: Flask, read_only: bool):
    frame = replace(restore_frame(north.opens().token), read_only=read_only)

    def rename(_frame: Frame) -> str:
        db.session.scalars(select(Person)).one().name = "changed by a GET"
        db.session.flush()
        return "drawn"

    with app.test_request_context("/renewal"):
        show_in_frame(rename, frame)
    kept = people(north)[north.portal.admin.id].name == "changed by a GET"
    assert kept is not read_only


def test_an_employee_reads_the_card(north: Actor, north_employee: Opened):
    opened = opens_silent(north, north.portal.employee)
    assert (opened.status, restore_frame(opened.token).is_admin) == (200, False)
    assert READ_ONLY in opened.text
    assert "for reading only" in opens_silent(north, north.portal.employee, lang="en").text
    assert opened.post("/widget/report", reason="order").status_code == 409
    assert opened.get("/renewal").status_code == 403


def test_when_neither_answers_nothing_stored_is_shown_and_the_page_goes_on_by_itself(
    north: Actor, world: World
):
    host = world.oauth_host
    opened = opens_in_silence(north, world)
    assert opened.status == 503
    assert not opened.token
    assert "одписанная страница состояния" in opened.text
    assert "письм" in opened.text
    assert north.portal.admin.full_name not in opened.text
    world.oauth_host = host
    north.portal.faults.clear()
    address, seconds, sealed = SEALED.search(opened.text).groups()
    assert 0 < int(seconds) <= 5
    again = north.client.post(address.replace("&amp;", "&"), data={"opening": sealed})
    assert again.status_code == 200
    assert 'id="answer"' in again.text


def test_each_further_attempt_waits_longer_and_carries_no_token(north: Actor, world: World):
    opened, waits = opens_in_silence(north, world), []
    for _ in range(6):
        address, seconds, sealed = SEALED.search(opened.text).groups()
        waits.append(int(seconds))
        assert not [one for one in world.tokens.access if one in opened.text]
        opened = Opened(
            north.client, north.client.post(address.replace("&amp;", "&"), data={"opening": sealed}), ""
        )
        assert opened.status == 503
    assert waits == sorted(waits)
    assert waits[-1] == 30


@pytest.mark.parametrize("sealed", ["x", "gAAAAA", "ы"])
def test_a_sealed_form_that_is_not_ours_opens_nothing(north: Actor, sealed: str):
    assert north.client.post("/app", data={"opening": sealed}).status_code == 403


def test_a_role_holds_for_seven_days(north: Actor, world: World):
    world.clock.advance(days=6)
    assert opens_silent(north).status == 200
    north.portal.faults.clear()
    world.clock.advance(days=2)
    opened = opens_silent(north, lang="en")
    assert opened.status == 503
    assert "within the last seven days" in opened.text
    north.portal.faults.clear()
    north.opens()
    assert opens_silent(north).status == 200


def test_the_daily_question_about_people_confirms_the_role_too(north: Actor, world: World):
    world.clock.advance(days=6)
    do(review_rights, north.portal_id)
    world.clock.advance(days=3)
    assert opens_silent(north).status == 200


def test_a_person_whom_the_server_does_not_name_sees_nothing(north: Actor, world: World):
    post = north.portal.opens(user=north.portal.admin, lang="en")
    named = world.tokens.access[post.form["AUTH_ID"]]
    world.tokens.access[post.form["AUTH_ID"]] = replace(named, user_id=0)
    north.portal.answer_next("html", times=999)
    opened = north.sends(post)
    assert opened.status == 503
    assert "without naming the person" in opened.text


def test_who_never_came_and_who_was_dismissed_see_nothing(north: Actor):
    assert opens_silent(north, north.portal.employee).status == 503
    north.portal.faults.clear()
    north.opens(user=north.portal.employee)
    with portal_scope(north.portal_id):
        people(north)[north.portal.employee.id].rights_ended_at = DAY_OF_THE_STORY
        db.session.commit()
    assert opens_silent(north, north.portal.employee).status == 503


def test_a_token_of_another_portal_reads_nothing_here(north: Actor, south: Actor):
    theirs, ours = south.portal.opens(user=south.portal.admin), north.portal.opens(user=north.portal.admin)
    north.portal.answer_next("html", times=999)
    assert north.sends(ours, AUTH_ID=theirs.form["AUTH_ID"]).status == 403


def test_a_page_that_is_open_stays_as_it_was_and_its_renewal_is_for_reading_only(
    north: Actor, north_admin: Opened, world: World
):
    north.portal.answer_next("html", times=999)
    assert north_admin.post("/renewal/opened/invoice").status_code != 409
    world.clock.advance(minutes=61)
    post = north.portal.opens(user=north.portal.admin)
    auth = {name: post.form[name] for name in ("AUTH_ID", "AUTH_EXPIRES", "REFRESH_ID")}
    answer = north_admin.post("/frame/renew", **auth)
    assert answer.status_code == 204
    north_admin.token = answer.headers["X-Frame-Token"]
    assert north_admin.get("/renewal").status_code == 200
    assert north_admin.post("/renewal/opened/invoice").status_code == 409
    north.portal.faults.clear()
    north_admin.token = north_admin.post("/frame/renew", **auth).headers["X-Frame-Token"]
    assert north_admin.post("/frame/check").status_code == 204


def test_the_silence_ends_with_the_first_answer(north: Actor, world: World):
    first = opens_silent(north)
    since = silence_of(north)
    world.clock.advance(minutes=2)
    opens_silent(north)
    assert silence_of(north) == since
    north.portal.faults.clear()
    world.clock.advance(minutes=2)
    assert not restore_frame(north.opens().token).read_only
    assert silence_of(north) is None
    assert "Портал снова отвечает" in first.get("/renewal").text


def test_a_portal_that_was_silent_a_moment_ago_is_asked_without_waiting_for_it(north: Actor, world: World):
    opens_silent(north)
    north.portal.faults.clear()
    world.clock.advance(seconds=5)
    assert north.opens().status == 200
    assert silence_of(north) is None, "the question that nobody waited for was answered"


REFUSALS: dict[str, Callable[[Portal], None]] = {
    "lapsed": Portal.lapse_to_free,
    "locked": Portal.lock,
    "without_marketplace": Portal.end_marketplace,
    "denied": lambda portal: portal.refuse_next("access_denied", times=999),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_whom_the_server_names_reads_on_while_the_portal_refuses(north: Actor, name: str):
    with portal_scope(north.portal_id):
        ends_on = DAY_OF_THE_STORY.date() + timedelta(days=30)
        set_paid_term("plan", ends_on, by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    post = north.portal.opens(user=north.portal.admin, lang="en")
    REFUSALS[name](north.portal)
    opened = north.sends(post)
    assert opened.status == 200
    assert "data-read-only" in opened.text
    assert "Here is the last that is known, for reading only." in opened.text
    assert "The portal answers again" not in opened.text
    frame = restore_frame(opened.token)
    assert (frame.read_only, frame.user_id) == (True, north.portal.admin.id)
    assert opened.get("/renewal").status_code == 200
    answer = opened.post("/renewal/opened/invoice")
    assert answer.status_code == 409
    assert "does not answer" not in answer.text
    assert silence_of(north) is None


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refused_stranger_and_one_whose_role_is_old_see_nothing_stored(north: Actor, name: str):
    stranger = north.portal.opens(user=north.portal.employee, lang="en")
    late = north.portal.opens(user=north.portal.admin, lang="en")
    with portal_scope(north.portal_id):
        people(north)[north.portal.admin.id].role_seen_at = DAY_OF_THE_STORY - timedelta(days=8)
        db.session.commit()
    REFUSALS[name](north.portal)
    for post in (stranger, late):
        refused = north.sends(post)
        assert (refused.status, refused.token) == (502, "")
        assert north.portal.admin.full_name not in refused.text


@pytest.mark.parametrize("code", ["user_access_error", "allowed_only_intranet_user", "invalid_credentials"])
def test_a_refusal_about_the_person_shows_nothing_stored_and_says_who_gives_access(north: Actor, code: str):
    post = north.portal.opens(user=north.portal.admin, lang="en")
    north.portal.refuse_next(code, times=999)
    opened = north.sends(post)
    assert (opened.status, opened.token) == (502, "")
    assert "A portal administrator gives the access" in opened.text
    assert f"What the portal answered: {code}" in opened.text


def test_after_a_refusal_the_portal_is_asked_again(north: Actor):
    north.portal.refuse_next("access_denied", times=1)
    first = north.sends(north.portal.opens(user=north.portal.admin))
    assert restore_frame(first.token).read_only
    assert not restore_frame(north.opens().token).read_only
