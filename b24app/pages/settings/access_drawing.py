"""Drawing «Access of an integrator»: accesses, requests, the journal by pages; and the page of who cannot decide."""

from collections.abc import Mapping

from flask import request

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.audit import count_lines, list_lines
from b24app.integrators.rights import RIGHT_HINTS, RIGHT_TITLES, Right
from b24app.pages.settings.consent_view import earlier_accesses, living_accesses, waiting_asks
from b24app.pages.settings.deed_words import ACTS, LOOKS, journal_row
from b24app.pages.settings.gear_places import draw_place
from b24app.portals.people import find_administrator
from b24app.services import services
from b24app.web.form_fields import read_id
from b24app.web.page_drawing import bare_page

PAGE = 50
KINDS: Mapping[str, tuple[str, ...]] = {"": (), "acts": ACTS, "looks": LOOKS}
ONLY_TERMS = frozenset({Right.TERMS})


def draw_access(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page."""
    now, kind = services().clock.now(), request.args.get("kind", "")
    only, number = KINDS.get(kind, ()), read_id(request.args, "page") or 1
    total = count_lines(only)
    skip = min((number - 1) * PAGE, max(0, (total - 1) // PAGE * PAGE))
    return draw_place(
        "integrator",
        frame,
        accesses=living_accesses(now),
        earlier=earlier_accesses(now),
        asks=waiting_asks(now),
        rights=[(right, RIGHT_TITLES[right], RIGHT_HINTS[right]) for right in Right],
        only_terms=ONLY_TERMS,
        journal=[journal_row(line) for line in list_lines(PAGE, skip=skip, only=only)],
        kind=kind if kind in KINDS else "",
        total=total,
        skip=skip,
        page_size=PAGE,
        editing=request.args.get("edit", ""),
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def draw_decider(frame: Frame) -> str:
    """For who cannot give access: the administrator who can."""
    return bare_page("settings/decider.html", frame, decider=find_administrator())
