"""Pages drawn once and given again (a cache): to the same frame, of the same state of its portal, within the same minute.

The key holds everything that a page is drawn from: the view and its address, the whole frame (person, role, language, theme,
zone, the hour of its token), the version of the portal's state, and the minute, because pages show the time, count
days and compare moments with now. So nobody gets a page of another, and none outlives a change (`b24app/state_version.py`).
A client's page is drawn anew for its integrator each time: its banner is of other portals, whose versions are not in the key.
Pages are kept in the memory of this process alone (`KeptPages` of `b24app/services.py`).
"""

import functools
from collections.abc import Callable, Hashable
from typing import Concatenate, ParamSpec

from flask import g, request

from b24app.database import db
from b24app.frames.page_token import Frame
from b24app.portal_rows import together
from b24app.portals.model import get_portal
from b24app.services import services
from b24app.state_version import has_changed

Given = ParamSpec("Given")
OF_OPENINGS = frozenset(
    {"DOMAIN", "PROTOCOL", "LANG", "APP_SID"}
)  # what a portal adds to the address it opens


def kept(draw: Callable[Concatenate[Frame, Given], str]) -> Callable[Concatenate[Frame, Given], bytes]:
    """Let a view that only reads be drawn once a minute as long as its portal's state stays the same."""

    @functools.wraps(draw)
    def give(frame: Frame, /, *args: Given.args, **values: Given.kwargs) -> bytes:
        if frame.client is not None:
            with together():
                return draw(frame, *args, **values).encode()
        key, pages = _key(draw, frame, args, values), services().pages
        found = pages.get(key)
        if found is None:
            with together():
                found = draw(frame, *args, **values).encode()
            if not g.pop("moves", False) and not has_changed(db.session()):
                pages.put(key, found)
        return found

    return give


def do_not_keep() -> None:
    """Do not keep the page drawn now: it shows what changes by the second: a run under way, a message that is waited for."""
    g.moves = True


def _key(
    draw: Callable[..., str], frame: Frame, args: tuple[object, ...], values: dict[str, object]
) -> Hashable:
    now = services().clock.now()
    asked = tuple(pair for pair in request.args.items(multi=True) if pair[0] not in OF_OPENINGS)
    path = g.get("page_path", request.path)
    version = frame.state_version or _state_now(frame.portal_id)
    return version, draw, path, asked, args, tuple(values.items()), repr(frame), now.timestamp() // 60


def _state_now(portal_id: int) -> str | None:
    """The version after an opening, which writes who came."""
    portal = get_portal(portal_id)
    return portal.state_version if portal else None
