"""The reminder schedule: which reminders are due now, never twice, never lost, and which come next. Plans, sends nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from b24app.reminders.kinds import (
    MessageDraft,
    Planned,
    ReminderSchedule,
    Subject,
    find_kind,
    load_kinds,
    plan_kind,
)
from b24app.reminders.recipients import people_of, recipients, working_channels
from b24app.reminders.reminder_settings import get_schedule
from b24app.renewal.case import Situation
from b24app.renewal.signed_links import list_links
from b24app.renewal.situation_reading import list_roles, situation_of
from b24app.terms.timeline import TermRow, Timeline
from b24app.text.messages import N_, Sentence, sentence

CALENDAR = N_("calendar")


def plan_reminders(subject: Subject, schedule: ReminderSchedule) -> tuple[Planned, ...]:
    """All reminders about this term, in order of days; once it is paid only those that come after a payment."""
    planned = [item for kind in load_kinds().values() for item in plan_kind(kind, subject, schedule)]
    return tuple(sorted(planned, key=lambda item: (item.on, item.line)))


def draft_message(item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    """The message of one planned reminder; `name` is what the term is called."""
    draft = find_kind(item.code).draft
    if draft is None:
        return MessageDraft(sentence(N_("Renewal: %(name)s"), name=name), ())
    return draft(item, s, name)


def due_now(
    planned: Sequence[Planned], sent: Collection[str], local: datetime, schedule: ReminderSchedule
) -> tuple[Planned, ...]:
    """The reminders to send at this local time.

    Of several that fell due on one line (the application was off, or was installed late) only the newest is sent:
    it says the same and more. What is due in quiet hours waits for the morning.
    """
    if schedule.is_quiet(local):
        return ()
    newest: dict[str, Planned] = {}
    for item in planned:
        if item.on <= local.date():
            newest[item.line] = item
    return tuple(item for item in newest.values() if item.key not in sent)


def ahead(planned: Sequence[Planned], today: date, count: int = 3) -> tuple[Planned, ...]:
    """The nearest reminders to come."""
    return tuple(item for item in planned if item.on > today)[:count]


def subject_of(row: TermRow, now: datetime, today: date) -> Subject | None:
    """One term with its renewal, to plan reminders about; None while its end is not known."""
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
    subscribed = any(link.purpose == "calendar" for link in list_links())
    found: dict[str, tuple[str, ...]] = {}
    for item in planned:
        people = people_of(item.roles, roles)
        names = [one.channel.short for one in settings if recipients(one, item.code, people)]
        if subscribed and find_kind(item.code).in_calendar:
            names.append(CALENDAR)
        found[item.key] = tuple(names)
    return found
