"""Storages of the disk, their folders and files."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
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
class DiskObject:
    """What a folder and a file have in common."""

    number: int
    name: str
    storage: str
    parent: str
    author: int
    made: datetime
    host: str


def disk_objects(now: datetime, host: str) -> Table:
    """Build folders and files of the common storage."""
    home = DiskObject(
        FIRST_OBJECT, "Документы магазина", str(COMMON), "8001", 1, now - timedelta(days=300), host
    )
    table = Table([folder_row(home)], key="ID")
    named = (
        ("Договор с транспортной компанией.pdf", 284_310),
        ("Прайс оптовый.xlsx", 51_204),
        ("Логотип.png", 18_922),
    )
    for place, (name, size) in enumerate(named, start=1):
        made = now - timedelta(days=200 - place * 30)
        found = replace(home, number=FIRST_OBJECT + place, name=name, parent=str(FIRST_OBJECT), made=made)
        table.add(file_row(found, size))
    return table


def folder_row(found: DiskObject) -> Row:
    """Build a folder as disk methods return it."""
    return {
        **_head(found, "folder"),
        "REAL_OBJECT_ID": str(found.number),
        "PARENT_ID": found.parent,
        **_stamps(found.author, found.made),
        "DETAIL_URL": f"https://{found.host}/docs/path/{found.name}",
    }


def file_row(found: DiskObject, size: int) -> Row:
    """Build a file as disk methods return it; the address of its content is added per caller."""
    return {
        **_head(found, "file"),
        "PARENT_ID": found.parent,
        "GLOBAL_CONTENT_VERSION": "1",
        "FILE_ID": str(found.number + 20000),
        "SIZE": str(size),
        **_stamps(found.author, found.made),
        "DOWNLOAD_URL": "",
        "DETAIL_URL": f"https://{found.host}/docs/file/{found.name}",
    }


def _head(found: DiskObject, kind: str) -> Row:
    return {
        "ID": str(found.number),
        "NAME": found.name,
        "CODE": None,
        "STORAGE_ID": found.storage,
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
