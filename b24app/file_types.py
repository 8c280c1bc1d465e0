"""What a file is, judged by its first bytes and never by its name. Pure."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from b24app.errors import BadInput
from b24app.text.messages import N_

MOST_BYTES = 10 * 1024 * 1024
MOST_MEMBERS = 5000
_UNFIT = re.compile(r"[^\w .,()№+-]+")


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
    clean = " ".join(_UNFIT.sub(" ", stem).split()).strip(". ")[:120]
    return f"{clean or 'file'}.{media.code}"
