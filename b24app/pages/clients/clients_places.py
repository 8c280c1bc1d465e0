"""The places of the tab «Clients» and drawing a page of one of them; a place is shown when it is there."""

from dataclasses import dataclass

from flask import Blueprint, current_app, g, request

from b24app.frames.page_token import Frame
from b24app.text.messages import N_, P_
from b24app.web import page
from b24app.web.page_drawing import is_there

blueprint = Blueprint("clients_places", __name__)


@dataclass(frozen=True, slots=True)
class ClientsPlace:
    """One place of the tab; its title is a message id. A rare one is in the menu at the end of the row."""

    code: str
    url: str
    title: str
    rare: bool = False


PLACES = (
    ClientsPlace("list", "/clients", P_("clients", "List")),
    ClientsPlace("standards", "/clients/standards", N_("Standards")),
    ClientsPlace("reports", "/clients/reports", P_("clients", "Reports")),
    ClientsPlace("alerts", "/clients/alerts", P_("clients", "Alerts")),
    ClientsPlace("pipeline", "/clients/pipeline", P_("clients", "Pipeline")),
    ClientsPlace("groups", "/clients/groups", N_("Groups"), rare=True),
    ClientsPlace("dates", "/clients/dates", N_("Dates from a file"), rare=True),
    ClientsPlace("invitations", "/clients/invitations", N_("Invitations"), rare=True),
    ClientsPlace("setup", "/clients/setup", P_("clients", "Set-up"), rare=True),
    ClientsPlace("access", "/clients/access", N_("Entrance from outside"), rare=True),
    ClientsPlace("keys", "/clients/keys", N_("Keys of the API"), rare=True),
)


@blueprint.app_template_global("clients_places")
def places() -> list[tuple[ClientsPlace, bool]]:
    """The places of this release, each with whether the page that is drawn is its own; the longest address decides."""
    path = str(g.get("page_path", request.path))
    there = [one for one in PLACES if is_there(current_app, one.url)]
    inside = [one for one in there if path == one.url or path.startswith(f"{one.url}/")]
    current = max(inside, key=lambda one: len(one.url), default=None)
    return [(one, one is current) for one in there]


def draw_clients(code: str, frame: Frame, **values: object) -> str:
    """The whole page of one place, with the row of all places above it."""
    return page(f"clients/{code}.html", frame, **values)
