"""The reminders of a portal's own terms: planned with its settings, its renewals and its channels as they are stored."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from b24app.reminders.kinds import Planned, Subject, find_kind
from b24app.reminders.recipients import people_of, recipients, working_channels
from b24app.reminders.reminder_settings import get_schedule
from b24app.reminders.schedule import ahead, plan_reminders
from b24app.renewal.signed_links import is_followed
from b24app.renewal.situation_reading import list_roles, situation_of
from b24app.terms.policy import State
from b24app.terms.timeline import TermRow, Timeline
from b24app.text.messages import N_

CALENDAR = N_("calendar")


def subject_of(row: TermRow, now: datetime, today: date) -> Subject | None:
    """One term with its renewal, to plan reminders about; None while its end is unknown."""
    if row.plan is None or row.term.ends_on is None:
        return None
    s = situation_of(row, now, today)
    return Subject(
        term_id=row.term.id,
        ends_on=row.term.ends_on,
        state=s.state,
        plan=row.plan,
        grace_days=s.policy.grace_days,
        marks=s.marks,
        delays=s.delays,
        main=row.main,
        autopay=bool(row.term.autopay),
        given_up=s.given_up,
        end_unknown=s.state is State.RENEWED_PENDING and s.days_left < 0,
    )


def plan_timeline(timeline: Timeline, now: datetime, today: date) -> tuple[Planned, ...]:
    """All reminders about every term with a known end, in order of days."""
    schedule = get_schedule()
    subjects = filter(None, (subject_of(row, now, today) for row in timeline.rows))
    planned = [item for subject in subjects for item in plan_reminders(subject, schedule)]
    return tuple(sorted(planned, key=lambda item: (item.on, item.line)))


def nearest_reminders(timeline: Timeline, now: datetime, today: date, count: int = 3) -> tuple[Planned, ...]:
    """The next reminders over all terms."""
    return ahead(plan_timeline(timeline, now, today), today, count)


def channels_reaching(planned: Iterable[Planned]) -> Mapping[str, tuple[str, ...]]:
    """The short names of the channels that will carry each reminder, by its key."""
    settings, roles = working_channels(), list_roles()
    subscribed = is_followed("calendar")
    found: dict[str, tuple[str, ...]] = {}
    for item in planned:
        people = people_of(item.roles, roles)
        names = [one.channel.short for one in settings if recipients(one, item.code, people)]
        if subscribed and find_kind(item.code).in_calendar:
            names.append(CALENDAR)
        found[item.key] = tuple(names)
    return found
