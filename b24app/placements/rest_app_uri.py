"""REST_APP_URI: a slider opened by a link from a message or a task; `params[screen]` names the page."""

from b24app.frames.page_token import Frame
from b24app.placements import Placement
from b24app.reminders.kinds import Screen
from b24app.text.messages import N_
from b24app.web.page_drawing import clients_url, works_with_clients

PATHS = {
    Screen.OVERVIEW: "/renewal",
    Screen.CHECKLIST: "/shop",
    Screen.AFTER: "/shop/compare",
    Screen.PLAN: "/money/plan",
    Screen.CALENDAR: "/renewal",
    Screen.DOCUMENTS: "/money/documents",
    Screen.SETTINGS: "/settings",
    Screen.REMINDERS: "/settings/reminders",
    Screen.WIDGET: "/widget",
    Screen.COPY: "/copy",
    Screen.INTEGRATOR: "/settings/integrator",
}
OF_CLIENTS = frozenset({Screen.CLIENTS, Screen.ALERTS})
ALERTS_URL = "/clients/alerts"


def screen(frame: Frame) -> str:
    """The page that the link asks for; an unknown one, or that of clients for who has none, leads to the renewal."""
    if path := client_of_deal(frame):
        return path
    asked = frame.options.get("screen", "")
    if asked in OF_CLIENTS:
        return client_place(asked) if works_with_clients(frame) else "/renewal"
    return {code.value: path for code, path in PATHS.items()}.get(asked, "/renewal")


def screen_of_employee(frame: Frame) -> str:
    """What a person who is no administrator may open: his clients, or who decides about an integrator; else the card."""
    if path := client_of_deal(frame):
        return path
    asked = frame.options.get("screen", "")
    if asked in OF_CLIENTS and works_with_clients(frame):
        return client_place(asked)
    return PATHS[Screen.INTEGRATOR] if asked == Screen.INTEGRATOR else "/widget"


def client_place(asked: str) -> str:
    """The page of clients that a link asks for."""
    return ALERTS_URL if asked == Screen.ALERTS else clients_url()


def client_of_deal(frame: Frame) -> str:
    """The client whose deal holds the link; empty for every other link."""
    number = frame.options.get("client", "")
    return f"/clients/deals/{number}" if number.isdecimal() and len(number) < 16 else ""


PLACEMENT = Placement(
    code="REST_APP_URI",
    titles={"ru": "Срок тарифа", "en": N_("Plan term")},
    administrator=screen,
    employee=screen_of_employee,
)
