"""Half of the time to renew is over: the whole file of a kind of reminder that nothing else knows."""

from datetime import date, timedelta

from b24app.reminders.kinds import MessageDraft, Planned, ReminderKind, ReminderSchedule, Subject
from b24app.renewal.case import Situation
from b24app.text.messages import Sentence, sentence


def days(subject: Subject, _schedule: ReminderSchedule) -> list[date]:
    return [subject.ends_on - timedelta(days=15)]


def draft(_item: Planned, s: Situation, name: Sentence) -> MessageDraft:
    return MessageDraft(
        sentence("Half of the time is over: %(name)s", name=name), (sentence("Act."),), s.term.ends_on
    )


KINDS = (
    ReminderKind(
        "half_time", "Half of the time", line="half", days=days, draft=draft, as_task=True, in_calendar=True
    ),
)
