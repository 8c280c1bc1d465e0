"""The places of the gear, each with its own address, and drawing a page of one of them."""

from dataclasses import dataclass

from b24app.frames.page_token import Frame
from b24app.text.messages import N_
from b24app.web import page


@dataclass(frozen=True, slots=True)
class GearPlace:
    """One place of the settings; its title is a message id."""

    code: str
    url: str
    title: str
    icon: str


PLACES = (
    GearPlace("people", "/settings", N_("People and mail"), "users"),
    GearPlace("channels", "/settings/reminders", N_("Channels and reminders"), "bell"),
    GearPlace("links", "/settings/links", N_("Links outside"), "link"),
    GearPlace("employees", "/settings/employees", N_("For employees"), "flag"),
    GearPlace("integrator", "/settings/integrator", N_("Access of an integrator"), "eye"),
    GearPlace("profile", "/settings/profile", N_("We are an integrator"), "users"),
    GearPlace("data", "/settings/data", N_("Data and law"), "shield"),
    GearPlace("developer", "/settings/developer", N_("For developers"), "database"),
    GearPlace("help", "/settings/help", N_("Help"), "chat"),
)


def draw_place(code: str, frame: Frame, **values: object) -> str:
    """The whole page of one place, with the list of all places beside it."""
    return draw_within(code, f"settings/{code}.html", frame, **values)


def draw_within(code: str, template: str, frame: Frame, **values: object) -> str:
    """A page that belongs to a place, with the list of all places beside it."""
    place = next(one for one in PLACES if one.code == code)
    return page(template, frame, places=PLACES, place=place, **values)
