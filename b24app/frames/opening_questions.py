"""The two questions of an opening, to the portal and to the authorization server, in threads of their own.

A page waits for both together three seconds at most. What answers later is written down by its own thread, and an
answer that drips is cut off by the deadline of its request.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from flask.globals import app_ctx
from structlog.contextvars import bound_contextvars, get_contextvars

from b24app.deadline import within
from b24app.errors import LimitReached, PortalError, Unreachable, VendorFault
from b24app.frames.opening_errors import NobodyConfirms
from b24app.frames.openings_in_hand import ASKED, MOST_ASKED
from b24app.portals.identity import ConfirmedInstall, Visitor, ask_portal, ask_server
from b24app.portals.incoming_forms import FramePost
from b24app.timings import timed

T = TypeVar("T")
OPENING_SECONDS = 3.0
HEDGE_SECONDS = 1.0  # a portal that has not answered by then may be silent: the server is asked beside it


@dataclass(slots=True)
class Questions:
    """What one opening asks, and until when it waits for the answers."""

    post: FramePost
    until: float = field(default_factory=lambda: time.monotonic() + OPENING_SECONDS)
    _server: Future[ConfirmedInstall] | None = None

    def ask_server(self) -> None:
        """Ask the authorization server about the token, once."""
        if self._server is None:
            post = self.post
            question = partial(
                ask_server,
                post.access_token,
                server_endpoint=post.server_endpoint,
                member_id=post.member_id,
                domain=post.domain,
                https=post.https,
            )
            self._server = begin(question)

    def ask_portal(self, endpoint: str) -> Future[Visitor] | None:
        """Ask the portal who this is; None when as many questions of openings as it may have are with it already."""
        member_id = self.post.member_id
        if not ASKED.take(member_id, MOST_ASKED):
            return None
        question = partial(ask_portal, endpoint, self.post.access_token, member_id, hurried=True)
        return begin(question, lambda: ASKED.give_back(member_id))

    def confirmed(self) -> ConfirmedInstall:
        """The server's answer about the token; raises Refused, or NobodyConfirms when there is none in time."""
        self.ask_server()
        found = self._server
        if found is None or not self._came(found, self.left):
            raise NobodyConfirms
        try:
            return found.result()
        except PortalError:
            raise NobodyConfirms from None

    def visitor(self, asked: Future[Visitor] | None, seconds: float) -> Visitor | None:
        """The portal's answer; None when it is silent or answers no REST. Raises Refused and what the portal refuses for."""
        if asked is None or not self._came(asked, min(seconds, self.left)):
            return None
        try:
            return asked.result()
        except PortalError as error:
            if is_silence(error):
                return None
            raise

    @property
    def left(self) -> float:
        """Seconds that this opening still may wait."""
        return max(0.0, self.until - time.monotonic())

    @staticmethod
    def _came(asked: Future[T], seconds: float) -> bool:
        with timed("portal"):  # the waiting: the question's own thread may outlive the page
            return bool(wait((asked,), timeout=seconds).done)


def is_silence(error: PortalError) -> bool:
    """Whether a portal did not answer at all, or something else than its REST answered for it."""
    if isinstance(error, LimitReached):
        return not error.code  # a front page that reports "busy", not the portal's own "slower, please"
    return isinstance(error, Unreachable | VendorFault)


def begin(question: Callable[[], T], at_end: Callable[[], None] = lambda: None) -> Future[T]:
    """Ask in a thread with a context and a database session of its own, which ends soon after the page has been answered."""
    app, seen, found = app_ctx.app, get_contextvars(), Future[T]()

    def ask() -> None:
        try:
            with app.app_context(), bound_contextvars(**seen), within(OPENING_SECONDS):
                answer = question()
        except BaseException as error:  # noqa: BLE001 - whoever waits for the answer gets it
            at_end()
            found.set_exception(error)
        else:
            at_end()
            found.set_result(answer)

    threading.Thread(target=ask, name="opening", daemon=True).start()
    return found
