"""The context of one page request: portal, user, language, theme."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import g, request

from sandbox.portal import Portal
from sandbox.screen.texts import LANGUAGES, say
from sandbox.user import User
from sandbox.world_data import WorldData

COOKIES = {"user": "sandbox_user", "lang": "sandbox_lang", "theme": "sandbox_theme"}
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Person:
    """One account as pages show it."""

    id: int
    name: str
    initials: str
    role: str
    position: str
    email: str
    active: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one person to one portal."""

    world: WorldData
    portal: Portal
    user: User
    lang: str
    theme: str
    bare: bool
    secret: str

    def say(self, key: str, **values: object) -> str:
        """Return a text in the visitor's language."""
        return say(self.lang, key, **values)

    @property
    def admin(self) -> bool:
        """Return whether the visitor administers the portal."""
        return self.portal.has_right(self.user, "admin")

    @property
    def person(self) -> Person:
        """Return the visitor as pages show people."""
        return person_of(self.user, self.lang)

    @property
    def portal_name(self) -> str:
        """Return the portal's name in its header: that of the company where it was given, as people do, else its address."""
        return str(self.portal.extra.get("name") or self.portal.host)

    @property
    def moment(self) -> str:
        """Return the sandbox's present moment."""
        return show_moment(self.portal.now())

    @property
    def sessid(self) -> str:
        """Return the token that a form of this visitor must carry."""
        return hmac.new(self.secret.encode(), str(self.user.id).encode(), hashlib.sha256).hexdigest()[:32]

    @property
    def today(self) -> date:
        """Return the sandbox's date."""
        return self.portal.today()


def read_visit(world: WorldData, secret: str) -> Visit | None:
    """Read portal, user, language and theme from the request, None when no portal has this address."""
    portal = world.portal_at(request.host)
    if portal is None or not portal.users:
        return None
    lang = request.cookies.get(COOKIES["lang"], portal.lang)
    theme = request.cookies.get(COOKIES["theme"], THEMES[0])
    return Visit(
        world,
        portal,
        _user(portal),
        lang if lang in LANGUAGES else "en",
        theme if theme in THEMES else THEMES[0],
        bare=request.args.get("IFRAME") == "Y",
        secret=secret,
    )


def current() -> Visit:
    """Return the visit of this request."""
    return cast("Visit", g.visit)


def sessid_fits(given: str) -> bool:
    """Compare a form's token with the visitor's."""
    return hmac.compare_digest(given.encode(), current().sessid.encode())


def person_of(user: User, lang: str) -> Person:
    """Return an account as pages show it."""
    role = "dismissed" if not user.active else "admin" if user.admin else ""
    if not role and user.user_type == "extranet":
        role = "extranet"
    return Person(
        id=user.id,
        name=user.full_name,
        initials=(user.name[:1] + user.last_name[:1]).upper(),
        role=say(lang, role) if role else "",
        position=str(user.fields.get("WORK_POSITION") or ""),
        email=user.email,
        active=user.active,
    )


def show_date(day: date | None) -> str:
    """Write a date as fields do: 23.12.2026."""
    return f"{day:%d.%m.%Y}" if day else ""


def show_moment(moment: datetime | str | None) -> str:
    """Write a moment, also one that a table keeps as text."""
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            return moment if isinstance(moment, str) else ""
    return f"{moment:%d.%m.%Y %H:%M}" if moment else ""


def _user(portal: Portal) -> User:
    wanted = request.cookies.get(COOKIES["user"], "")
    known = portal.user(int(wanted)) if wanted.isdigit() else None
    if known and known.active:
        return known
    return portal.admin
