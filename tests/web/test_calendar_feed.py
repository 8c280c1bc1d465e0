"""The portal's calendar feed by the rules of those who subscribe: identity, numbered changes, cancelled events, 304, plain bytes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from sqlalchemy import delete, select

from b24app.database import db, portal_scope
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.renewal.model import CalendarEvent
from b24app.renewal.published_events import WantedEvent, publish_events
from b24app.renewal.renewal_stages import Stage
from b24app.renewal.signed_links import make_link
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.term import Author
from b24app.text.messages import sentence
from sandbox.world import World
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY

pytestmark = pytest.mark.dialect
MARINA = Author(1, "Марина Ковалёва")
ENDS = date(2026, 12, 23)


@pytest.fixture
def path(north: Actor) -> str:
    with portal_scope(north.portal_id):
        set_paid_term("plan", ENDS, by=MARINA, at=DAY_OF_THE_STORY)
        url = make_link("calendar", by=MARINA, at=DAY_OF_THE_STORY).url
        db.session.commit()
    return url.removeprefix("https://renewal.example")


def events_of(visitor: FlaskClient, path: str) -> dict[str, Event]:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def move(actor: Actor, day: date, at: datetime) -> None:
    with portal_scope(actor.portal_id):
        set_paid_term("plan", day, by=MARINA, at=at)
        db.session.commit()


def the_end(events: dict[str, Event]) -> Event:
    return next(event for event in events.values() if "оплаченный день" in event["summary"])


def test_an_event_is_a_whole_day_with_all_that_calendars_ask_for(visitor: FlaskClient, path: str):
    event = the_end(events_of(visitor, path))
    assert (event["dtstart"].dt, event["dtend"].dt) == (ENDS, ENDS + timedelta(days=1))
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert (event["sequence"], event["status"], event["transp"]) == (0, "CONFIRMED", "TRANSPARENT")
    assert event["last-modified"].dt == event["dtstamp"].dt == DAY_OF_THE_STORY
    (alarm,) = event.walk("VALARM")
    assert (alarm["action"], alarm["trigger"].dt) == ("DISPLAY", timedelta(hours=9))


def test_the_bytes_are_folded_lines_without_a_mark(north: Actor, visitor: FlaskClient, path: str):
    with portal_scope(north.portal_id):
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, portal_name="Очень длинное имя портала, " * 6)
        db.session.commit()
    answer = visitor.get(path)
    assert answer.content_type == "text/calendar; charset=utf-8"
    lines = answer.data.split(b"\r\n")
    assert answer.data.startswith(b"BEGIN:VCALENDAR")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert {b"METHOD:PUBLISH", b"REFRESH-INTERVAL;VALUE=DURATION:PT12H", b"X-PUBLISHED-TTL:PT12H"} <= set(
        lines
    )
    answer.data.decode()


def test_a_moved_day_keeps_its_identity_and_gets_a_higher_number(
    north: Actor, visitor: FlaskClient, world: World, path: str
):
    before = the_end(events_of(visitor, path))
    world.clock.advance(hours=2)
    told_at = services().clock.now().replace(microsecond=0)
    move(north, ENDS + timedelta(days=5), told_at)
    world.clock.advance(hours=3)
    after = the_end(events_of(visitor, path))
    assert after["uid"] == before["uid"]
    assert (after["sequence"], after["dtstart"].dt) == (1, ENDS + timedelta(days=5))
    assert after["last-modified"].dt == told_at  # when the date was told, not when a calendar asked
    world.clock.advance(hours=3)
    assert the_end(events_of(visitor, path))["sequence"] == 1


def test_a_portal_that_is_renamed_keeps_its_events(north: Actor, visitor: FlaskClient, path: str):
    before = set(events_of(visitor, path))
    with portal_scope(north.portal_id):
        change_profile(by=MARINA, at=DAY_OF_THE_STORY, portal_name="Новое имя")
        db.session.commit()
    after = visitor.get(path)
    assert "Новое имя" in after.text
    assert {str(event["uid"]) for event in Calendar.from_ical(after.data).walk("VEVENT")} == before


def test_what_is_done_is_cancelled_and_forgotten_after_three_months(
    north: Actor, visitor: FlaskClient, world: World, path: str
):
    before = events_of(visitor, path)
    with portal_scope(north.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        case = open_case(term, DAY_OF_THE_STORY)
        mark_stage(case.id, Stage.PAID, by=MARINA, at=DAY_OF_THE_STORY, on=date(2026, 11, 30))
        db.session.commit()
    after = events_of(visitor, path)
    assert set(after) == set(before)
    gone = [event for event in after.values() if event["status"] == "CANCELLED"]
    assert len(gone) >= 2
    assert all(event["sequence"] == 1 and not event.walk("VALARM") for event in gone)
    assert the_end(after)["status"] == "CONFIRMED"
    world.clock.advance(days=91)
    assert len(events_of(visitor, path)) == len(after) - len(gone)


def test_a_mark_that_is_taken_back_brings_its_event_back(north: Actor, path: str):
    wanted = WantedEvent("1:pay", "a@b", ENDS, sentence("pay"), DAY_OF_THE_STORY)
    with portal_scope(north.portal_id):
        for day, events in enumerate(((wanted,), (), (wanted,))):
            (told,) = publish_events("own", events, DAY_OF_THE_STORY + timedelta(days=day))
        db.session.rollback()
    assert (told.sequence, told.cancelled, told.uid) == (2, False, "a@b")


def test_the_same_content_has_the_same_tag_and_is_not_sent_again(
    north: Actor, visitor: FlaskClient, world: World, path: str
):
    first = visitor.get(path)
    tag, moment = first.headers["ETag"], first.headers["Last-Modified"]
    world.clock.advance(days=2)
    for headers in ({"If-None-Match": tag}, {"If-None-Match": f"W/{tag}"}, {"If-Modified-Since": moment}):
        again = visitor.get(path, headers=headers)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert visitor.get(path).data == first.data
    move(north, ENDS + timedelta(days=1), services().clock.now())
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": moment}):
        assert visitor.get(path, headers=headers).status_code == 200


def test_the_rows_of_the_last_release_are_told_as_they_were(north: Actor, visitor: FlaskClient, path: str):
    before = events_of(visitor, path)
    with portal_scope(north.portal_id):
        db.session.execute(delete(CalendarEvent))
        db.session.commit()
    after = events_of(visitor, path)
    assert {uid: event["last-modified"].dt for uid, event in after.items()} == {
        uid: event["last-modified"].dt for uid, event in before.items()
    }


def test_a_clock_that_was_set_back_lowers_nothing(
    north: Actor, visitor: FlaskClient, world: World, path: str
):
    events_of(visitor, path)
    world.clock.advance(days=3)
    move(north, ENDS + timedelta(days=1), services().clock.now())
    moved = the_end(events_of(visitor, path))
    world.clock.advance(days=-2)
    move(north, ENDS + timedelta(days=2), services().clock.now())
    again = the_end(events_of(visitor, path))
    assert again["sequence"] > moved["sequence"]
    assert again["last-modified"].dt >= moved["last-modified"].dt


@pytest.mark.parametrize("jump", [timedelta(days=-2), timedelta(0)])
def test_who_asks_by_the_moment_alone_gets_what_changed_after_a_clock_set_back_or_within_a_second(
    north: Actor, visitor: FlaskClient, world: World, path: str, jump: timedelta
):
    world.clock.advance(days=3)
    for days in (1, 2):
        move(north, ENDS + timedelta(days=days), services().clock.now())
        moment = visitor.get(path).headers["Last-Modified"]
        world.clock.advance(seconds=jump.total_seconds())
    move(north, ENDS + timedelta(days=3), services().clock.now())
    assert visitor.get(path, headers={"If-Modified-Since": moment}).status_code == 200


def test_two_languages_read_one_event(visitor: FlaskClient, path: str):
    first = {uid: event["sequence"] for uid, event in events_of(visitor, path).items()}
    english = {uid: event["sequence"] for uid, event in events_of(visitor, f"{path}?lang=en").items()}
    assert first == english == {uid: event["sequence"] for uid, event in events_of(visitor, path).items()}


def test_two_that_ask_first_at_once_tell_one_event(north: Actor, path: str):
    with portal_scope(north.portal_id):
        wanted = [WantedEvent("9:pay", "c@d", ENDS, sentence("pay"), DAY_OF_THE_STORY)]
        row = CalendarEvent(feed="own", key="9:pay", uid="a@b", day=ENDS, digest="", sequence=4)
        row.changed_at = datetime(2026, 11, 1, tzinfo=UTC)

        class Late(list):
            def __iter__(self):
                db.session.add(row)
                db.session.commit()
                return super().__iter__()

        (told,) = publish_events("own", Late(wanted), DAY_OF_THE_STORY)
        db.session.commit()
        assert (told.uid, told.sequence) == ("a@b", 5)
        assert len(db.session.scalars(select(CalendarEvent)).all()) == 1


def test_another_portal_has_its_own_events(north: Actor, south: Actor, visitor: FlaskClient, path: str):
    events_of(visitor, path)
    with portal_scope(south.portal_id):
        assert db.session.scalars(select(CalendarEvent)).all() == []
