"""Titles of fields: those that the manifest names, and those of universal lists, which are in the copy itself."""

import re
from collections.abc import Iterator, Mapping, Sequence

from b24app.backup.reader.as_of import RowsAsOf, table_rows
from b24app.backup.reader.objects import Objects
from b24app.backup.reader.pack_format import Identities
from b24app.backup.reader.stored_copies import ListedEntity

LIST = re.compile(r"list_(?P<number>\d+)")
FIELDS = re.compile(r"list(_\w+)?\.fields")
Titles = Mapping[str, str]
"""By the folded code of a field."""


def fold(code: str) -> str:
    """The code of a field in one form for every spelling of the portal: UF_CRM_17, ufCrm_17 and ufCrm17 are one field."""
    return code.replace("_", "").lower()


def find_titles(
    objects: Objects, entities: Sequence[ListedEntity], entity: ListedEntity, identities: Identities
) -> Titles:
    """The titles of the fields of one entity; a damaged pack has none."""
    found = {fold(code): title for code, title in entity.field_titles.items() if title}
    if part := LIST.fullmatch(entity.code):
        for one in entities:
            if FIELDS.fullmatch(one.code) and one.packs:
                found |= _titles_of_list(RowsAsOf(objects, one, identities, keep_going=True), part["number"])
    return found


def _titles_of_list(reading: RowsAsOf, number: str) -> dict[str, str]:
    """The fields of one universal list; a line holds those of one list."""
    with reading as rows:
        return dict(
            pair for line in rows if line["id"] == number for row in table_rows(line) for pair in _named(row)
        )


def _named(row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    code, title = row.get("FIELD_ID"), row.get("NAME")
    if isinstance(code, str) and isinstance(title, str) and title:
        yield fold(code), title


def titles_of_columns(columns: Sequence[str], titles: Titles) -> list[str]:
    """The title of each column, empty where it has none; an empty list where none has."""
    found = [titles.get(fold(one), "") for one in columns]
    return found if any(found) else []
