"""Storages of the disk and what lies in them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sandbox.rest.table import Row, Table
from sandbox.shop.words import iso
from sandbox.user import User

COMMON = 3
FIRST_PRIVATE = 11
FIRST_OBJECT = 9001


def storages(users: list[User]) -> Table:
    """Build the common storage and one for every active employee."""
    table = Table([_storage(COMMON, "Общий диск", "common", "shared_files_s1", 8001)], key="ID")
    staff = [user for user in users if user.active and user.user_type == "employee"]
    for place, user in enumerate(staff):
        table.add(_storage(FIRST_PRIVATE + place, user.full_name, "user", str(user.id), 8101 + place))
    return table


def _storage(number: int, name: str, kind: str, owner: str, root: int) -> Row:
    return {
        "ID": str(number),
        "NAME": name,
        "CODE": None,
        "MODULE_ID": "disk",
        "ENTITY_TYPE": kind,
        "ENTITY_ID": owner,
        "ROOT_OBJECT_ID": str(root),
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """What a folder and a file have in common."""

    number: int
    name: str
    storage: str
    parent: str
    author: int
    made: datetime
    host: str


def drive_objects(now: datetime, host: str) -> Table:
    """Build folders and files of the common storage."""
    home = Entry(FIRST_OBJECT, "Документы магазина", str(COMMON), "8001", 1, now - timedelta(days=300), host)
    table = Table([folder_row(home)], key="ID")
    named = (
        ("Договор с транспортной компанией.pdf", 284_310),
        ("Прайс оптовый.xlsx", 51_204),
        ("Логотип.png", 18_922),
    )
    for place, (name, size) in enumerate(named, start=1):
        made = now - timedelta(days=200 - place * 30)
        entry = replace(home, number=FIRST_OBJECT + place, name=name, parent=str(FIRST_OBJECT), made=made)
        table.add(file_row(entry, size))
    return table


def folder_row(entry: Entry) -> Row:
    """Build a folder as disk methods return it."""
    return {
        **_head(entry, "folder"),
        "REAL_OBJECT_ID": str(entry.number),
        "PARENT_ID": entry.parent,
        **_stamps(entry.author, entry.made),
        "DETAIL_URL": f"https://{entry.host}/docs/path/{entry.name}",
    }


def file_row(entry: Entry, size: int) -> Row:
    """Build a file as disk methods return it; the address of its content is added per caller."""
    return {
        **_head(entry, "file"),
        "PARENT_ID": entry.parent,
        "GLOBAL_CONTENT_VERSION": "1",
        "FILE_ID": str(entry.number + 20000),
        "SIZE": str(size),
        **_stamps(entry.author, entry.made),
        "DOWNLOAD_URL": "",
        "DETAIL_URL": f"https://{entry.host}/docs/file/{entry.name}",
    }


def _head(entry: Entry, kind: str) -> Row:
    return {
        "ID": str(entry.number),
        "NAME": entry.name,
        "CODE": None,
        "STORAGE_ID": entry.storage,
        "TYPE": kind,
    }


def _stamps(author: int, made: datetime) -> Row:
    return {
        "DELETED_TYPE": "0",
        "CREATE_TIME": iso(made),
        "UPDATE_TIME": iso(made),
        "DELETE_TIME": None,
        "CREATED_BY": str(author),
        "UPDATED_BY": str(author),
        "DELETED_BY": "0",
    }
