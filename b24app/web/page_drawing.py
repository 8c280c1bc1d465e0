"""Drawing: a whole page of a frame, or one named block of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request
from flask_babel import gettext
from jinja2_fragments.flask import render_block

from b24app.frames.page_token import Frame, sign_frame
from b24app.text.messages import N_

Values = Callable[[Frame, Mapping[str, Any]], dict[str, Any]]
EXTRAS: list[Values] = []


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


def page_values(give: Values) -> Values:
    """Register what a room adds to every page: `freshness`, `counters` (tab code -> number).

    It is given what the page shows, so that nothing has to be read twice.
    """
    EXTRAS.append(give)
    return give


def page(template: str, frame: Frame, **values: Any) -> str:
    """Draw a whole page of a frame; htmx selects from it what it needs."""
    return render_template(template, **whole_page_values(frame, values), **values)


def fragment(template: str, block: str, frame: Frame, **values: Any) -> str:
    """Draw one named block of a template for a frame; what the block imports has to be imported inside it."""
    return render_block(template, block, **frame_values(frame), **values)


def frame_values(frame: Frame) -> dict[str, Any]:
    """What every answer to a frame needs, whole or a part."""
    return {
        "frame": frame,
        "frame_token": sign_frame(frame),
        "lang": frame.language,
        "theme": "" if frame.theme == "auto" else frame.theme,
    }


def whole_page_values(frame: Frame, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What base.html needs beside that when it draws a whole page; fragments do without."""
    values: dict[str, Any] = {
        **frame_values(frame),
        "reminders_url": "/reminders" if frame.is_admin else "",
        "settings_url": "/settings" if frame.is_admin else "",
        "freshness": None,
        "counters": {},
    }
    for give in EXTRAS:
        values |= give(frame, shown)
    values["tabs"] = tabs(g.get("page_path", request.path), values["counters"]) if frame.is_admin else ()
    return values


def tabs(path: str, counters: dict[str, int]) -> tuple[Tab, ...]:
    """The tabs, with the one that the path belongs to marked and the counters beside their titles."""
    first = path.split("/")[1]
    return tuple(
        Tab(code, f"/{code}", gettext(title), code == first, counters.get(code, 0)) for code, title in TABS
    )
