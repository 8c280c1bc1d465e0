"""Feeds of an integrator's group for calendars and spreadsheets: the terms of its clients as iCalendar and as CSV."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from flask import Blueprint, Response, g, request
from flask_babel import gettext

from b24app.database import db, portal_scope
from b24app.errors import NotFound
from b24app.integrators.board_query import BoardAt
from b24app.integrators.outside.feed_terms import FeedTerm, clients_of_feed, state_of_feed, terms_of_feed
from b24app.integrators.outside.group_feeds import FeedReader, find_reader
from b24app.portals.model import Portal, day_at
from b24app.public.calendar_writing import ICS, tagged, write_calendar
from b24app.renewal.published_events import (
    WantedEvent,
    event_uid,
    given_feed,
    note_given,
    publish_events,
    tag_of,
)
from b24app.services import services
from b24app.text.messages import N_, Sentence, sentence
from b24app.text.table_writing import FOR_PROGRAMS, Cell, write_table
from b24app.text.translation import nearest_language
from b24app.web.access import keep_first, kept_deed, public
from b24app.web.filters import words

blueprint = Blueprint("feeds", __name__)
HEADS = (
    N_("Client"), N_("INN"), N_("Portal"), N_("Term"), N_("Last paid day"), N_("Act by"), N_("Day said by"),
    N_("Confirmed by"),
)  # fmt: skip
MEDIA = {"ics": ICS, "csv": "text/csv; charset=utf-8"}
NOT_MODIFIED, EVERY = 304, timedelta(hours=1)
PRIVATE = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}


class FeedClosed(NotFound):
    """An address that opens nothing, whatever the reason."""

    public = N_("This address opens nothing: it was closed, it is over, or it is not complete.")


@blueprint.get("/feeds/<token>.ics")
@public
def give_calendar(token: str) -> Response:
    """The days of the group's terms, for calendars that subscribe."""
    return _answer(token, "ics")


@blueprint.get("/feeds/<token>.csv")
@public
def give_table(token: str) -> Response:
    """The same as a table that spreadsheets open."""
    return _answer(token, "csv")


def _answer(token: str, kind: str) -> Response:
    with kept_deed():
        now = services().clock.now()
        reader = find_reader(token, now)
        if reader is None:
            raise FeedClosed
        _speak_as(reader)
        keep_first()  # that it was used
        at = BoardAt(reader.seat, now, day_at(now, reader.seat.portal_id))
        rows = clients_of_feed(reader, at)
        state = state_of_feed(rows, at, kind, g.language)
        form, feed = f"{kind}-{g.language}", f"group:{reader.feed.id}"
        with portal_scope(reader.seat.portal_id):
            given = given_feed(feed, form)
        if given is not None and given[0] == state:
            answer = tagged(_as_file(b"", kind), *given[1:])  # nothing is read when the asker has it already
            if answer.status_code == NOT_MODIFIED:
                return _private(answer)
        terms = terms_of_feed(reader, rows, now)
        keep_first()  # the lines in the clients' journals
        with portal_scope(reader.seat.portal_id):
            content, since = _write(terms, kind, reader, now)
            changed_at = note_given(feed, form, state, tag_of(content), since=since, at=now)
        return _private(tagged(_as_file(content, kind), tag_of(content), changed_at))


def _as_file(content: bytes, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="terms.{kind}"'}
    return Response(content, content_type=MEDIA[kind], headers=headers)


def _private(answer: Response) -> Response:
    answer.headers.update(PRIVATE)
    return answer


def _speak_as(reader: FeedReader) -> None:
    """The language and the day of the integrator's own portal."""
    portal = db.session.get_one(Portal, reader.seat.portal_id)
    asked = request.args.get("lang", "")
    g.language, g.zone = nearest_language(asked or portal.language), portal.time_zone


def _write(terms: Sequence[FeedTerm], kind: str, reader: FeedReader, now: datetime) -> tuple[bytes, datetime]:
    """The content in its form, and the last moment when anything in it changed."""
    if kind == "csv":
        told = [one.stand.term.known_at for one in terms]
        return write_feed_table(terms), max(told, default=now)
    events = publish_events(f"group:{reader.feed.id}", wanted_events(terms), now, hide=True)
    name = words(sentence(N_("Renewals of clients: %(name)s"), name=reader.seat.integrator))
    content = write_calendar(name, events, words, refresh=EVERY)
    return content, max((event.changed_at for event in events), default=now)


def write_feed_table(terms: Iterable[FeedTerm]) -> bytes:
    """The terms as CSV: days as ISO 8601, for spreadsheets and programs that fetch it by themselves, in whatever language they run."""
    return write_table([gettext(head) for head in HEADS], map(_cells, terms), FOR_PROGRAMS)


def _cells(one: FeedTerm) -> tuple[Cell, ...]:
    term = one.stand.term
    return (
        one.client,
        one.inn,
        one.domain,
        words(one.stand.name),
        term.ends_on,
        one.stand.act_by,
        term.said_by,
        term.confirmed_by,
    )


def wanted_events(terms: Iterable[FeedTerm]) -> Iterator[WantedEvent]:
    """The days of the group's terms as events; the identity of an event is that which feeds of earlier releases gave it."""
    for one in terms:
        for code, on, title in _days(one):
            key = f"{one.code}:{one.stand.term.id}:{code}"
            yield WantedEvent(key, event_uid(key), on, title, one.stand.term.said_at)


def _days(one: FeedTerm) -> Iterator[tuple[str, date, Sentence]]:
    ends_on, act_by, name = one.stand.term.ends_on, one.stand.act_by, one.stand.name
    if act_by is not None and act_by != ends_on:
        yield "act", act_by, sentence(N_("Act: %(client)s, %(term)s"), client=one.client, term=name)
    if ends_on is not None:
        yield (
            "end",
            ends_on,
            sentence(N_("The last paid day: %(client)s, %(term)s"), client=one.client, term=name),
        )
