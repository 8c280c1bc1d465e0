"""Uninstall: tokens go at once, data now (CLEAN) or after the stated period; installs that the server denies are counted.

Whoever meets a denial by name marks the row of `access`; the authorization server itself is asked here once a day, in
UTC, and three days of denial begin the erase period. An answer that we are installed forgets the count. Payment errors,
dead tokens and silence are never counted.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from flask import Flask, current_app
from sqlalchemy import ColumnElement, delete, exists, or_, select

from b24app.bitrix24.token_states import TokenState
from b24app.database import db, every_portal, portal_scope
from b24app.each_portal import for_each_portal
from b24app.portals.departures import depart
from b24app.portals.install_record import Presence, ask_presence, note_present
from b24app.portals.model import Access, EventIn, EventResult, InstallStatus, Portal
from b24app.portals.portal_numbers import unused_number
from b24app.services import services

DAYS = 3
DENIED_STATES = (TokenState.UNINSTALLED, TokenState.WRONG_CLIENT)
UNCONFIRMED_LIVES = timedelta(days=7)
log = structlog.get_logger(__name__)


def leave(portal: Portal, at: datetime, *, clean: bool) -> None:
    """Do what an uninstall means: no access any more, data erased at once or later.

    At once means after the message about what stays in the customer's storage, where something does. What the portal gave
    to an integrator, or had as one, ends now.
    """
    depart(portal.id, at)
    if clean and not _leaves_something(portal.id):
        erase(portal)
        return
    with portal_scope(portal.id):
        db.session.execute(delete(Access).where(Access.portal_id == portal.id))
    portal.status = InstallStatus.DELETED
    portal.application_token = None
    portal.uninstalled_at = at
    portal.denied_days = ""
    start_erasing(portal, at)
    if clean:
        portal.erase_at = at
        _erase_with_words(portal.id)


def use_leavings(app: Flask, leaves: Callable[[int], bool]) -> None:
    """Register the check whether a portal leaves something behind at an uninstall; a higher room implements it."""
    app.extensions["leavings"] = leaves


def _erase_with_words(portal_id: int) -> None:
    """Ask for a job that belongs to no portal: it goes on when the portal's rows are deleted."""
    with every_portal():
        services().queue.later("erase_with_words", portal_id)


def _leaves_something(portal_id: int) -> bool:
    leaves: Callable[[int], bool] | None = current_app.extensions.get("leavings")
    return leaves is not None and leaves(portal_id)


def start_erasing(portal: Portal, at: datetime) -> None:
    """Begin the stated period after which the data goes."""
    portal.erase_at = at + timedelta(days=services().settings.keep_uninstalled_days)


def erase(portal: Portal) -> None:
    """Remove a portal and every row that belongs to it; what is shared between it and others ends before, also of one that never left."""
    depart(portal.id, services().clock.now())
    unused_number(db.session())
    db.session.execute(delete(EventIn).where(EventIn.member_id == portal.member_id))
    with every_portal():
        db.session.execute(delete(Portal).where(Portal.id == portal.id))


def erase_due() -> int:
    """Erase the portals whose stated period is over and the events that are a month old; the daily job."""
    now = services().clock.now()
    due = db.session.scalars(select(Portal.id).where(Portal.erase_at <= now).order_by(Portal.id)).all()
    erased = sum(done is True for done in for_each_portal(due, _erase_one))
    db.session.execute(delete(EventIn).where(EventIn.received_at < now - timedelta(days=30)))
    return erased


def _erase_one(portal_id: int) -> bool:
    """An uninstall was confirmed; an install that was only denied is asked about once more before its rows go."""
    portal = db.session.get_one(Portal, portal_id)
    if portal.status != InstallStatus.DELETED:
        presence = ask_presence(portal)
        portal = db.session.get_one(Portal, portal_id)
        if presence is Presence.INSTALLED:
            note_present(portal, services().clock.now())
        if presence is not Presence.GONE:
            return False
    if _leaves_something(portal_id):
        _erase_with_words(portal_id)
    else:
        erase(portal)
    return True


def ask_denied() -> int:
    """Ask the server about every doubtful install; the daily job. Returns how many it denied."""
    with every_portal():
        found = db.session.scalars(
            select(Portal.id).where(Portal.status != InstallStatus.DELETED, _doubtful()).order_by(Portal.id)
        ).all()
    return sum(denied is True for denied in for_each_portal(found, _ask_again))


def _ask_again(portal_id: int) -> bool:
    """Ask about one install and keep the answer; True when the server denied it by name."""
    at = services().clock.now()
    presence = ask_presence(db.session.get_one(Portal, portal_id))
    portal = db.session.get_one(Portal, portal_id)
    if presence is Presence.GONE:
        _count(portal, at)
    elif presence is Presence.INSTALLED:
        note_present(portal, at)
    return presence is Presence.GONE


def days_denied(portal: Portal) -> tuple[date, ...]:
    """The days on which the server denied this install."""
    return tuple(map(date.fromisoformat, portal.denied_days.split()))


def is_due(portal: Portal) -> bool:
    """Whether the erase period has to begin: enough denials, and it has not begun."""
    living = portal.status != InstallStatus.DELETED and portal.erase_at is None
    return living and len(days_denied(portal)) >= DAYS


def _count(portal: Portal, at: datetime) -> None:
    day = at.date().isoformat()
    days = portal.denied_days.split()
    if day not in days and len(days) < DAYS:
        days.append(day)
        portal.denied_days = " ".join(days)
        log.warning("the authorization server denies the install", portal=portal.domain, days=len(days))
    if is_due(portal):
        services().queue.later("tell_denied", portal.id)


def _doubtful() -> ColumnElement[bool]:
    week_ago = services().clock.now() - UNCONFIRMED_LIVES
    marked = exists().where(Access.portal_id == Portal.id, Access.state.in_(DENIED_STATES))
    unconfirmed = exists().where(
        EventIn.member_id == Portal.member_id,
        EventIn.result == EventResult.UNCONFIRMED,
        EventIn.done_at > week_ago,
    )
    return or_(Portal.denied_days != "", marked, unconfirmed)
