"""A calendar in the form that Google, Outlook and Apple take over: whole days, numbered changes, cancelled events, and an answer that can be 304.

RFC 5545 (lines of 75 octets, CRLF, SEQUENCE, LAST-MODIFIED, an exclusive DTEND), RFC 7986 (NAME, REFRESH-INTERVAL), X-WR-CALNAME and
X-PUBLISHED-TTL for those who read nothing newer. DTSTAMP is the moment of the last change, so the same events are the same bytes.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from flask import Response, request
from icalendar import Alarm, Calendar, Event

from b24app.renewal.published_events import PublishedEvent
from b24app.text.messages import N_, Sentence, sentence

ICS = "text/calendar; charset=utf-8"
WITHDRAWN = sentence(N_("Cancelled"))
AT_NINE = timedelta(hours=9)
Speak = Callable[[Sentence], str]


def write_calendar(
    name: str,
    events: Iterable[PublishedEvent],
    speak: Speak,
    *,
    refresh: timedelta,
    alarm: timedelta | None = None,
) -> bytes:
    """The whole feed; `alarm` is how long after midnight of its day an event reminds, on devices that remind of feeds at all."""
    feed = Calendar()
    feed.add("prodid", "-//Renewal without downtime//b24app//")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("name", name)
    feed.add("x-wr-calname", name)
    feed.add("refresh-interval", refresh, parameters={"value": "DURATION"})
    feed.add("x-published-ttl", f"PT{refresh // timedelta(hours=1)}H")
    for event in events:
        feed.add_component(_event(event, speak, alarm))
    return bytes(feed.to_ical())


def _event(told: PublishedEvent, speak: Speak, alarm: timedelta | None) -> Event:
    event, title = Event(), speak(WITHDRAWN if told.cancelled else told.title)
    event.add("uid", told.uid)
    event.add("dtstamp", told.changed_at)
    event.add("last-modified", told.changed_at)
    event.add("sequence", told.sequence)
    event.add("dtstart", told.day)
    event.add("dtend", told.day + timedelta(days=1))
    event.add("summary", title)
    event.add("status", "CANCELLED" if told.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    if alarm is not None and not told.cancelled:
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("description", title)
        reminder.add("trigger", alarm)
        event.add_component(reminder)
    return event


def tagged(answer: Response, tag: str, changed_at: datetime) -> Response:
    """The answer with its tag and its moment, or 304 when the asker has this very content already."""
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(tag)
    answer.last_modified = changed_at
    answer.make_conditional(request)
    return answer
