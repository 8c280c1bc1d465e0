"""How the checks read the state of the application's own copy: the room of the copy is above, so the factory injects its reader."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Flask, current_app

from b24app.checklist.engine.own_facts import OwnCopy

ReadCopy = Callable[[datetime], OwnCopy]
CountPutBack = Callable[[datetime], Mapping[str, int]]


def use_copies(app: Flask, read: ReadCopy, count: CountPutBack) -> None:
    """Register the readers of the copy for the checks of this application."""
    app.extensions["own_copy"], app.extensions["put_back"] = read, count


def read_own_copy(at: datetime) -> OwnCopy:
    """The state of the copy of the portal of the scope; empty where the application makes no copies."""
    read: ReadCopy | None = current_app.extensions.get("own_copy")
    return read(at) if read is not None else OwnCopy()


def count_put_back(since: datetime) -> Mapping[str, int]:
    """How many records were restored since then, by kind; none where the application makes no restores."""
    count: CountPutBack | None = current_app.extensions.get("put_back")
    return count(since) if count is not None else {}
