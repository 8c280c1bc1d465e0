"""The message before a portal's data is erased: the authorization server denies that we are installed there."""

from datetime import timedelta

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.portals.uninstall import days_denied, is_due, start_erasing
from b24app.reminders import model
from b24app.reminders.dispatch import Dispatcher, open_dispatcher, send_waiting_of
from b24app.reminders.kinds import MessageDraft, ReminderKind
from b24app.reminders.notices import keep_notice
from b24app.services import services
from b24app.text.messages import N_, Sentence, sentence

CODE = "denied"
KINDS = (ReminderKind(CODE, N_("The application is not found in the portal")),)


def warn_denied(portal_id: int) -> None:
    """Warn people outside the portal, and begin the erase period when every message to them has met its end.

    A message that waits for its next attempt holds the period back; the job of the next day looks again.
    """
    portal = db.session.get(Portal, portal_id)
    if portal is None or not is_due(portal):
        return
    with portal_scope(portal_id):
        dispatcher, key = open_dispatcher(portal), f"{CODE}:{days_denied(portal)[0]}"
        keep_notice(dispatcher, CODE, key, draft_denied(dispatcher), line=CODE, outside=True)
        db.session.commit()
        send_waiting_of(dispatcher)
        warned = not _under_way(key)
    portal = db.session.get_one(Portal, portal_id, populate_existing=True)
    if warned and is_due(portal):
        start_erasing(portal, services().clock.now())
    db.session.commit()


def _under_way(key: str) -> bool:
    waiting = (
        select(model.Delivery.id)
        .join(model.Reminder, model.Reminder.id == model.Delivery.reminder_id)
        .where(model.Reminder.key == key, model.Delivery.state.in_(model.UNDER_WAY))
    )
    return db.session.scalar(waiting.limit(1)) is not None


def draft_denied(dispatcher: Dispatcher) -> MessageDraft:
    """The message: what was answered and when, what will be erased and from which day on, and what stops it."""
    first, second, third = days_denied(dispatcher.portal)
    erased_on = dispatcher.today + timedelta(days=services().settings.keep_uninstalled_days)
    lines: tuple[Sentence, ...] = (
        sentence(
            N_(
                "On %(first)s, %(second)s and %(third)s (UTC) the authorization server of Bitrix24 answered that the"
                " application is not installed in the portal %(portal)s."
            ),
            first=first,
            second=second,
            third=third,
            portal=dispatcher.portal.domain,
        ),
        sentence(
            N_("Everything that the application keeps about this portal will be erased, not before %(day)s."),
            day=erased_on,
        ),
        sentence(
            N_(
                "If the application is still needed there, let an administrator open it in the portal before that day:"
                " then nothing is erased."
            )
        ),
    )
    return MessageDraft(
        sentence(
            N_("The application is not found in %(portal)s: its data will be erased"),
            portal=dispatcher.portal.domain,
        ),
        lines,
    )
