"""Messages that wait and are needless by now: replaced by the next one, overtaken by another date or a payment, too late."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from b24app.database import db
from b24app.portals.model import day_at
from b24app.reminders.channels import GivenUp, NotNeeded, describe_failure
from b24app.reminders.delivery_lease import changed, has_no_end
from b24app.reminders.kinds import Subject, find_kind, load_kinds
from b24app.reminders.model import Delivery, DeliveryState, Reminder
from b24app.reminders.portal_schedule import subject_of
from b24app.terms.stored_terms import timeline_view


def end_needless(at: datetime) -> None:
    """End what the next reminder of its subject replaces, what is wrong by now, what waited for five days. Commits."""
    if ids := _replaced():
        _end(ids, state=DeliveryState.REPLACED)
    if ids := _overtaken(at):
        _end(ids, state=DeliveryState.REPLACED, error=describe_failure(NotNeeded()))
    late = update(Delivery).where(has_no_end(), Delivery.give_up_at <= at)
    changed(late.where(Delivery.error == "").values(error=describe_failure(GivenUp())))
    changed(late.values(state=DeliveryState.FAILED, lost_access=False))


def _end(ids: list[int], **values: object) -> None:
    ended = update(Delivery).where(Delivery.id.in_(ids), has_no_end())
    changed(ended.values(lost_access=False, **values))


def _replaced() -> list[int]:
    """What waits although a later reminder of its line went to the same person by the same channel."""
    codes = [kind.code for kind in load_kinds().values() if kind.line]
    newer, later = aliased(Reminder), aliased(Delivery)
    follows = newer.line == Reminder.line, newer.id > Reminder.id, newer.error == ""
    same = later.channel == Delivery.channel, later.recipient == Delivery.recipient
    query = (
        select(Delivery.id)
        .join(Reminder, Reminder.id == Delivery.reminder_id)
        .where(has_no_end(), Reminder.code.in_(codes))
        .where(exists().where(later.reminder_id == newer.id, *follows, *same))
    )
    return list(db.session.scalars(query))


def _overtaken(at: datetime) -> list[int]:
    """Messages that were tried before and are about a former end, or about paying what is paid."""
    query = select(Delivery.id, Reminder.term_id, Reminder.key, Reminder.code)
    query = query.join(Reminder, Reminder.id == Delivery.reminder_id)
    tried = has_no_end(), Delivery.attempts > 0, Reminder.term_id.is_not(None)
    rows = db.session.execute(query.where(*tried)).all()
    if not rows:
        return []
    subjects = _subjects(at)
    return [
        row.id
        for row in rows
        if row.term_id in subjects and _is_past(row.key, row.code, subjects[row.term_id])
    ]


def _subjects(at: datetime) -> Mapping[int, Subject]:
    today = day_at(at)
    found = (subject_of(row, at, today) for row in timeline_view(at, today).rows)
    return {subject.term_id: subject for subject in found if subject is not None}


def _is_past(key: str, code: str, subject: Subject) -> bool:
    kind = find_kind(code)
    if kind.days is None:
        return False
    return str(subject.ends_on) not in key.split(":") or (subject.paid and not kind.after_payment)


def end_line(line: str) -> None:
    """End what waits of the messages of one line in the portal in scope: its subject is over. The caller commits."""
    waiting = select(Delivery.id).join(Reminder, Reminder.id == Delivery.reminder_id)
    ids = list(db.session.scalars(waiting.where(has_no_end(), Reminder.line == line)))
    if ids:
        ended = update(Delivery).where(Delivery.id.in_(ids), has_no_end())
        db.session.execute(
            ended.values(state=DeliveryState.REPLACED, lost_access=False).execution_options(
                synchronize_session=False
            )
        )
