"""Verification: genuine frames are let in, forged, foreign, expired and malformed ones are refused with the reason."""

from datetime import datetime

import pytest
from sqlalchemy.exc import IntegrityError

from b24app.database import db, portal_scope
from b24app.errors import AnswerBroken, PlanLapsed
from b24app.frames.keeping import keep
from b24app.frames.page_token import restore_frame
from b24app.portals.availability import get_availability, keep_silence, note_refusal
from b24app.portals.identity import read_visitor
from b24app.portals.pauses import Silence
from sandbox.world import World
from tests.actors import Actor
from tests.jobs import jobs_of
from tests.portals.rows import people, row

FORGED = {
    "malformed member": ({"member_id": "not/a/member"}, "could not be read"),
    "no access token": ({"AUTH_ID": ""}, "gave no access"),
    "unknown access token": ({"AUTH_ID": "f" * 70}, "older than its access|does not know"),
    "another server": ({"SERVER_ENDPOINT": "https://oauth.thief.example/rest/"}, "not Bitrix24"),
    "unknown application token": ({"APPLICATION_TOKEN": "x", "AUTH_ID": "f" * 70}, "does not know"),
    "another portal's id": ({"member_id": "0" * 32}, "another portal"),
}


@pytest.mark.parametrize("name", FORGED)
def test_refuses_a_forged_frame_and_says_why(north: Actor, name: str):
    changes, sentence = FORGED[name]
    opened = north.sends(north.portal.opens(user=north.portal.admin, lang="en"), **changes)
    assert opened.status == 403
    assert any(part in opened.text for part in sentence.split("|"))


def test_an_opening_that_the_portal_confirms_is_an_answer_of_the_portal(north: Actor, world: World):
    def answered() -> datetime | None:
        db.session.rollback()
        with portal_scope(north.portal_id):
            return get_availability().answered_at

    world.clock.advance(days=40)
    before = answered()
    assert before is None or before < world.clock.now()
    north.opens(user=north.portal.employee)
    seen = world.clock.now()
    assert answered() == seen
    world.clock.advance(minutes=10)
    north.opens()
    assert answered() == seen  # what holds for a day is not written with every opening
    world.clock.advance(hours=1)
    north.opens()
    assert answered() == world.clock.now()


def test_a_portal_that_refuses_an_opening_has_not_answered_as_a_paid_one(north: Actor, world: World):
    world.clock.advance(days=40)
    post = north.portal.opens(user=north.portal.admin)
    north.portal.lapse_to_free()
    north.sends(post)
    db.session.rollback()
    with portal_scope(north.portal_id):
        found = get_availability()
    assert found.refused
    assert found.answered_at is None or found.answered_at < world.clock.now()


def test_an_opening_ends_a_refusal_once_and_starts_what_follows_from_it_once(north: Actor, world: World):
    with portal_scope(north.portal_id):
        note_refusal(
            PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans"), world.clock.now()
        )
        db.session.commit()
    north.opens()
    north.opens()
    db.session.rollback()
    with portal_scope(north.portal_id):
        found = get_availability()
        assert (found.refused, found.answered_at) == (False, found.back_at)
        assert len(jobs_of("portal_back")) == 1


def test_an_opening_ends_a_silence_and_starts_what_it_held_up_once(north: Actor, world: World):
    with portal_scope(north.portal_id):
        keep_silence(db.session(), Silence.NO_ANSWER, world.clock.now(), waited=30.0, grows=True, counts=True)
        db.session.commit()
    north.opens()
    db.session.rollback()
    with portal_scope(north.portal_id):
        assert not get_availability().silent
        assert len(jobs_of("portal_answers")) == 1


def test_a_visitor_is_who_the_portal_says(north: Actor):
    frame = restore_frame(north.opens(user=north.portal.employee).token)
    employee = north.portal.employee
    assert (frame.user_id, frame.user_name, frame.is_admin) == (employee.id, employee.full_name, False)


def test_an_administrator_who_was_demoted_is_one_no_more(north: Actor):
    north.opens(user=north.portal.admin)
    north.portal.admin.admin = False
    assert not restore_frame(north.opens(user=north.portal.admin).token).is_admin


def test_a_demoted_administrator_loses_the_pages_opened_before(north: Actor):
    before = north.opens()
    north.portal.admin.admin = False
    north.opens()
    assert not restore_frame(before.token).is_admin


def test_a_reload_of_the_frame_within_its_hour_is_let_in(north: Actor):
    post = north.portal.opens(user=north.portal.admin)
    north.sends(post)
    assert north.sends(post).status != 403


def test_a_captured_form_is_of_no_use_after_its_hour(north: Actor, world: World):
    post = north.portal.opens(user=north.portal.admin, lang="en")
    world.clock.advance(hours=2)
    opened = north.sends(post)
    assert opened.status == 403
    assert "older than its access" in opened.text


