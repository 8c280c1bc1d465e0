"""The portal's own mail server for letters in its own name: kept sealed, replaced as a whole, forgotten."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import delete, select

from b24app.database import db
from b24app.errors import BadInput
from b24app.guard import PlaceRefused
from b24app.reminders.channels import Message
from b24app.reminders.channels.email.smtp import MailServer, check_own_server, mail_server
from b24app.reminders.letterheads import OwnMail
from b24app.reminders.model import OwnMailServer
from b24app.services import services
from b24app.single_rows import single_row
from b24app.text.host_names import to_ascii, to_unicode
from b24app.text.mail_addresses import ascii_host
from b24app.text.messages import N_

PORTS = {465: "smtps", 587: "smtp", 2525: "smtp", 25: "smtp"}
"""By port 465 everything is encrypted from the first byte, by the others after STARTTLS."""


def get_own_mail() -> OwnMail | None:
    """The own mail server of the portal in scope."""
    row = db.session.scalar(select(OwnMailServer))
    return OwnMail(row.url, row.sender) if row is not None else None


def shown_server() -> MailServer | None:
    """The same without its password, for a page."""
    own = get_own_mail()
    if own is None:
        return None
    found = mail_server(own.url, own.sender)
    return MailServer(to_unicode(found.host), found.port, found.user, "", found.tls, found.sender)


def own_mail_for(message: Message) -> OwnMail | None:
    """The server that this message wants of its portal; nothing for all the others."""
    head = message.letterhead
    return get_own_mail() if head is not None and head.own_server else None


@dataclass(frozen=True, slots=True)
class TypedServer:
    """A mail server as a person typed it."""

    host: str
    port: int | None
    user: str
    password: str = field(repr=False)


def keep_own_mail(typed: TypedServer, sender: str, at: datetime) -> None:
    """Keep another server in the place of the one before; an empty password leaves that of the same server. Raises BadInput."""
    host, user, port = typed.host.strip().lower(), ascii_host(typed.user.strip()), typed.port
    if port not in PORTS:
        raise BadInput(N_("Mail servers take letters by port 465, 587, 2525 or 25."), "port")
    try:
        check_own_server(host, port, services().resolve)
    except PlaceRefused:
        raise BadInput(N_("This is not the name of a mail server in the open internet."), "host") from None
    host = to_ascii(host)
    if not (user.isascii() and typed.password.isascii()):
        raise BadInput(
            N_("Mail servers take names and passwords of Latin letters, digits and signs."), "user"
        )
    password = typed.password or _known_password(host, port, user)
    if user and not password:
        raise BadInput(N_("Write the password of this mailbox."), "password")
    named = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    url = f"{PORTS[port]}://{named}{host}:{port}"
    row = single_row(OwnMailServer, begins={"url": url, "sender": sender, "kept_at": at})
    row.url, row.sender, row.kept_at = url, sender, at
    db.session.flush()


def _known_password(host: str, port: int, user: str) -> str:
    """The stored password, if it is for the same mailbox on the same server: another host never gets it."""
    own = get_own_mail()
    known = mail_server(own.url, own.sender) if own else None
    same = known is not None and (known.host, known.port, known.user) == (host, port, user)
    return known.password if known is not None and same else ""


def forget_own_mail() -> None:
    """Letters of the portal in scope leave by our server again."""
    db.session.execute(delete(OwnMailServer))
