"""Drawing: a whole page of a frame with its tabs and what every page shows, or one named block of it."""

from dataclasses import dataclass, replace

from flask import Flask, current_app, g, render_template, request
from jinja2_fragments.flask import render_block

from b24app.backup.proofs.open_alarms import count_open_alarms
from b24app.checklist.engine.checklist_view import ChecklistView, checklist_view
from b24app.checklist.engine.freshness import read_freshness
from b24app.checklist.engine.runs import latest_run
from b24app.database import portal_scope
from b24app.frames.page_token import ClientFrame, Frame, sign_frame
from b24app.frames.silent_portal import refused_words
from b24app.integrators.client_frame import may
from b24app.integrators.members import has_seat
from b24app.integrators.rights import Right
from b24app.legal.document_acceptance import are_accepted
from b24app.portals.availability import get_availability
from b24app.renewal.activation import open_offer
from b24app.services import services
from b24app.text.messages import N_, P_
from b24app.web.client_banner import banner_of


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the administrator's page; its title is a message id, `short` is its title on a phone."""

    code: str
    url: str
    title: str
    current: bool = False
    count: int = 0
    short: str = ""
    locked: bool = False


TABS = (
    Tab("renewal", "/renewal", N_("Renewal")),
    Tab("shop", "/shop", N_("Shop")),
    Tab("money", "/money", N_("Terms and money"), short=P_("tab", "Terms")),
    Tab("copy", "/copy", P_("tab", "Copy")),
    Tab("clients", "/clients", P_("tab", "Clients")),
)
"""The tabs in their order; that of clients only for who works with them."""

OPENED_BY = {"renewal": Right.TERMS, "shop": Right.CHECKS, "money": Right.TERMS, "copy": Right.COPY}
"""The right that lets an integrator into a tab of a client's portal."""

INSIDE = {"restore": "shop", "restore/copy": "copy", "restore/all": "copy"}
"""Addresses of their own whose pages belong to a tab."""


def page(template: str, frame: Frame, **values: object) -> str:
    """Draw a whole page of a frame; htmx selects from it what it needs. `tab` is where it belongs if its address does not show it."""
    tabbed = _tabbed(frame, values.get("checks"), str(values.get("tab") or ""))
    return bare_page(template, frame, **tabbed, **values)


def _tabbed(frame: Frame, checks: object, tab: str) -> dict[str, object]:
    if frame.client is not None:
        return client_values(frame, frame.client, tab)
    return administrator_values(frame, checks, tab) if frame.is_admin else member_values(frame)


def bare_page(template: str, frame: Frame, **values: object) -> str:
    """Draw a whole page without tabs, the same for everybody."""
    silence = silence_values(frame) if frame.read_only else {}
    return render_template(template, **frame_values(frame), page_url=page_url(), **silence, **values)


def fragment(template: str, block: str, frame: Frame, **values: object) -> str:
    """Draw one named block of a template for a frame; what the block imports has to be imported inside it."""
    return render_block(template, block, **frame_values(frame), **values)


def frame_values(frame: Frame) -> dict[str, object]:
    """The values that every answer to a frame needs, whole or a part."""
    return {
        "frame": frame,
        "frame_token": sign_frame(frame),
        "lang": frame.language,
        "theme": "dark" if frame.theme == "dark" else "light",
    }


def silence_values(frame: Frame) -> dict[str, object]:
    """The values of a page for reading only: since when the portal is silent, or how it refused."""
    with portal_scope(frame.client.own_portal_id if frame.client else frame.portal_id):
        return {"silent_since": get_availability().silent_since, "refused_words": refused_words(frame)}


