"""The calendar feed: the days to act as all-day events that calendars subscribe to."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from b24app.renewal.renewal_stages import Stage
from b24app.renewal.situation import Situation
from b24app.terms.timeline import TermRow, Timeline
from b24app.text.messages import N_, Sentence, sentence

REFRESH = timedelta(hours=12)
Day = tuple[str, date, Sentence]


def days_of(row: TermRow, s: Situation) -> tuple[Day, ...]:
    """The days of one term that belong into a calendar; what is done already leaves it."""
    return tuple(_days(row, s))


def _days(row: TermRow, s: Situation) -> Iterator[Day]:
    ends_on, plan = row.term.ends_on, row.plan
    if ends_on is None or plan is None:
        return
    if not s.paid:
        yield "window", plan.window_opens, sentence(N_("Renewal is possible: %(name)s"), name=row.name)
        if plan.invoice_by is not None and row.main and not s.has(Stage.INVOICE_REQUESTED):
            yield (
                "invoice",
                plan.invoice_by,
                sentence(N_("The last day for the invoice: %(name)s"), name=row.name),
            )
        yield "pay", plan.pay_by, sentence(N_("The last day to pay: %(name)s"), name=row.name)
    yield "end", ends_on, sentence(N_("The last paid day: %(name)s"), name=row.name)
    if plan.conditions.grace_days and not s.paid:
        yield "grace", plan.grace_ends, sentence(N_("The last day of grace: %(name)s"), name=row.name)


def write_calendar(
    timeline: Timeline,
    situations: Callable[[TermRow], Situation],
    speak: Callable[[Sentence], str],
    *,
    owner: str,
    at: datetime,
) -> bytes:
    """The whole feed; an event keeps its identity when its day moves."""
    calendar = Calendar()
    calendar.add("prodid", "-//Renewal without downtime//b24app//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", speak(sentence(N_("Renewal: %(portal)s"), portal=owner)))
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for row in timeline.rows:
        for code, day, title in days_of(row, situations(row)):
            calendar.add_component(_event(f"{owner}:{row.term.id}:{code}", day, speak(title), at))
    return bytes(calendar.to_ical())


def _event(name: str, day: date, title: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", hashlib.sha256(name.encode()).hexdigest()[:32] + "@renewal-without-downtime")
    event.add("dtstamp", at)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(hours=9))
    event.add_component(alarm)
    return event
