"""REST_APP_URI: a slider opened by a link from a message or a task; `params[screen]` names the page."""

from b24app.frames.page_token import Frame
from b24app.placements import Placement

SCREENS = frozenset(
    {"overview", "checklist", "after", "plan", "calendar", "documents", "settings", "reminders", "widget"}
)


def screen(frame: Frame) -> str:
    """The page that the link asks for; an unknown one leads to the overview."""
    wanted = frame.options.get("screen", "")
    return f"/{wanted}" if wanted in SCREENS else "/overview"


PLACEMENT = Placement(
    code="REST_APP_URI",
    titles={"ru": "Продление без простоя", "en": "Renewal without downtime"},
    administrator=screen,
    employee=lambda _frame: "/widget",
)