def administrator_values(frame: Frame, checks: object, tab: str = "") -> dict[str, object]:
    """What an administrator sees on every page: blockers and open alarms on the tabs, freshness of data, a noticed activation.

    `checks` is what the page has read of the newest run already, so that nothing is read twice.
    """
    with portal_scope(frame.portal_id):
        run, offer, availability = latest_run(finished=True), open_offer(), get_availability()
        view = checks if isinstance(checks, ChecklistView) else checklist_view(run) if run else None
        blockers = view.numbers.blockers if run and view else 0
        freshness, alarms = read_freshness(services().clock.now()), count_open_alarms()
        documents_due = not are_accepted()
    path = g.get("page_path", request.path)
    return {
        "tabs": tabs(
            f"/{tab}" if tab else path,
            {"shop": blockers, "copy": alarms},
            clients=works_with_clients(frame),
        ),
        "settings_url": "/settings",
        "in_settings": path.split("/")[1] == "settings",
        "freshness": freshness,
        "checked_at": freshness.checked_at,
        "refused_since": availability.refused_since,
        "documents_due": documents_due,
        "offer": offer,
    }


def client_values(frame: Frame, seen: ClientFrame, tab: str = "") -> dict[str, object]:
    """The values of every page of a client's portal: whose it is, what may be done, its tabs; counters and freshness as far as they were given."""
    sees_checks = may(frame, Right.CHECKS)
    with portal_scope(frame.portal_id):
        run = latest_run(finished=True) if sees_checks else None
        blockers = checklist_view(run).numbers.blockers if run else 0
        freshness = read_freshness(services().clock.now()) if sees_checks else None
        alarms = count_open_alarms() if may(frame, Right.COPY) else 0
        refused_since = get_availability().refused_since
    return {
        "client_banner": banner_of(frame, seen),
        "tabs": client_tabs(frame, seen, tab, {"shop": blockers, "copy": alarms}),
        "freshness": freshness,
        "checked_at": freshness.checked_at if freshness else None,
        "refused_since": refused_since,
        "offer": None,
    }


def client_tabs(frame: Frame, seen: ClientFrame, tab: str, counters: dict[str, int]) -> tuple[Tab, ...]:
    """The tabs of a client's portal; one without its right is locked and leads to the page that asks for it."""
    shown = tabs(f"/{tab}" if tab else g.get("page_path", request.path), counters)
    asks = f"/clients/{seen.consent_code}/ask"
    return tuple(
        one if may(frame, OPENED_BY[one.code]) else replace(one, url=asks, locked=True, count=0)
        for one in shown
        if one.code in OPENED_BY
    )


def member_values(frame: Frame) -> dict[str, object]:
    """What a person sees who works with clients and is no administrator of his own portal: the one tab."""
    if not works_with_clients(frame):
        return {}
    path = g.get("page_path", request.path)
    return {"tabs": tuple(tab for tab in tabs(path, {}, clients=True) if tab.code == "clients")}


def works_with_clients(frame: Frame) -> bool:
    """Whether the tab of clients is shown: always in a client's portal, which is opened from that tab alone."""
    if frame.client is not None:
        return True
    with portal_scope(frame.portal_id):
        return has_seat(frame.user_id)


def clients_url() -> str:
    """The first page of clients."""
    return "/clients" if is_there(current_app, "/clients") else "/clients/invitations"


def is_there(app: Flask, path: str) -> bool:
    """Whether this release has a page at an address."""
    return app.url_map.bind("").test(path, "GET")


def page_url() -> str:
    """The address that draws this page anew: its own, or its tab's where the page is the answer to a form."""
    path = str(g.get("page_path", request.path))
    return path if request.method == "GET" or "page_path" in g else f"/{path.split('/')[1]}"


def tabs(path: str, counters: dict[str, int], *, clients: bool = False) -> tuple[Tab, ...]:
    """The tabs, with the one that the path belongs to marked and the counters beside their titles."""
    parts = path.split("/")[1:3]
    first = INSIDE.get("/".join(parts)) or INSIDE.get(parts[0], parts[0])
    known = (replace(tab, url=clients_url()) if tab.code == "clients" else tab for tab in TABS)
    shown = (tab for tab in known if tab.code != "clients" or clients)
    return tuple(replace(tab, current=tab.code == first, count=counters.get(tab.code, 0)) for tab in shown)
