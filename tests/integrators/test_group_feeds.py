"""Feeds of a group: calendar and table by a secret address; what ended, narrowed, was closed or whose person left gives nothing."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.client_groups import add_group, delete_group, put_in
from b24app.integrators.client_notes import NoteView, keep_note
from b24app.integrators.consents import change_rights, end_by_client
from b24app.integrators.members import end_declaration, remove_member, set_member
from b24app.integrators.model import ConsentAudit
from b24app.integrators.outside import feed_terms
from b24app.integrators.outside.group_feeds import make_feed, renew_feed, revoke_feed
from b24app.integrators.outside.model import GroupFeed
from b24app.integrators.rights import MemberRole, Right
from b24app.portals.people import note_employment
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.boards import ANNA, add_client, consent, declare, keep_summary

ENDS = date(2026, 12, 23)


class Reader:
    """A calendar or a spreadsheet with the address of a feed."""

    def __init__(self, client: FlaskClient, secret: str) -> None:
        self.client, self.secret = client, secret

    def ask(self, kind: str = "csv", **headers: str) -> TestResponse:
        return self.client.get(f"/feeds/{self.secret}.{kind}", headers=headers)

    def rows(self) -> list[list[str]]:
        answer = self.ask()
        assert answer.status_code == 200, answer.text
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))[1:]

    def events(self, status: str = "CONFIRMED") -> list[Event]:
        events = Calendar.from_ical(self.ask("ics").data).walk("VEVENT")
        return [one for one in events if one["status"] == status]

    def days(self) -> dict[str, str]:
        return {str(one["summary"]): one["dtstart"].dt.isoformat() for one in self.events()}


@pytest.fixture
def code(north: Actor, first_checks: Actor, south: Actor) -> str:
    declare(south)
    with portal_scope(north.portal_id):
        set_paid_term("plan", ENDS, by=Author(1, "Marina"), at=services().clock.now())
        db.session.commit()
    given = consent(north.portal_id, south.portal_id)
    keep_summary(north.portal_id, name="Лампа")
    return given.code


def feed_of(actor: Actor, group_id: int | None = None, person: int = 0) -> str:
    with portal_scope(actor.portal_id):
        by = Author(person or actor.portal.admin.id, "Н. Рябова")
        secret, _view = make_feed(group_id, 90, by=by, at=services().clock.now())
        db.session.commit()
    return secret


@pytest.fixture
def reader(visitor: FlaskClient, south: Actor, code: str) -> Reader:
    return Reader(visitor, feed_of(south))


def test_a_spreadsheet_reads_the_terms(reader: Reader, north: Actor):
    answer = reader.ask()
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    plan = next(row for row in reader.rows() if row[4] == ENDS.isoformat())
    assert (plan[0], plan[2], plan[6]) == ("Лампа", north.host, "Marina")
    assert plan[5] <= ENDS.isoformat()


def test_a_calendar_reads_the_days(reader: Reader):
    answer = reader.ask("ics")
    assert answer.mimetype == "text/calendar"
    days = reader.days()
    assert ENDS.isoformat() in days.values()
    assert all("Лампа" in title for title in days)
    assert len(days) > 1


def test_a_name_that_is_a_formula_is_none_in_the_table(reader: Reader, south: Actor, north: Actor):
    with portal_scope(south.portal_id):
        keep_note(north.portal_id, NoteView('=HYPERLINK("http://x")'), at=services().clock.now())
        db.session.commit()
    assert {row[0] for row in reader.rows()} == {'\'=HYPERLINK("http://x")'}


def test_a_feed_of_a_group_is_of_its_clients_alone(
    visitor: FlaskClient, south: Actor, north: Actor, code: str, app: Flask
):
    other = add_client(app, 1, south.portal_id)
    with portal_scope(other):
        set_paid_term("plan", ENDS, by=ANNA, at=services().clock.now())
        db.session.commit()
    with portal_scope(south.portal_id):
        group = add_group("Розница")
        put_in(group, north.portal_id)
        db.session.commit()
    assert {row[0] for row in Reader(visitor, feed_of(south)).rows()} == {"Лампа", "Клиент 1"}
    reader = Reader(visitor, feed_of(south, group))
    assert {row[0] for row in reader.rows()} == {"Лампа"}
    with portal_scope(south.portal_id):
        delete_group(group)
        db.session.commit()
    assert reader.ask().status_code == 404


def test_what_has_not_changed_is_not_sent_again_and_what_has_is(reader: Reader, north: Actor):
    for kind in ("csv", "ics"):
        tag = reader.ask(kind).headers["ETag"]
        again = reader.ask(kind, **{"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert reader.ask(kind, **{"If-None-Match": f"W/{tag}"}).status_code == 304
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2027, 1, 15), by=ANNA, at=services().clock.now())
        db.session.commit()
    assert reader.ask("ics", **{"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "ics"])
def test_the_same_content_has_the_same_tag_the_day_after(reader: Reader, world: World, kind: str):
    first = reader.ask(kind)
    tag, moment = first.headers["ETag"], first.headers["Last-Modified"]
    world.clock.advance(days=1)
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": moment}):
        again = reader.ask(kind, **headers)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_a_day_that_moves_keeps_its_event_with_a_higher_number(reader: Reader, north: Actor, world: World):
    def the_end() -> Event:
        return next(one for one in reader.events() if "оплаченный день" in one["summary"])

    before = the_end()
    world.clock.advance(hours=1)
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2027, 1, 15), by=ANNA, at=services().clock.now())
        db.session.commit()
    after = the_end()
    assert (after["uid"], before["sequence"], after["sequence"]) == (before["uid"], 0, 1)
    assert after["last-modified"].dt > before["last-modified"].dt
    assert (after["dtstart"].dt, after["dtend"].dt) == (date(2027, 1, 15), date(2027, 1, 16))


def test_two_feeds_number_their_events_apart(visitor: FlaskClient, south: Actor, reader: Reader):
    reader.events()
    other = Reader(visitor, feed_of(south))
    assert {one["sequence"] for one in other.events()} == {0}


@pytest.mark.parametrize("end", ["ended", "narrowed"])
def test_what_a_client_gives_no_more_is_gone_at_once(reader: Reader, north: Actor, code: str, end: str):
    tag = reader.ask().headers["ETag"]
    assert reader.days()
    with portal_scope(north.portal_id):
        if end == "ended":
            end_by_client(code, by=ANNA, at=services().clock.now())
        else:
            change_rights(code, frozenset({Right.CHECKS}), by=ANNA, at=services().clock.now())
        db.session.commit()
    answer = reader.ask(**{"If-None-Match": tag})
    assert answer.status_code == 200
    assert north.host not in answer.text
    assert reader.rows() == []
    assert reader.days() == {}
    cancelled = reader.events("CANCELLED")
    today = services().clock.now().date()
    assert {(str(one["summary"]), one["dtstart"].dt) for one in cancelled} == {("Отменено", today)}


CLOSINGS: dict[str, Callable[[int, int, datetime], object]] = {
    "removed": lambda person, _feed, now: remove_member(person, at=now),
    "dismissed": lambda person, _feed, now: note_employment(person, active=False, at=now),
    "revoked": lambda _person, feed, now: revoke_feed(feed, now),
    "renewed": lambda person, feed, now: renew_feed(feed, by=Author(person, "Н. Рябова"), at=now),
    "undeclared": lambda _person, _feed, now: end_declaration(now),
}


def assert_says_nothing(reader: Reader, tag: str, *names: str) -> None:
    for kind in ("csv", "ics"):
        answer = reader.ask(kind, **{"If-None-Match": tag})
        assert answer.status_code == 404
        assert not [name for name in names if name in answer.text]


@pytest.mark.parametrize("end", CLOSINGS)
def test_a_feed_that_is_none_any_more_says_nothing(reader: Reader, south: Actor, north: Actor, end: str):
    tag, now = reader.ask().headers["ETag"], services().clock.now()
    with portal_scope(south.portal_id):
        set_member(99, "Другой", MemberRole.OWNER, by=ANNA, at=now)
        found = CLOSINGS[end](south.portal.admin.id, db.session.scalars(select(GroupFeed.id)).one(), now)
        db.session.commit()
    assert_says_nothing(reader, tag, north.host, "Лампа")
    if end == "renewed":
        assert Reader(reader.client, str(found)).rows()


def test_an_address_that_is_over_or_wrong_says_nothing(reader: Reader, north: Actor, world: World):
    tag = reader.ask().headers["ETag"]
    assert_says_nothing(Reader(reader.client, reader.secret[:-1]), tag, north.host)
    world.clock.advance(seconds=timedelta(days=91).total_seconds())
    assert_says_nothing(reader, tag, north.host)


def test_a_manager_reads_his_own_clients_alone(visitor: FlaskClient, south: Actor, north: Actor, code: str):
    with portal_scope(south.portal_id):
        set_member(77, "Менеджер", MemberRole.MANAGER, by=ANNA, at=services().clock.now())
        db.session.commit()
    reader = Reader(visitor, feed_of(south, person=77))
    assert reader.rows() == []
    with portal_scope(south.portal_id):
        keep_note(north.portal_id, NoteView("Лампа", "", 77), at=services().clock.now())
        db.session.commit()
    assert reader.rows()


def test_each_reading_stands_in_the_clients_journal_and_a_304_reads_nothing(
    reader: Reader, south: Actor, north: Actor, world: World
):
    tag = reader.ask("ics").headers["ETag"]
    world.clock.advance(minutes=30)
    assert reader.ask("ics", **{"If-None-Match": tag}).status_code == 304
    with portal_scope(north.portal_id):
        (line,) = db.session.scalars(select(ConsentAudit).where(ConsentAudit.detail == "/feeds")).all()
    assert (line.person, line.right, line.at) == (
        f"{south.portal.admin.full_name}, iCalendar/CSV",
        "see_terms",
        line.last_at,
    )


def test_the_last_reading_is_kept_and_the_address_is_not(reader: Reader):
    reader.ask()
    with every_portal():
        row = db.session.scalars(select(GroupFeed)).one()
    assert row.used_at == services().clock.now()
    assert reader.secret not in (row.digest, row.start)
    assert len(row.start) == 6


def test_another_integrator_reads_nothing_of_it(visitor: FlaskClient, north: Actor, code: str):
    declare(north)
    assert Reader(visitor, feed_of(north)).rows() == []


def test_past_its_limit_a_feed_waits(reader: Reader):
    codes = {reader.ask("ics").status_code for _ in range(121)}
    assert codes == {200, 429}


def test_a_feed_of_too_many_clients_is_refused_and_not_cut(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed_terms, "MOST_CLIENTS", 0)
    answer = reader.ask()
    assert answer.status_code == 422
    assert "Лампа" not in answer.text
