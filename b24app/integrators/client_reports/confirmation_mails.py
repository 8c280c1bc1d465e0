"""Letters that ask the reader of an address to agree: nothing else goes there before he has."""

from dataclasses import dataclass

from b24app.database import db
from b24app.integrators.members import get_integrator
from b24app.portals.model import InstallStatus, Portal
from b24app.reminders.channels import Message, Recipient
from b24app.reminders.channels.email import CHANNEL as EMAIL
from b24app.reminders.dispatch import open_dispatcher
from b24app.reminders.kinds import Planned
from b24app.reminders.letterheads import Letterhead
from b24app.reminders.outbox import Outgoing, keep_due
from b24app.services import services
from b24app.text.messages import Sentence
from b24app.text.translation import Translator

CODE = "report_address"
READER, SENDER = "reader", "sender"


@dataclass(frozen=True, slots=True)
class ConfirmationMail:
    """One letter with its link, before translation; `own_server`: it is sent by the integrator's own mail server, as a test of it."""

    kind: str
    code: str
    subject: Sentence
    lines: tuple[Sentence, ...]
    button: Sentence
    language: str
    own_server: bool = False

    @property
    def key(self) -> str:
        """The key of the letter in the outbox."""
        return f"{CODE}:{self.kind}:{self.code}"


def send_asking(portal_id: int, email: str, letter: ConfirmationMail) -> None:
    """Keep the letter in the outbox of the integrator's portal, which is in scope; it leaves through the queue."""
    portal, own = db.session.get_one(Portal, portal_id), get_integrator()
    if portal.status == InstallStatus.DELETED or own is None:
        return
    dispatcher = open_dispatcher(portal)
    say = Translator(letter.language or portal.language, portal.time_zone).say
    message = Message(
        key=f"{portal.member_id}:{letter.key}",
        tag=CODE,
        subject=say(letter.subject),
        lines=tuple(map(say, letter.lines)),
        link=f"{services().settings.public_url}/client-reports/{letter.kind}/{letter.code}",
        link_text=say(letter.button),
        public=True,
        code=CODE,
        sender=own.name,
        letterhead=Letterhead(own_server=letter.own_server),
    )
    item = Planned(letter.key, CODE, CODE, dispatcher.today, 0, ())
    keep_due(item, (Outgoing(EMAIL.code, Recipient(email), message),), None, dispatcher.now)
    services().queue.later("send_waiting", portal_id)
