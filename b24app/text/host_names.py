"""Names of hosts in both of their forms: that of the name system (xn--…) and that which people read. Pure.

A label that mixes alphabets (a Cyrillic «а» in a Latin word) is no name: no registry gives it, and it is there to be taken for
another one. A label of one alphabet that looks like Latin under a Latin ending is shown in its form of the name system.
"""

import unicodedata
from urllib.parse import urlsplit, urlunsplit

import idna

PREFIX = "xn--"
TOGETHER = frozenset({"LATIN", "HAN"})
HAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})
LOOKS_LATIN = frozenset("асԁеһіјӏорԛѕԝхуѵ")


class NoHostName(ValueError):
    """A text that cannot be the name of a host; `mixed`: its letters are of several alphabets."""

    def __init__(self, text: str, *, mixed: bool = False) -> None:
        super().__init__(text)
        self.mixed = mixed


def to_ascii(name: str) -> str:
    """The name in its form of the name system; letters that look alike become plain ones. Raises NoHostName."""
    plain = name.removesuffix(".").lower()
    if plain.isascii() and PREFIX not in plain:
        return plain
    try:
        found = idna.encode(plain, uts46=True).decode().removesuffix(".")
        labels = [idna.decode(label) for label in found.split(".") if label.startswith(PREFIX)]
    except (idna.IDNAError, UnicodeError):
        raise NoHostName(name) from None
    if not all(map(is_of_one_alphabet, labels)):
        raise NoHostName(name, mixed=True)
    return found


def to_unicode(name: str) -> str:
    """The name as people read it; one that would be taken for another name stays in its form of the name system."""
    try:
        plain = to_ascii(name)
    except NoHostName:
        return name if name.isascii() else _bare(name)
    labels = plain.split(".")
    latin = not labels[-1].startswith(PREFIX)
    return ".".join(_shown(label, latin_ending=latin) for label in labels)


def _bare(name: str) -> str:
    """A refused name in plain ASCII, label by label, so that nobody takes it for another one."""
    return ".".join(
        label if label.isascii() else PREFIX + label.encode("punycode", "replace").decode()
        for label in name.split(".")
    )


def _shown(label: str, *, latin_ending: bool) -> str:
    if not label.startswith(PREFIX):
        return label
    letters = str(idna.decode(label))
    return label if latin_ending and set(letters) - set("-0123456789") <= LOOKS_LATIN else letters


def is_of_one_alphabet(label: str) -> bool:
    """Whether all letters of a label are of one alphabet; Latin beside Chinese, Japanese and Korean is usual."""
    found = {script for letter in label if (script := _script(letter))}
    return len(found) < 2 or found == TOGETHER


def _script(letter: str) -> str:
    if not unicodedata.category(letter).startswith("L"):
        return ""
    first = unicodedata.name(letter, "").partition(" ")[0]
    return "HAN" if first in HAN else first


def in_ascii(url: str) -> str:
    """An address with its host in the form of the name system; everything else stays. Raises NoHostName."""
    host = urlsplit(url).hostname or ""
    return url if host.isascii() and PREFIX not in host else _with_host(url, to_ascii(host))


def for_people(url: str) -> str:
    """An address with its host as people read it; what is no address stays."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return url
    shown = to_unicode(host)
    return url if shown == host else _with_host(url, shown)


def _with_host(url: str, host: str) -> str:
    parts = urlsplit(url)
    before, _, _ = parts.netloc.rpartition("@")
    named = host if parts.port is None else f"{host}:{parts.port}"
    return urlunsplit(parts._replace(netloc=f"{before}@{named}" if before else named))
