"""Notices that an event brings about: written once for everybody in a role, whatever the schedule of reminders is."""

from b24app.database import db
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.channels import load_channels
from b24app.reminders.dispatch import Dispatcher, address_message, compose, open_dispatcher
from b24app.reminders.kinds import MessageDraft, Planned
from b24app.reminders.outbox import keep_due
from b24app.reminders.recipients import people_of
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import list_roles


def dispatcher_of(portal_id: int) -> Dispatcher | None:
    """The dispatcher of a portal that is not removed."""
    portal = db.session.get(Portal, portal_id)
    return None if portal is None or portal.status == InstallStatus.DELETED else open_dispatcher(portal)


def keep_notice(
    dispatcher: Dispatcher, code: str, key: str, draft: MessageDraft, *, line: str = "", outside: bool = False
) -> None:
    """Keep a message once by its key; with `outside` for channels outside the portal only. Without a reader it is not kept."""
    item = Planned(key, line or code, code, dispatcher.today, 0, tuple(Role))
    message = compose(dispatcher, draft, key, line or key)
    channels = load_channels()
    messages = tuple(
        one
        for one in address_message(message, code, people_of(item.roles, list_roles()))
        if channels[one.channel].outside or not outside
    )
    if messages:
        keep_due(item, messages, None, dispatcher.now)
