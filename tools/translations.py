"""Extracts the texts, builds the catalogues out of translations/parts/*.po and compiles them; --check only compares.

`--sign kk "Name"` writes down that a native reader has read the drafts of a prepared language (`prepared_languages.py`).
"""

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from b24app.text.offered_languages import PREPARED
from tools.prepared_languages import build_prepared, find_faults, sign, tell_standing

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_n": (1, 2), "NN_": (1, 2),
    "P_": ((1, "c"), 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
LONE_PERCENT = re.compile(r"%(?!\(\w+\)[sd])")
METHODS = [("b24app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
JINJA = {"templates/**.html": {"trimmed": "true", "silent": "false"}, "templates/**.txt": {"silent": "false"}}


def extract() -> Catalog:
    """Read every marked text of the application and its templates."""
    catalog = Catalog(project="renewal-without-downtime", charset="utf-8")
    for room in ("b24app", "templates"):
        methods = [
            (pattern.removeprefix(f"{room}/"), kind) for pattern, kind in METHODS if pattern.startswith(room)
        ]
        options = {pattern.removeprefix("templates/"): value for pattern, value in JINJA.items()}
        found = extract_from_dir(ROOT / room, methods, options, keywords=KEYWORDS, comment_tags=("i18n:",))
        for file, _line, message, comments, context in found:
            catalog.add(message, None, [(f"{room}/{file}", 0)], auto_comments=comments, context=context)
    return catalog


def read_known(language: str) -> Catalog:
    """What is translated: the parts, one for each package; English speaks by its message ids, by `en_parts` and by its catalogue."""
    known = Catalog(locale=language)
    parts, own = (
        sorted((TRANSLATIONS / "parts").glob("*.po")),
        TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po",
    )
    world = sorted((TRANSLATIONS / "en_parts").glob("*.po"))
    for file in parts if language == "ru" else [*world, *[own] * own.exists()]:
        for message in read_po(io.BytesIO(file.read_bytes()), locale=language):
            if (
                message.id
                and message.string
                and any(_strings(message.string))
                and not known.get(message.id, message.context)
            ):
                known.add(message.id, message.string, context=message.context)
    return known


def find_needless(template: Catalog) -> list[str]:
    """English for the whole world of texts that there are no more."""
    known = {message.id for message in template}
    faults: list[str] = []
    for file in sorted((TRANSLATIONS / "en_parts").glob("*.po")):
        gone = [
            one.id
            for one in read_po(io.BytesIO(file.read_bytes()), locale="en")
            if one.id and one.id not in known
        ]
        faults += [f"{file.name}: nothing says {message!r} any more" for message in gone]
    return faults


def find_disputes() -> list[str]:
    """Texts that two parts, or one part twice, translate in two ways."""
    said: dict[str, tuple[str, object]] = {}
    faults: list[str] = []
    for file in sorted((TRANSLATIONS / "parts").glob("*.po")):
        for message in read_po(io.BytesIO(file.read_bytes()), locale="ru"):
            key = f"{message.context}: {message.id!r}"
            first = said.setdefault(key, (file.name, message.string))
            if message.id and first[1] != message.string:
                faults.append(f"{first[0]} and {file.name} differ about {key}")
    return faults


def build(language: str, template: Catalog) -> Catalog:
    """The catalogue of one language: texts of the template with what is known of them."""
    known = read_known(language)
    catalog = Catalog(locale=language, project="renewal-without-downtime", charset="utf-8", fuzzy=False)
    for message in template:
        if not message.id:
            continue
        found = known.get(message.id, message.context)
        string = found.string if found else _untranslated(language, message.id, catalog.num_plurals)
        catalog.add(message.id, string, message.locations, context=message.context)
    return catalog


def _untranslated(
    language: str, message: str | tuple[str, ...] | list[str], plurals: int
) -> str | tuple[str, ...]:
    """English speaks by its message ids; any other language has a hole to fill."""
    if isinstance(message, str):
        return message if language == "en" else ""
    return tuple(message) if language == "en" else ("",) * plurals


def _strings(string: str | tuple[str, ...] | list[str]) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


def find_holes(catalog: Catalog) -> list[str]:
    """Texts without a translation."""
    return [str(m.id) for m in catalog if m.id and not all(_strings(m.string))]


def find_lone_percents(catalog: Catalog) -> list[str]:
    """Translations that would break the filling in of values: templates format every text."""
    texts = [text for m in catalog if m.id for text in _strings(m.string)]
    return [text for text in texts if LONE_PERCENT.search(text.replace("%%", ""))]


def render(catalog: Catalog) -> bytes:
    """The catalogue as a file that changes only when a text does."""
    out = io.BytesIO()
    write_po(out, catalog, sort_output=True, omit_header=False, include_lineno=False, width=110)
    volatile = (
        b'"POT-Creation-Date',
        b'"PO-Revision-Date',
        b'"Generated-By',
        b'"Last-Translator',
        b'"Language-Team',
    )
    lines = [line for line in out.getvalue().splitlines() if not line.startswith(volatile)]
    return b"\n".join(line for line in lines if not line.startswith(b"# ")) + b"\n"


def write_catalogue(language: str, catalog: Catalog, *, check: bool) -> list[str]:
    """Write or compare the catalogue of a language; a draft goes into the text alone, never into what is shown."""
    folder, faults = TRANSLATIONS / language / "LC_MESSAGES", []
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    for name, content in (("messages.po", render(catalog)), ("messages.mo", compiled.getvalue())):
        path = folder / name
        if check:
            stale = name.endswith("po") and (not path.exists() or path.read_bytes() != content)
            faults += [f"{path.relative_to(ROOT)} is stale: make translations"] * stale
        else:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return faults


def main() -> int:
    """Write or check the catalogues, or sign one."""
    if "--sign" in sys.argv:
        language, reader = sys.argv[sys.argv.index("--sign") + 1 :][:2]
        print(sign(language, reader, TRANSLATIONS))
    check = "--check" in sys.argv
    template = extract()
    faults = find_disputes()
    faults += find_needless(template)
    for language in ("ru", "en"):
        catalog = build(language, template)
        faults += [f"{language}: no translation of {hole!r}" for hole in find_holes(catalog)]
        faults += [f"{language}: a lone percent sign in {text!r}" for text in find_lone_percents(catalog)]
        faults += write_catalogue(language, catalog, check=check)
    for language in PREPARED:
        catalog = build_prepared(language, template, TRANSLATIONS)
        faults += find_faults(language, template, TRANSLATIONS)
        faults += [f"{language}: a lone percent sign in {text!r}" for text in find_lone_percents(catalog)]
        faults += write_catalogue(language, catalog, check=check)
    print("\n".join(faults) or f"{len(template)} texts, whole in Russian and English")
    print("\n".join(tell_standing(language, template, TRANSLATIONS) for language in PREPARED))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
