"""The administrator's first page: the answer, the next step, blockers, readiness, terms, use, reminders, documents."""

from b24app.license.reading import timeline_view, usage_view
from b24app.portals.frames import Frame
from b24app.renewal.views import blueprint
from b24app.services import services
from b24app.web import framed, page
from b24app.web.wording import today


@blueprint.get("/overview")
@framed(admin=True)
def show_overview(frame: Frame) -> str:
    """Draw everything from what is stored."""
    now = services().clock.now()
    return page("overview.html", frame, timeline=timeline_view(now, today()), usage=usage_view(today()))