def test_a_form_of_another_portal_does_not_open_this_one(north: Actor, south: Actor):
    foreign = south.portal.opens(user=south.portal.admin)
    opened = north.sends(foreign, member_id=north.portal.member_id, APPLICATION_TOKEN=_token(north))
    assert opened.status == 403


def test_a_token_of_another_application_is_refused(north: Actor, world: World):
    other = world.register_application(
        client_id="local.other",
        client_secret="s",
        title="Other",
        app_url="https://o.example/app",
        scopes=["crm"],
    )
    north.portal.add_application(other)
    theirs = north.portal.opens(user=north.portal.admin, card=other)
    ours = north.portal.opens(user=north.portal.admin, lang="en")
    opened = north.sends(ours, AUTH_ID=theirs.form["AUTH_ID"])
    assert opened.status == 403
    assert "another application" in opened.text


def test_the_address_of_a_thief_is_never_asked(north: Actor, world: World):
    post = north.portal.opens(user=north.portal.admin)
    url = post.url.replace("north.bitrix24.example", "thief.example")
    assert north.client.post(url, data=post.form).status_code == 403
    assert not [record for record in world.requests if record.host == "thief.example"]


def test_a_stranger_is_told_who_has_to_open_the_application(stranger: Actor, world: World):
    stranger.portal.add_application(next(iter(world.applications.values())))
    post = stranger.portal.opens(user=stranger.portal.admin, lang="en")
    stranger.portal.admin.admin = False
    opened = stranger.sends(post)
    assert opened.status == 403
    assert "administrator should open it" in opened.text


def test_older_portals_that_name_no_server_are_asked_about(north: Actor):
    post = north.portal.opens(user=north.portal.admin)
    for name in ("SERVER_ENDPOINT", "APPLICATION_TOKEN", "APPLICATION_SCOPE"):
        post.form.pop(name)
    assert north.sends(post).status != 403


def test_a_new_address_is_kept_when_the_server_confirms_it(north: Actor):
    north.portal.change_address("moved.bitrix24.example")
    assert north.opens().status != 403
    assert row(north).domain == "moved.bitrix24.example"
    assert row(north).client_endpoint == "https://moved.bitrix24.example/rest/"


def test_changed_permissions_are_noticed(north: Actor, world: World):
    north.portal.withhold_scope(next(iter(world.applications.values())), "telephony")
    north.opens()
    assert "telephony" not in row(north).scopes


def test_a_new_plan_is_noticed_by_itself(north: Actor, world: World):
    north.portal.renew("ru_pro100")
    world.clock.advance(hours=1)
    north.opens()
    assert (row(north).plan_code, row(north).plan_seen_at) == ("ru_pro100", world.clock.now())


def test_a_portal_without_app_info_is_confirmed_by_the_server(north: Actor):
    north.portal.refuse_next("ERROR_METHOD_NOT_FOUND", method="app.info", status=404)
    assert north.opens().status != 403


@pytest.mark.parametrize("junk", ["undefined", "[]", "", "{broken", '{"a": [1]}'])
def test_junk_in_the_options_is_no_reason_to_refuse(north: Actor, junk: str):
    opened = north.sends(north.portal.opens(user=north.portal.admin), PLACEMENT_OPTIONS=junk)
    assert opened.status != 403


def test_a_lapsed_plan_is_named_when_the_portal_still_opens_us(north: Actor):
    post = north.portal.opens(user=north.portal.admin, lang="en")
    north.portal.lapse_to_free()
    opened = north.sends(post)
    assert restore_frame(opened.token).read_only
    assert "plan has ended" in opened.text


def test_people_are_remembered_in_their_own_portal_only(north: Actor, south: Actor):
    north.opens(user=north.portal.employee)
    assert set(people(north)) == {north.portal.admin.id, north.portal.employee.id}
    assert set(people(south)) == {south.portal.admin.id}


def _token(actor: Actor) -> str:
    return actor.portal.opens(user=actor.portal.admin).form["APPLICATION_TOKEN"]


def test_a_token_of_another_application_cannot_be_the_first_contact(stranger: Actor, world: World):
    other = world.register_application(
        client_id="local.other",
        client_secret="s",
        title="Other",
        app_url="https://o.example/app",
        scopes=["crm"],
    )
    stranger.portal.add_application(other)
    theirs = stranger.portal.opens(user=stranger.portal.admin, card=other, lang="en")
    answer = stranger.client.post("/app?" + theirs.url.partition("?")[2], data=theirs.form)
    assert answer.status_code == 403
    assert "another application" in answer.text


def test_two_windows_that_are_both_the_first_do_not_collide(north: Actor):
    calls = []

    def write() -> str:
        calls.append("write")
        if len(calls) == 1:
            raise IntegrityError("INSERT", {}, Exception("UNIQUE"))
        return "kept"

    assert (keep(write), len(calls)) == ("kept", 2)


def test_a_profile_of_another_shape_is_a_failure_of_the_portal():
    with pytest.raises(AnswerBroken):
        read_visitor({"NAME": "Nobody"})
