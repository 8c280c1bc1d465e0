"""Opening an application's frame on a page, or the portal's own page when it does not open."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import request

from sandbox.application import ApplicationCard, Installation, PlacementBinding
from sandbox.frame import FramePost, FrameRefused
from sandbox.plan import application_days, rest_in_plan
from sandbox.screen.interface import denied_commands, interface_of
from sandbox.screen.visit import Visit

SLIDER_PATH = "/bitrix/components/bitrix/app.layout/lazyload.ajax.php"
FRAME_WORDS = (
    "choose",
    "cancel",
    "select_user",
    "select_access",
    "select_crm",
    "settings_form",
    "refresh_failed",
)
NOTIFY_BELOW = 5
STATIC_HOSTS = (".apps-bitrix24.com", ".bitrix24-cdn.com")
STATIC_NAMES = ("app.bitrix24.com", "cdn.bitrix24.ru", "cdn.bitrix24.com")


@dataclass(frozen=True, slots=True)
class Link:
    """A link on a page of refusal."""

    href: str
    title: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A frame ready for the template, or the page shown instead of it (then `settings` is empty)."""

    title: str
    text: str = ""
    reason: str = ""
    links: tuple[Link, ...] = ()
    post: FramePost | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    height: int = 0
    notice: str = ""
    static_host: bool = False
    full: bool = False


@dataclass(frozen=True, slots=True)
class Widget:
    """A bound placement with the title this person reads."""

    row: Installation
    binding: PlacementBinding
    title: str


def bound_at(visit: Visit, placement: str) -> list[Widget]:
    """Return widgets of a place that this person may see (rest/lib/placement.php)."""
    if not visit.portal.has_right(visit.user, "app"):
        return []
    return [
        Widget(row, binding, title_of(row, binding, visit.lang))
        for row in visit.portal.installations.values()
        if row.active and row.installed
        for binding in row.placements
        if binding.placement == placement and binding.user_id in (0, visit.user.id)
    ]


def title_of(row: Installation, binding: PlacementBinding, lang: str) -> str:
    """Return a widget's title: the visitor's language, else the first one there is, else the application's name."""
    titles = [binding.lang_all.get(lang), *binding.lang_all.values()]
    found = next((each["TITLE"] for each in titles if each and each.get("TITLE")), "")
    return found or binding.title or row.card.title


def open_frame(
    visit: Visit,
    row: Installation,
    placement: str = "DEFAULT",
    *,
    options: dict[str, Any] | None = None,
    binding: PlacementBinding | None = None,
    popup: bool = False,
    referer: str | None = None,
) -> Opened:
    """Open a frame exactly as the portal does (portal-protocol §1)."""
    title = title_of(row, binding, visit.lang) if binding else row.card.title
    try:
        with visit.world.lock:
            post = visit.portal.opens(
                placement,
                user=visit.user,
                card=row.card,
                lang=visit.lang,
                options=options,
                referer=request.headers.get("Referer", "") if referer is None else referer,
                handler=binding.handler if binding else "",
            )
    except FrameRefused as refused:
        return refusal(visit, refused.reason)
    return Opened(
        title=title,
        post=post,
        settings=frame_settings(visit, row, post, popup=popup),
        height=int((binding.options.get("height") if binding else 0) or 0),
        notice=_notice(visit, row),
        static_host=_is_static(post.url),
        full=placement in {"LEFT_MENU", "REST_APP_URI"},
    )


def background_workers(visit: Visit) -> list[Opened]:
    """Open the hidden frames of background workers, present on every page."""
    opened = [
        open_frame(
            visit,
            each.row,
            "PAGE_BACKGROUND_WORKER",
            binding=each.binding,
            options={"ID": "PAGE_BACKGROUND_WORKER", "URI": request.full_path.rstrip("?")},
        )
        for each in bound_at(visit, "PAGE_BACKGROUND_WORKER")
    ]
    return [each for each in opened if each.settings]


