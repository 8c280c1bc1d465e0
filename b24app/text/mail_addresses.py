"""Addresses of mail with international names: kept as people read them, compared and handed to servers in one form. Pure.

The host is kept in letters (почта.пример.рф) and leaves as xn--…; letters beyond Latin before the @ stay, and go to a mail server only
when it offers SMTPUTF8 (RFC 6531).
"""

import re
import unicodedata

from b24app.errors import BadInput
from b24app.input_limits import is_mail_address
from b24app.text.host_names import PREFIX, NoHostName, to_ascii, to_unicode
from b24app.text.messages import N_

NO_MAIL = N_("This is not an e-mail address.")
MIXED_MAIL = N_(
    "The name after the @ mixes letters of two alphabets that look alike: type it anew in one of them."
)
MOST_LOCAL, MOST = 64, 254
_LOCAL = re.compile(r"[^@\s<>,;:\"\[\]()\\]+")


def read_mail(text: str) -> str:
    """One plain mail address, as it is kept; empty for an invalid one. Raises NoHostName for a name of mixed letters."""
    text = unicodedata.normalize("NFC", text.strip())
    local, _, host = text.rpartition("@")
    try:
        plain = to_ascii(host)
    except NoHostName as wrong:
        if wrong.mixed:
            raise
        return ""
    stand_in = local if local.isascii() else "a"
    if not is_mail_address(f"{stand_in}@{plain}") or not _is_local_part(local):
        return ""
    if len(f"{local}@{plain}".encode()) > MOST:
        return ""
    if text.isascii() and PREFIX not in plain:
        return text
    return f"{local if local.isascii() else local.lower()}@{to_unicode(plain)}"


def _is_local_part(text: str) -> bool:
    return text.isascii() or (
        len(text.encode()) <= MOST_LOCAL and text.isprintable() and _LOCAL.fullmatch(text) is not None
    )


def check_mail(text: str, field: str = "email") -> str:
    """The address as it is kept; raises BadInput naming the field for what is none, or whose host would be taken for another one."""
    try:
        found = read_mail(text)
    except NoHostName:
        raise BadInput(MIXED_MAIL, field) from None
    if not found:
        raise BadInput(NO_MAIL, field)
    return found


def ascii_host(address: str) -> str:
    """The address with its host in the form of the name system, for mail servers; what is no name stays."""
    local, _, host = address.rpartition("@")
    try:
        return f"{local}@{to_ascii(host)}" if not host.isascii() or PREFIX in host.lower() else address
    except NoHostName:
        return address


def mail_key(address: str) -> str:
    """The key by which two addresses are one: lower case, and one form of the host."""
    return ascii_host(address.strip()).lower()
