"""Resources of disk and mail: common storages and mail services."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.facts.backup.storages import Storages
from b24app.checklist.facts.channels.mail_services import MailServices
from b24app.comparison.resource import Found, Resource, resource
from b24app.text.messages import N_


@resource(
    N_("Common disk"),
    area=Area.BACKUP,
    meaning=N_("Its files are not seen: they are neither checked nor copied."),
    remedy=N_("Ask who closed or deleted it, and open the disk as an administrator."),
    place=N_("Disk"),
    link="/docs/",
    fields={},
)
def storage(storages: Storages) -> Found:
    """Common storages by id; another name is no change."""
    for row in storages.rows:
        yield row.id, Resource(row.name, "", {})


@resource(
    N_("Mail service"),
    area=Area.CHANNELS,
    severity=Severity.NOTE,
    meaning=N_("No mailbox of this service can be connected or signed in again."),
    remedy=N_("Switch a mail service on in the settings of mail."),
    place=N_("Mail → Settings"),
    link="/mail/",
    fields={},
)
def mail_service(mail_services: MailServices) -> Found:
    """Active mail services by name: the portal returns nothing else about them."""
    for name in mail_services.names:
        yield name, Resource(name, "", {})
