"""A worker that dies at a chosen moment: right before or right after a request to the portal, or after a commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import requests
from flask import Flask
from sqlalchemy import event

from b24app.database import db
from sandbox.world import World
from tests.installation import sessions_of


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


@dataclass(slots=True)
class Countdown:
    """Counts moments and ends the process at one of them."""

    left: int
    died: bool = False

    def pass_one(self) -> None:
        """One moment more."""
        self.left -= 1
        if self.left == 0:
            self.died = True
            raise Killed


class DyingSession(requests.Session):
    """A session whose process dies before or after a request."""

    countdown: Countdown
    before = True

    def send(self, request: requests.PreparedRequest, **values: Any) -> requests.Response:
        if self.before:
            self.countdown.pass_one()
        answer = super().send(request, **values)
        if not self.before:
            self.countdown.pass_one()
        return answer


@contextmanager
def dying(app: Flask, world: World, moment: str, number: int) -> Iterator[Countdown]:
    """Inside, the worker dies at the given moment: `before` or `after` a request, or at a `commit`."""
    here, countdown = app.extensions["services"], Countdown(number)

    def open_session() -> requests.Session:
        made = DyingSession()
        made.countdown, made.before = countdown, moment == "before"
        for scheme, adapter in sessions_of(world)().adapters.items():
            made.mount(scheme, adapter)
        return made

    def committed(_session: object) -> None:
        countdown.pass_one()

    if moment == "commit":
        event.listen(db.session, "after_commit", committed)
    else:
        app.extensions["services"] = replace(here, http=open_session)
    try:
        yield countdown
    finally:
        app.extensions["services"] = here
        if moment == "commit":
            event.remove(db.session, "after_commit", committed)