def frame_settings(visit: Visit, row: Installation, post: FramePost, *, popup: bool) -> dict[str, Any]:
    """Return the settings of one frame for the parent script."""
    rules = str(visit.portal.extra.get("open_path_rule", "any"))
    parts = urlsplit(post.url)
    placement = post.form["PLACEMENT"]
    return {
        "sid": post.sid,
        "appOrigin": f"{parts.scheme}://{parts.netloc}",
        "placement": placement,
        "initData": init_data(visit, row, post),
        "interface": interface_of(placement),
        "denied": denied_commands(placement, rules, popup=popup),
        "openPathRule": rules,
        "mobile": request.args.get("mobile") == "Y",
        "clientId": row.card.client_id,
        "appId": str(row.app_id),
        "ownPaths": [*own_paths(row), SLIDER_PATH],
        "sliderPath": f"{SLIDER_PATH}?app={row.app_id}",
        "ajax": "/sandbox/frame/",
        "sessid": visit.sessid,
        "words": {key: visit.say(key) for key in FRAME_WORDS},
    }


def init_data(visit: Visit, row: Installation, post: FramePost) -> dict[str, Any]:
    """Return the answer to getInitData (portal-protocol §1.6)."""
    form = post.form
    return {
        "LANG": visit.lang,
        "DOMAIN": visit.portal.host,
        "PROTOCOL": 1 if visit.portal.scheme == "https" else 0,
        "PATH": "/rest",
        "AUTH_ID": form.get("AUTH_ID", ""),
        "AUTH_EXPIRES": int(form.get("AUTH_EXPIRES") or 0),
        "REFRESH_ID": form.get("REFRESH_ID", ""),
        "MEMBER_ID": form.get("member_id", ""),
        "FIRST_RUN": row.first_run.get(visit.user.id, True),
        "IS_ADMIN": visit.admin,
        "INSTALL": not row.installed and bool(row.card.install_url),
        "USER_OPTIONS": row.user_options.get(visit.user.id, {}),
        "APP_OPTIONS": row.app_options,
        "PLACEMENT": form["PLACEMENT"],
        "PLACEMENT_OPTIONS": json.loads(form.get("PLACEMENT_OPTIONS") or "{}"),
    }


def own_paths(row: Installation) -> list[str]:
    """Return the addresses whose slider the application may close."""
    card: ApplicationCard = row.card
    names = (row.app_id, card.client_id, card.symbol)
    views = [f"/marketplace/view/{name}/" for name in (card.client_id, card.symbol)]
    places = [f"/devops/placement/{each.id}/" for each in row.placements]
    return [*[f"/marketplace/app/{name}/" for name in names], *views, *places]


def refusal(visit: Visit, reason: str) -> Opened:
    """Return the portal's own page in place of a frame (portal-protocol §1.5)."""
    told = _reason_of_plan(visit, reason)
    title, text, links = REFUSALS[told]
    return Opened(
        title=visit.say(title),
        text=visit.say(text),
        reason=told,
        links=tuple(Link(href, visit.say(key)) for href, key in links),
    )


PAY_PLAN = (("/settings/license_all.php", "renew_plan"),)
PAY_SUBSCRIPTION = (("/settings/license_all.php?subscr=o", "renew_subscription"),)
REFUSALS: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "not_found": ("not_found_title", "app_not_found_text", ()),
    "not_installed": ("not_finished_title", "not_finished_text", ()),
    "no_access": ("no_access_title", "no_access_text", ()),
    "no_context": ("wrong_context_title", "wrong_context_text", ()),
    "access_denied": ("plan_title", "plan_text", PAY_PLAN),
    "locked": ("locked_title", "locked_text", PAY_PLAN),
    "payment": ("subscription_title", "subscription_text", PAY_SUBSCRIPTION),
}


def _reason_of_plan(visit: Visit, reason: str) -> str:
    """Distinguish a locked portal and an ended subscription from a lapsed plan: each has a page of its own."""
    if reason != "access_denied":
        return reason
    if visit.portal.state == "locked":
        return "locked"
    paid = visit.portal.state in {"active", "grace"} and rest_in_plan(visit.portal)
    return "payment" if paid else reason


def _notice(visit: Visit, row: Installation) -> str:
    days = application_days(visit.portal, row)
    if days is None or days >= NOTIFY_BELOW:
        return ""
    return visit.say("pay_days_left", days=days + 1)


def _is_static(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in STATIC_NAMES or host.endswith(STATIC_HOSTS)
