"""Marks texts for translation where they are written, and takes control characters out of texts from outside."""

import re

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MAIL = re.compile(r"[^@\s<>,;:\"\[\]()\\]+@[^@\s<>,;:\"\[\]()\\]+\.[^@\s<>,;:\".\[\]()\\]+")


def N_(message: str) -> str:  # noqa: N802 - the customary gettext name
    """Mark a message id for extraction and return it unchanged."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - the customary gettext name, doubled
    """Mark a message id and its plural for extraction and return both unchanged."""
    return one, many


def one_line(text: str) -> str:
    """A name or a subject on one line: breaks, control characters and halves of characters become a space."""
    return _BREAKS.sub(" ", text).strip()


def plain_lines(text: str) -> str:
    """A longer text with its own line breaks, without other control characters and halves of characters."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def is_mail_address(text: str) -> bool:
    """Whether a text is one plain address that mail can go to: no name, no quotes, no brackets, Latin letters."""
    return len(text) <= 254 and text.isascii() and _MAIL.fullmatch(text) is not None
