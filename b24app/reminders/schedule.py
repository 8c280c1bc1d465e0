"""The reminder schedule: which reminders are due now, never twice, never lost, and which come next. Pure."""

from collections.abc import Collection, Sequence
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
from b24app.renewal.case import Situation
from b24app.terms.timeline import name_inside
from b24app.text.messages import N_, Sentence, sentence


def plan_reminders(subject: Subject, schedule: ReminderSchedule) -> tuple[Planned, ...]:
    """All reminders about this term, in order of days; once it is paid only those that come after a payment."""
    planned = [item for kind in load_kinds().values() for item in plan_kind(kind, subject, schedule)]
    return tuple(sorted(planned, key=lambda item: (item.on, item.line)))


def draft_message(item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    """The message of one planned reminder; `name` is what the term is called."""
    draft, name = find_kind(item.code).draft, name_inside(name)
    if draft is None:
        return MessageDraft(sentence(N_("Renewal: %(name)s"), name=name), ())
    return draft(item, s, name)


def due_now(
    planned: Sequence[Planned], sent: Collection[str], local: datetime, schedule: ReminderSchedule
) -> tuple[Planned, ...]:
    """The reminders to send at this local time.

    Of several that fell due on one line (the application was off, or was installed late) only the newest is sent:
    it includes the others. What is due in quiet hours waits for the morning.
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
