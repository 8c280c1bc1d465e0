"""The layout of every page: menu, plan badge, list of users, background workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from sandbox.screen.frames import background_workers, bound_at
from sandbox.screen.visit import Person, Visit, current, person_of

PEOPLE_SHOWN = 12
STATE_TONES = {"active": "good", "grace": "warn", "free": "bad", "locked": "bad"}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu."""

    href: str
    title: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of the menu under one title."""

    title: str
    entries: list[MenuEntry]


def page_context() -> dict[str, Any]:
    """Return what every template of the screen may use."""
    visit = current()
    return {
        "visit": visit,
        "t": visit.say,
        "sessid": visit.sessid,
        "here": request.full_path.rstrip("?"),
        "menu": [] if visit.bare else build_menu(visit),
        "people": [] if visit.bare else selectable_people(visit),
        "plan_badge": plan_badge(visit),
        "workers": background_workers(visit),
        "mark": "?IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER" if visit.bare else "",
    }


def selectable_people(visit: Visit) -> list[Person]:
    """Return accounts a visitor can switch to, those with a role first."""
    portal = visit.portal
    parts = [portal.admin, portal.integrator, portal.employee]
    rest = [user for user in portal.users if user.active and user not in parts]
    shown = dict.fromkeys([*parts, visit.user, *rest[:PEOPLE_SHOWN]])
    return [person_of(user, visit.lang) for user in shown if user.active]


def plan_badge(visit: Visit) -> dict[str, str]:
    """Return the plan in the header: administrators land on their plan, others on all plans."""
    state = visit.portal.state
    text = visit.portal.plan if state == "active" else f"{visit.portal.plan} · {visit.say(f'state_{state}')}"
    href = "/settings/license.php" if visit.admin else "/settings/license_all.php"
    return {"tone": STATE_TONES[state], "text": text, "href": href}


def build_menu(visit: Visit) -> list[Group]:
    """Return the left menu as this person sees it."""
    work = [
        _entry(visit, "/stream/", "feed", "feed"),
        _entry(visit, f"/company/personal/user/{visit.user.id}/tasks/", "tasks", "tasks"),
        _entry(visit, "/online/", "notifications", "bell"),
        _entry(visit, "/crm/deal/", "deals", "crm"),
        _entry(visit, "/report/analytics/", "analytics", "chart"),
        _entry(visit, "/company/", "company", "people"),
    ]
    portal = [
        _entry(visit, "/marketplace/", "marketplace", "apps"),
        _entry(visit, "/shop/settings/", "settings", "gear"),
        _entry(visit, plan_badge(visit)["href"], "plan", "plan"),
    ]
    if visit.portal.extra.get("scenario_in_menu", True):
        portal.append(_entry(visit, "/scenario/", "scenario", "play"))
    groups = [
        Group("", work),
        Group(visit.say("section_apps"), _applications(visit)),
        Group(visit.say("section_portal"), portal),
    ]
    return [group for group in groups if group.entries]


def _applications(visit: Visit) -> list[MenuEntry]:
    own = [
        _titled(f"/marketplace/app/{row.app_id}/", row.card.menu_name)
        for row in visit.portal.installations.values()
        if row.active and visit.portal.has_right(visit.user, "app")
    ]
    return own + [
        _titled(f"/devops/placement/{each.binding.id}/", each.title) for each in bound_at(visit, "LEFT_MENU")
    ]


def _titled(href: str, title: str) -> MenuEntry:
    return MenuEntry(href, title, "puzzle", request.path == href)


def _entry(visit: Visit, href: str, key: str, icon: str) -> MenuEntry:
    exact = href in {"/marketplace/", "/company/"}
    here = request.path == href if exact else request.path.startswith(href)
    return MenuEntry(href, visit.say(key), icon, here)
