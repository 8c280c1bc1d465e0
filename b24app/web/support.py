"""Whom to write for support and what to send: a letter with its text ready, an address to open, or a text to copy."""

import contextlib
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from flask_babel import gettext

from b24app.input_limits import one_line
from b24app.services import services
from b24app.text.host_names import NoHostName
from b24app.text.mail_addresses import ascii_host, read_mail
from b24app.text.translation import one_stop

NUMBER = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Support:
    """`contact` as the operator wrote it, or nothing; `url` opens it; `host` is the contact's server.

    `hours` and `reaction` are when somebody answers and how soon, in the operator's own words.
    """

    contact: str
    url: str
    host: str
    text: str
    hours: str = ""
    reaction: str = ""


def support_way(portal: str = "", number: str = "") -> Support:
    """How to write to support about this portal and the error of this number."""
    settings, number = services().settings, number if NUMBER.fullmatch(number) else ""
    contact, text = support_contact(), ready_text(portal, number)
    subject = gettext(
        "Renewal without downtime: %(about)s", about=number or portal or services().manifest.version
    )
    url = _letter_to(contact, subject, text)
    if not url and contact.startswith(("https://", "http://")):
        url = contact
    host = urlsplit(settings.public_url).hostname or ""
    hours, reaction = one_line(settings.operator_hours).strip(), one_line(settings.operator_reaction).strip()
    return Support(contact, url, host, text, hours, reaction)


def _letter_to(contact: str, subject: str, text: str) -> str:
    """A letter begun to an address of mail, its host in the form of the name system; nothing for a contact of another kind."""
    with contextlib.suppress(NoHostName):
        if address := read_mail(contact):
            to = quote(ascii_host(address), safe="@")
            return f"mailto:{to}?subject={quote(subject)}&body={quote(text)}"
    return ""


def support_contact() -> str:
    """What the operator named for support; where he named nothing, the mail that the documents name; nothing without either."""
    settings = services().settings
    return one_line(settings.support_contact).strip() or settings.operator_mail


def ready_text(portal: str, number: str) -> str:
    """The text for support, without secrets."""
    lines = (
        one_stop(gettext("Portal: %(portal)s.", portal=portal or "…")),
        gettext("Version of the application: %(version)s.", version=services().manifest.version),
        gettext("Error number: %(number)s.", number=number) if number else "",
        gettext("What I pressed, what I saw, at what time:"),
    )
    return "\r\n".join(filter(None, lines))
