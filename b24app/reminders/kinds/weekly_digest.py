"""The weekly digest: the state of the renewal; its arrival shows that reminders work."""

from datetime import timedelta

from sqlalchemy import select

from b24app.database import db
from b24app.reminders import model
from b24app.reminders.dispatch import Dispatcher
from b24app.reminders.kinds import MessageDraft, Planned, ReminderKind
from b24app.reminders.model import DeliveryState
from b24app.reminders.outbox import sent_keys
from b24app.reminders.reminder_settings import get_digest, get_schedule
from b24app.renewal.headline import write_headline
from b24app.renewal.next_step import next_step
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import situation_of
from b24app.terms.stored_terms import timeline_view
from b24app.text.messages import N_, NN_, Sentence, sentence

CODE = "digest"
KINDS = (ReminderKind(CODE, N_("The week in short"), line=CODE, quiet=True),)


def due_digest(dispatcher: Dispatcher) -> Planned | None:
    """The digest of this week, when it is due and not written yet."""
    digest, schedule = get_digest(), get_schedule()
    today = dispatcher.today
    if not digest.on or today.weekday() != digest.weekday or schedule.is_quiet(dispatcher.local):
        return None
    year, week, _ = today.isocalendar()
    item = Planned(f"{CODE}:{year}-{week}", CODE, CODE, today, 0, (Role.RESPONSIBLE,))
    return None if sent_keys([item.key]) else item


def draft_digest(dispatcher: Dispatcher) -> MessageDraft:
    """The headline and the next step of the main term, the other terms, and how reminders fared in a week."""
    timeline = timeline_view(dispatcher.now, dispatcher.today)
    lines: list[Sentence] = []
    if timeline.main is not None:
        situation = situation_of(timeline.main, dispatcher.now, dispatcher.today)
        answer, step = write_headline(situation), next_step(situation)
        lines += [
            answer.answer,
            answer.lead,
            sentence(N_("Next: %(step)s. %(reason)s"), step=step.title, reason=step.reason),
        ]
    else:
        lines.append(
            sentence(N_("No term is written down yet: open the application and write the date of the plan."))
        )
    lines += [
        sentence("%(name)s: %(left)s", name=row.name, left=row.left) for row in timeline.rows if not row.main
    ]
    lines.append(_week(dispatcher))
    return MessageDraft(sentence(N_("Renewal: the week in short")), tuple(lines))


def _week(dispatcher: Dispatcher) -> Sentence:
    since = dispatcher.now - timedelta(days=7)
    states = list(db.session.scalars(select(model.Delivery.state).where(model.Delivery.next_at >= since)))
    failed = sum(state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN) for state in states)
    sent = states.count(DeliveryState.SENT)
    text = NN_(
        "Reminders work: %(count)s letter sent in a week, not delivered: %(failed)s.",
        "Reminders work: %(count)s letters sent in a week, not delivered: %(failed)s.",
    )
    return sentence(text, count=sent, failed=failed)
