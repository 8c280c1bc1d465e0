"""REST_APP_URI: a slider opened by a link from a message or a task; `params[screen]` names the page."""

from b24app.frames.page_token import Frame
from b24app.placements import Placement
from b24app.reminders.kinds import Screen


def screen(frame: Frame) -> str:
    """The page that the link asks for; an unknown one leads to the overview."""
    wanted = frame.options.get("screen", "")
    return f"/{wanted if wanted in frozenset(Screen) else Screen.OVERVIEW}"


PLACEMENT = Placement(
    code="REST_APP_URI",
    titles={"ru": "Продление без простоя", "en": "Renewal without downtime"},
    administrator=screen,
    employee=lambda _frame: "/widget",
)
