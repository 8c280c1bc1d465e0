"""Drawing: a whole page of a frame with its tabs and what every page shows, or one named block of it."""

from dataclasses import dataclass
from datetime import timedelta

from flask import g, render_template, request
from jinja2_fragments.flask import render_block

from b24app.checklist.engine.checklist_view import ChecklistView, checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.database import portal_scope
from b24app.frames.page_token import Frame, sign_frame
from b24app.portals.availability import get_availability
from b24app.renewal.activation import open_offer
from b24app.services import services
from b24app.text.messages import N_

OLD_DATA = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the administrator's page; its title is a message id."""

    code: str
    url: str
    title: str
    current: bool = False
    count: int = 0


TABS = (
    ("overview", N_("Overview")),
    ("checklist", N_("Checks")),
    ("after", N_("After activation")),
    ("plan", N_("Plan and budget")),
    ("calendar", N_("Working days")),
    ("documents", N_("Documents")),
)


def page(template: str, frame: Frame, **values: object) -> str:
    """Draw a whole page of a frame; htmx selects from it what it needs."""
    tabbed = administrator_values(frame, values.get("checks")) if frame.is_admin else {}
    return bare_page(template, frame, **tabbed, **values)


def bare_page(template: str, frame: Frame, **values: object) -> str:
    """Draw a whole page without tabs, the same for everybody."""
    silence = silence_values(frame) if frame.read_only else {}
    return render_template(template, **frame_values(frame), **silence, **values)


def fragment(template: str, block: str, frame: Frame, **values: object) -> str:
    """Draw one named block of a template for a frame; what the block imports has to be imported inside it."""
    return render_block(template, block, **frame_values(frame), **values)


def frame_values(frame: Frame) -> dict[str, object]:
    """What every answer to a frame needs, whole or a part."""
    return {
        "frame": frame,
        "frame_token": sign_frame(frame),
        "lang": frame.language,
        "theme": "" if frame.theme == "auto" else frame.theme,
    }


def silence_values(frame: Frame) -> dict[str, object]:
    """What a page for reading only says: since when the portal is silent, and which page to draw when it answers again."""
    with portal_scope(frame.portal_id):
        since = get_availability().silent_since
    return {"silent_since": since, "page_url": g.get("page_path", request.path)}


def administrator_values(frame: Frame, checks: object) -> dict[str, object]:
    """What an administrator sees on every page: blockers on the tab, freshness of data, a noticed activation.

    `checks` is what the page has read of the newest run already, so that nothing is read twice.
    """
    with portal_scope(frame.portal_id):
        run, offer, availability = latest_run(finished=True), open_offer(), get_availability()
        view = checks if isinstance(checks, ChecklistView) else checklist_view(run) if run else None
        blockers = view.readiness.blockers if run and view else 0
    checked_at = run.finished_at if run else None
    return {
        "reminders_url": "/reminders",
        "settings_url": "/settings",
        "tabs": tabs(g.get("page_path", request.path), {"checklist": blockers}),
        "checked_at": checked_at,
        "is_old": checked_at is not None and services().clock.now() - checked_at > OLD_DATA,
        "refused_since": availability.refused_since,
        "offer": offer,
    }


def tabs(path: str, counters: dict[str, int]) -> tuple[Tab, ...]:
    """The tabs, with the one that the path belongs to marked and the counters beside their titles."""
    first = path.split("/")[1]
    return tuple(Tab(code, f"/{code}", title, code == first, counters.get(code, 0)) for code, title in TABS)
