"""Limits of what comes from outside: texts, numbers, addresses, JSON and files; a file is judged by its first bytes. Pure."""

import json
import math
import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import SplitResult, urlsplit

from b24app.errors import BadInput
from b24app.json_values import Json
from b24app.text.messages import N_
from b24app.text.table_cells import number_text, read_day

MOST_DEPTH = 32
ODD_CHARACTERS = N_("The text has characters that cannot be kept. Paste it as plain text.")
TOO_LONG = N_("This is too long.")
OUT_OF_RANGE = N_("This number is out of the sensible range.")
NO_INN = N_("An INN has 10 digits, that of a person 12.")
LENGTHS_OF_INN = (10, 12)
NO_TAX_ID = N_("A tax ID has 4 to 12 letters and digits.")
TAX_ID = re.compile(r"[A-Za-z0-9]{4,12}")
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_UNFIT = re.compile("[\0\ud800-\udfff]")
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_MAIL = re.compile(r"[^@\s<>,;:\"\[\]()\\]+@[^@\s<>,;:\"\[\]()\\]+\.[^@\s<>,;:\".\[\]()\\]+")


def is_plain(text: str) -> bool:
    """Whether a text can be stored and sent: no NUL and no half of a surrogate pair."""
    return _UNFIT.search(text) is None


def check_text(text: str, field: str, most: int | None = None) -> str:
    """The text as it is; raises BadInput naming the field when it cannot be kept or is too long."""
    if not is_plain(text):
        raise BadInput(ODD_CHARACTERS, field)
    if most is not None and len(text) > most:
        raise BadInput(TOO_LONG, field)
    return text


def clean_text(text: str, most: int) -> str:
    """A text of a portal, which no person can be asked to mend: without what cannot be kept, and cut."""
    return _UNFIT.sub("", text)[:most]


def check_inn(text: str, field: str, *, abroad: bool = False) -> str:
    """An INN without its spaces, abroad the tax ID of another country, or nothing; raises BadInput naming the field for anything else."""
    plain = text.strip().replace(" ", "")
    if abroad:
        if plain and not TAX_ID.fullmatch(plain):
            raise BadInput(NO_TAX_ID, field)
        return plain
    if plain and not (plain.isascii() and plain.isdecimal() and len(plain) in LENGTHS_OF_INN):
        raise BadInput(NO_INN, field)
    return plain


def one_line(text: str) -> str:
    """A name or a subject on one line: breaks, control characters and halves of characters become a space."""
    return _BREAKS.sub(" ", text).strip()


def plain_lines(text: str) -> str:
    """A longer text with its own line breaks, without other control characters and halves of characters."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n"))


def plain_date(text: str) -> str:
    """2026-12-23 for 23.12.2026, 23.12.26 and «23 декабря 2026»; anything else is left for the reader to judge."""
    found, _ = read_day(text, serials=False)
    return found.isoformat() if found else text


def plain_number(text: str) -> str:
    """«13 990,50 ₽» as 13990.50; what is no number stays for the reader to judge."""
    return number_text(text)


def plain_cell(text: str) -> str:
    """A cell of CSV that no spreadsheet runs as a formula: with an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def bare_cell(text: str) -> str:
    """A cell as it was before `plain_cell`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def is_mail_address(text: str) -> bool:
    """Whether a text is one plain address that mail can go to: no name, no quotes, no brackets, Latin letters."""
    return len(text) <= 254 and text.isascii() and _MAIL.fullmatch(text) is not None


def split_address(text: str) -> SplitResult | None:
    """The parts of an address; None for what no address can be: `https://[`, a port past the last one."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - reading it is what judges it
    except ValueError:
        return None
    return parts


def read_json(text: str, field: str = "") -> Json:
    """JSON of a stranger; ValueError for what is none, BadInput for what is too deep, not finite or not plain text."""
    try:
        found: Json = json.loads(text)
    except RecursionError:
        raise BadInput(ODD_CHARACTERS, field) from None
    if not _is_sound(found, MOST_DEPTH):
        raise BadInput(ODD_CHARACTERS, field)
    return found


def _is_sound(value: object, depth: int) -> bool:
    if isinstance(value, str):
        return is_plain(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if not isinstance(value, dict | list):
        return True
    inside = [*value, *value.values()] if isinstance(value, dict) else value
    return depth > 0 and all(_is_sound(inner, depth - 1) for inner in inside)


MOST_BYTES = 10 * 1024 * 1024
MOST_MEMBERS = 5000
_ODD_IN_NAMES = re.compile(r"[^\w .,()№+-]+")


@dataclass(frozen=True, slots=True)
class Media:
    """A kind of file that is let in."""

    code: str
    mime: str


PDF = Media("pdf", "application/pdf")
PNG = Media("png", "image/png")
JPEG = Media("jpg", "image/jpeg")
XLSX = Media("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
DOCX = Media("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
_STARTS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))


def media_of(content: bytes) -> Media:
    """The kind of a file; raises BadInput for what is empty, too large or of another kind."""
    if not content:
        raise BadInput(N_("Choose a file: this one is empty."), "file")
    if len(content) > MOST_BYTES:
        raise BadInput(N_("The file is larger than 10 MB."), "file")
    found = next((media for start, media in _STARTS if content.startswith(start)), None)
    found = found or _office(content)
    if found is None:
        raise BadInput(N_("Only PDF, PNG, JPEG, XLSX and DOCX are taken, whatever the name says."), "file")
    return found


def _office(content: bytes) -> Media | None:
    """A document of an office suite without macros."""
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as book:
            names = {item.filename for item in book.infolist()[:MOST_MEMBERS]}
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
    ):  # broken, of a later kind, with broken names
        return None
    if "[Content_Types].xml" not in names or any("vbaproject" in name.lower() for name in names):
        return None
    if "xl/workbook.xml" in names:
        return XLSX
    return DOCX if "word/document.xml" in names else None


def safe_name(name: str, media: Media) -> str:
    """A file name without folders and odd signs, with the ending that its content has."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    clean = " ".join(_ODD_IN_NAMES.sub(" ", stem).split()).strip(". ")[:120]
    return f"{clean or 'file'}.{media.code}"
