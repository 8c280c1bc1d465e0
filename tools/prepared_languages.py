"""Languages that are prepared: drafts of translations/<code>_parts/*.po, what a native reader has signed, and the signing itself."""

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from b24app.text.offered_languages import (
    READERS,
    Key,
    Texts,
    hash_texts,
    judge_language,
    read_texts,
    signed_texts,
    texts_of,
)

NAMED = re.compile(r"%\(\w+\)[sd]")


def read_drafts(language: str, folder: Path) -> Texts:
    """Every draft of a language."""
    found: dict[Key, tuple[str, ...]] = {}
    for file in sorted((folder / f"{language}_parts").glob("*.po")):
        found |= texts_of(read_po(io.BytesIO(file.read_bytes()), locale=language))
    return found


def build_prepared(language: str, template: Catalog, folder: Path) -> Catalog:
    """The catalogue of a language: what was signed counts, whatever else has a draft is marked as one."""
    drafts, signed = read_drafts(language, folder), signed_texts(language, folder)
    catalog = Catalog(locale=language, project="renewal-without-downtime", charset="utf-8", fuzzy=False)
    for message in template:
        key = key_of(message.id, message.context)
        if not message.id or key not in drafts:
            continue
        string = drafts[key] if isinstance(message.id, tuple | list) else drafts[key][0]
        flags = () if signed.get(key) == drafts[key] else ("fuzzy",)
        catalog.add(message.id, string, message.locations, flags=flags, context=message.context)
    return catalog


def key_of(message: str | tuple[str, ...] | list[str], context: str | None) -> Key:
    """How a text is found in both catalogues."""
    return context or "", (message,) if isinstance(message, str) else tuple(message)


def find_faults(language: str, template: Catalog, folder: Path) -> list[str]:
    """Drafts of texts that there are no more, and drafts that lose a value or invent one."""
    known = {key_of(message.id, message.context) for message in template}
    faults: list[str] = []
    for key, strings in read_drafts(language, folder).items():
        if key not in known:
            faults.append(f"{language}: nothing says {key[1][0]!r} any more")
        wanted = set(NAMED.findall(key[1][-1]))
        if any(set(NAMED.findall(text)) != wanted for text in strings):
            faults.append(f"{language}: other values in the draft of {key[1][0]!r}")
    return faults


def tell_standing(language: str, template: Catalog, folder: Path) -> str:
    """How much is translated, whether it is offered and why, and every text that was changed after it was read."""
    count, whole = len(read_drafts(language, folder)), sum(1 for message in template if message.id)
    standing = judge_language(language, folder)
    offered = "offered" if standing.offered else "not offered"
    lines = [
        f"{language}: {count} of {whole} texts, {100 * count / whole:.1f}%; {offered}: {standing.reason}"
    ]
    return "\n".join([*lines, *(f"  changed since it was read: {text!r}" for text in standing.changed)])


def sign(language: str, reader: str, folder: Path) -> str:
    """Write down that a native reader has read the catalogue as it is now; answers the hash."""
    texts = read_texts(folder / language / "LC_MESSAGES" / "messages.po")
    if not texts or not reader.strip():
        sys.exit(f"{language}: there is nothing to sign, or nobody who signs")
    (folder / language / "read.po").write_bytes(
        (folder / language / "LC_MESSAGES" / "messages.po").read_bytes()
    )
    digest, today = hash_texts(texts), datetime.now(UTC).date()
    name = reader.strip().replace("\\", "").replace('"', "")
    row = f'\n[[readers]]\nlanguage = "{language}"\nreader = "{name}"\ndate = {today}\nhash = "{digest}"\n'
    with (folder / READERS).open("a", encoding="utf-8") as file:
        file.write(row)
    return digest
