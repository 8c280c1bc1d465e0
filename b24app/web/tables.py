"""Tables that people send and fetch: one reader and one writer, in the visitor's language."""

from collections.abc import Iterable

from flask import Response
from flask_babel import gettext

from b24app.errors import BadInput
from b24app.text.formats import locale
from b24app.text.table_reading import WrongLine, decode_table
from b24app.text.table_writing import Cell, TableLook, write_table
from b24app.web.filters import zone
from b24app.web.form_fields import as_file, read_file

LANGUAGES = ("ru", "en")
"""A table is read in either, whoever filled it in."""


def reader_language() -> str:
    """The language that decides how days and sums of a table are read and written."""
    return str(locale().language)


def column_title(name: str) -> str:
    """The name of a column in the visitor's language; one that is not translated is shown without its context."""
    return gettext(name).rpartition("\x04")[2]


def table_look() -> TableLook:
    """How a table looks to the visitor."""
    return TableLook(reader_language(), zone())


def as_table(heads: Iterable[str], rows: Iterable[Iterable[Cell]], name: str) -> Response:
    """A table for people as a file; `heads` are message ids."""
    return as_file(write_table(map(column_title, heads), rows, table_look()), "text/csv", name)


def sent_table(field: str, most: int, too_large: str) -> tuple[str, str]:
    """The name and the text of a sent table; empty where none was chosen. Raises BadInput."""
    name, content = read_file(field)
    if len(content) > most:
        raise BadInput(too_large, field)
    return name, decode_table(content) if content else ""


def table_error(wrong: BadInput | None) -> str:
    """Why a table cannot be read, with the line where that is known."""
    if wrong is None:
        return ""
    if isinstance(wrong, WrongLine):
        return gettext(wrong.message, line=wrong.line)
    return gettext(wrong.message)
