"""/service: whether the application itself works, for anybody; and the line of it on pages inside while something of ours is broken.

A portal's signed status page is another one (`status_page.py`).
"""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from b24app.public.service_state import SHOWN_DAYS, ServiceState, service_state
from b24app.text.formats import day_long
from b24app.web.access import public

blueprint = Blueprint("service_page", __name__)


@blueprint.get("/service")
@public
def show_service() -> str:
    """The worker, the mail, and the operator's incidents of the last two weeks."""
    return render_template("web/service.html", state=service_state(), shown_days=SHOWN_DAYS)


@blueprint.app_template_filter("utc_moment")
def utc_moment(value: datetime) -> str:
    """A day and a time that mean the same to everybody."""
    utc = value.astimezone(UTC)
    return f"{day_long(utc.date())}, {utc:%H:%M} UTC"


@blueprint.app_context_processor
def give_trouble() -> dict[str, object]:
    """The function by which pages ask for the line: only whoever draws it looks."""
    return {"service_trouble": service_trouble}


def service_trouble() -> ServiceState | None:
    """The state while something is broken, nothing else."""
    state = service_state()
    return state if state.broken_since is not None else None
