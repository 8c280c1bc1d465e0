"""Half of the time to renew is over: the whole file of a kind of reminder that nothing else knows."""

from collections.abc import Iterator
from datetime import timedelta

from b24app.reminders.kinds import (
    EVERYBODY,
    MessageDraft,
    Planned,
    ReminderKind,
    ReminderSchedule,
    Subject,
    plan_item,
)
from b24app.renewal.situation import Situation
from b24app.text.sentences import Sentence, sentence


def plan(subject: Subject, _schedule: ReminderSchedule) -> Iterator[Planned]:
    yield plan_item(subject, "half", "half_time", subject.ends_on - timedelta(days=15), EVERYBODY)


def draft(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    return MessageDraft(
        sentence("Half of the time is over: %(name)s", name=name), (sentence("Act."),), s.term.ends_on
    )


KINDS = (ReminderKind("half_time", "Half of the time", plan, draft, as_task=True, in_calendar=True),)
