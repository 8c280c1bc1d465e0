"""Languages that are offered: Russian and English, and a further one once a native reader has signed its catalogue.

`translations/readers.toml` lists who read which language, when, and the hash of what was read; that is kept beside the catalogue
as `read.po`. What was changed after the signature is a draft again: it is shown in Russian until it is read.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
READERS = "readers.toml"
WHOLE = ("ru", "en")
"""Languages that this application is written in."""
PREPARED = ("kk",)
"""Languages whose texts are drafts until somebody has signed them."""
PORTAL_CODES = {"kz": "kk"}
"""Codes of languages in a portal that are other than those of the standard."""
SMALL = 20
"""So many texts may differ from what was read; past that the language is not offered until it is read again."""

Key = tuple[str, tuple[str, ...]]
Texts = Mapping[Key, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ReaderSignature:
    """A native reader has read a whole catalogue."""

    language: str
    reader: str
    date: date
    hash: str


@dataclass(frozen=True, slots=True)
class LanguageStanding:
    """Whether a prepared language may be shown, in words why not, and which texts differ from what was read."""

    language: str
    offered: bool
    reason: str
    changed: tuple[str, ...] = ()


def read_texts(file: Path) -> Texts:
    """The translated texts of a catalogue by context and message; nothing where there is no file."""
    if not file.is_file():
        return {}
    with file.open("rb") as opened:
        return texts_of(read_po(opened))


def texts_of(catalog: Catalog) -> Texts:
    """Texts that have a translation, drafts included."""
    pairs = (((one.context or "", _forms(one.id)), _forms(one.string)) for one in catalog if one.id)
    return {key: strings for key, strings in pairs if all(strings)}


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def hash_texts(texts: Texts) -> str:
    """What a signature names: another text, or one more, gives another hash; an order of files does not."""
    return hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()


def read_signature(language: str, folder: Path) -> ReaderSignature | None:
    """The last signature under a language."""
    path = folder / READERS
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("readers", []) if path.is_file() else []
    found = [row for row in rows if row["language"] == language]
    return ReaderSignature(**found[-1]) if found else None


def signed_texts(language: str, folder: Path) -> Texts:
    """The texts that the reader has read; empty when they differ from those signed."""
    signature, texts = read_signature(language, folder), read_texts(folder / language / "read.po")
    return texts if signature and texts and hash_texts(texts) == signature.hash else {}


def judge_language(language: str, folder: Path) -> LanguageStanding:
    """Whether a prepared language may be shown."""
    signature, signed = read_signature(language, folder), signed_texts(language, folder)
    if signature is None:
        return LanguageStanding(language, offered=False, reason="no native reader has signed it")
    if not signed:
        return LanguageStanding(
            language, offered=False, reason="read.po is not the catalogue that was signed"
        )
    now = read_texts(folder / language / "LC_MESSAGES" / "messages.po")
    changed = tuple(sorted(key[1][0] for key, text in now.items() if signed.get(key) != text))
    if len(changed) > SMALL:
        reason = f"{len(changed)} texts were changed after the signature"
        return LanguageStanding(language, offered=False, reason=reason, changed=changed)
    return LanguageStanding(language, offered=True, reason=f"signed by {signature.reader}", changed=changed)


def offered_languages() -> tuple[str, ...]:
    """The languages that people may see, the usual ones first."""
    return _offered(TRANSLATIONS)


@cache
def _offered(folder: Path) -> tuple[str, ...]:
    return (*WHOLE, *(one for one in PREPARED if judge_language(one, folder).offered))


def shipped_language(language: str) -> str:
    """The language of texts that ship in Russian and English only: a reader of Kazakh gets them in Russian."""
    return "en" if language == "en" else "ru"


def portal_code(language: str) -> str:
    """The code that portals have for a language."""
    return next((code for code, ours in PORTAL_CODES.items() if ours == language), language)
