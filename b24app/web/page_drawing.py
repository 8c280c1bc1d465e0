"""Drawing: a whole page of a frame with its tabs and what every page tells, or one named block of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, render_template, request
from flask_babel import gettext
from jinja2_fragments.flask import render_block

from b24app.checklist.engine.board import ChecklistView, checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.database import portal_scope
from b24app.frames.page_token import Frame, sign_frame
from b24app.renewal.activation import open_offer
from b24app.renewal.availability_record import AvailabilityView, get_availability
from b24app.services import services
from b24app.text.messages import N_
from b24app.web.formats import moment

OLD_DATA = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the administrator's page."""

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
    shared = frame_values(frame)
    if frame.is_admin:
        shared |= administrator_values(frame, values.get("checks"))
    return render_template(template, **shared, **values)


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


def administrator_values(frame: Frame, checks: object) -> dict[str, object]:
    """What an administrator sees on every page: blockers on the tab, freshness of data, a noticed activation.

    `checks` is what the page has read of the newest run already, so that nothing is read twice.
    """
    with portal_scope(frame.portal_id):
        run, offer, availability = latest_run(finished=True), open_offer(), get_availability()
        view = checks if isinstance(checks, ChecklistView) else checklist_view(run) if run else None
        blockers = view.readiness.blockers if run and view else 0
    at = run.finished_at if run else None
    old = at is not None and services().clock.now() - at > OLD_DATA
    return {
        "reminders_url": "/reminders",
        "settings_url": "/settings",
        "tabs": tabs(g.get("page_path", request.path), {"checklist": blockers}),
        "freshness": gettext("Data of %(moment)s", moment=moment(at)) if at else "",
        "stale": _why_stale(availability, at if old else None),
        "offer": offer,
    }


def _why_stale(availability: AvailabilityView, old: datetime | None) -> str:
    """Why what is shown may no longer be so: the portal refuses applications, or was not asked for long."""
    if availability.refused_since is not None:
        text = N_("The portal has refused applications since %(moment)s: here is the last that is known.")
        return gettext(text, moment=moment(availability.refused_since))
    if old is not None:
        text = N_("The data is of %(moment)s: the portal has not been asked since.")
        return gettext(text, moment=moment(old))
    return ""


def tabs(path: str, counters: dict[str, int]) -> tuple[Tab, ...]:
    """The tabs, with the one that the path belongs to marked and the counters beside their titles."""
    first = path.split("/")[1]
    return tuple(
        Tab(code, f"/{code}", gettext(title), code == first, counters.get(code, 0)) for code, title in TABS
    )
