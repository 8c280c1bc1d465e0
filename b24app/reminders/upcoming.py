"""Upcoming reminders: every term with a known end as the schedule wants it, and the next of them over all terms."""

from datetime import date, datetime

from b24app.reminders.reminder_settings import get_schedule
from b24app.reminders.schedule import Planned, Subject, ahead, plan_reminders
from b24app.renewal.renewal_state import situation_of
from b24app.terms.timeline import TermRow, Timeline


def subjects(timeline: Timeline, now: datetime, today: date) -> tuple[Subject, ...]:
    """Every term with a known end, as the ladder of reminders wants it."""
    return tuple(filter(None, (subject_of(row, now, today) for row in timeline.rows)))


def subject_of(row: TermRow, now: datetime, today: date) -> Subject | None:
    """One term as the ladder wants it; None while its end is not known."""
    if row.plan is None or row.term.ends_on is None:
        return None
    s = situation_of(row, now, today)
    return Subject(
        clock_id=row.term.id,
        ends_on=row.term.ends_on,
        state=s.state,
        plan=row.plan,
        grace_days=s.policy.grace_days,
        marks=s.marks,
        delays=s.delays,
        main=row.main,
        autopay=bool(row.term.autopay),
        given_up=s.given_up,
    )


def nearest_reminders(timeline: Timeline, now: datetime, today: date, count: int = 3) -> tuple[Planned, ...]:
    """The next reminders over all terms."""
    ladder = get_schedule()
    planned = [item for subject in subjects(timeline, now, today) for item in plan_reminders(subject, ladder)]
    return ahead(sorted(planned, key=lambda item: (item.on, item.line)), today, count)
