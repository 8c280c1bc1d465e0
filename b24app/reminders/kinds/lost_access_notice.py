"""Two messages outside the portal: no access of ours works there any more, and it is back. Each loss is reported once, at once."""

from datetime import datetime

from sqlalchemy import select

from b24app.database import db, portal_scope
from b24app.portals.availability import get_availability
from b24app.reminders import model
from b24app.reminders.dispatch import Dispatcher, send_waiting_of
from b24app.reminders.kinds import MessageDraft, ReminderKind
from b24app.reminders.notices import dispatcher_of, keep_notice
from b24app.reminders.sending import bring_back
from b24app.text.messages import N_, Sentence, sentence

LOST, BACK = "access_lost", "access_back"
LINE = "access"
KINDS = (
    ReminderKind(LOST, N_("Access to the portal is lost"), line=LINE),
    ReminderKind(BACK, N_("Access to the portal is back"), line=LINE),
)


def notify_access_lost(portal_id: int) -> None:
    """Send it by every channel outside the portal, whatever the hour; a loss that is over by now is not sent."""
    with portal_scope(portal_id):
        since, dispatcher = get_availability().access_lost_at, dispatcher_of(portal_id)
        if since is None or dispatcher is None:
            return
        _keep(dispatcher, LOST, _mark(since), draft_lost(dispatcher, since))
        db.session.commit()
        send_waiting_of(dispatcher)


def notify_access_back(portal_id: int) -> None:
    """Send what lost access has stopped; people who were notified of the loss are notified of its end."""
    with portal_scope(portal_id):
        dispatcher = dispatcher_of(portal_id)
        if dispatcher is None:
            return
        told = db.session.scalar(
            select(model.Reminder.key).where(model.Reminder.code == LOST).order_by(model.Reminder.id.desc())
        )
        if told is not None and get_availability().access_lost_at is None:
            _keep(dispatcher, BACK, told.partition(":")[2], draft_back(dispatcher))
        db.session.commit()
        bring_back(dispatcher.now)
        send_waiting_of(dispatcher)


def _mark(since: datetime) -> str:
    return f"{since:%Y-%m-%dT%H:%M:%S}"


def _keep(dispatcher: Dispatcher, code: str, mark: str, draft: MessageDraft) -> None:
    keep_notice(dispatcher, code, f"{code}:{mark}", draft, line=LINE, outside=True)


def draft_lost(dispatcher: Dispatcher, since: datetime) -> MessageDraft:
    """The message: since when, what does not happen meanwhile, and what mends it."""
    portal = dispatcher.portal.domain
    lines: tuple[Sentence, ...] = (
        sentence(
            N_(
                "Since %(day)s Bitrix24 does not accept the access to the portal %(portal)s that its administrators"
                " gave the application; that of every administrator was tried."
            ),
            day=since,
            portal=portal,
        ),
        sentence(
            N_(
                "Until it is back nothing is checked in the portal, and no notifications and tasks come there. Reminders"
                " outside the portal go on."
            )
        ),
        sentence(
            N_("Let a portal administrator open the application in the portal once: nothing else is needed.")
        ),
    )
    subject = sentence(N_("The application has lost access to the portal %(portal)s"), portal=portal)
    return MessageDraft(subject, lines)


def draft_back(dispatcher: Dispatcher) -> MessageDraft:
    """The short message that it is over."""
    portal = dispatcher.portal.domain
    line = sentence(N_("Checks, notifications and tasks go on. What waited for access is being sent now."))
    return MessageDraft(sentence(N_("Access to the portal %(portal)s is back"), portal=portal), (line,))
