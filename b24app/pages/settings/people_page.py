"""«People and mail»: the address outside, who does what in the renewal, and what every date and sum starts from."""

from collections.abc import Mapping

from flask import Blueprint, request

from b24app.errors import BadInput, NotFound
from b24app.frames.page_token import Frame
from b24app.input_limits import check_text
from b24app.pages.renewal.reach_panel import reach_values
from b24app.pages.settings.gear_places import draw_place
from b24app.pages.settings.undo import restores, undo_url
from b24app.plans.plan_catalogue import read_plans
from b24app.renewal.case_changes import follow_payment_profile
from b24app.renewal.opened_steps import partner_email, set_partner
from b24app.renewal.renewal_stages import ROLE_TITLES, Holder, Role
from b24app.renewal.situation_reading import check_email, list_dismissed, list_named, set_role
from b24app.services import services
from b24app.terms.profile import change_profile, current_payments, get_profile, offered_countries
from b24app.text.messages import N_
from b24app.web import author, framed, toast

blueprint = Blueprint("people_page", __name__)

ROLE_HINTS = {
    Role.RESPONSIBLE: N_("Gets every reminder and stands in for anyone who is not named"),
    Role.DECIDER: N_("Chooses the plan and approves the payment"),
    Role.PAYER: N_("Sends the money"),
    Role.ACTIVATOR: N_("Enters the coupon and checks that the plan is renewed"),
}
START_FIELDS = ("portal_name", "plan_named", "edition", "country", "route", "method")
LONGEST_NAME = 255


def draw_people(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page."""
    return draw_place(
        "people",
        frame,
        roles=[(role, title, ROLE_HINTS[role]) for role, title in ROLE_TITLES.items()],
        people=list_named(),
        dismissed=list_dismissed(),
        profile=get_profile(),
        plans=[(plan.code, plan.title) for plan in read_plans(get_profile().region).offered()],
        countries=offered_countries(get_profile()),
        payments=current_payments(),
        partner=partner_email(),
        **reach_values(),
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


@blueprint.get("/settings")
@framed(admin=True)
def show_people(frame: Frame) -> str:
    """The first place of the gear."""
    return draw_people(frame)


@blueprint.post("/settings/people")
@framed(admin=True, redraw=draw_people)
def change_people(frame: Frame) -> str:
    """Name all people at once, as a page of the last release sends it; nothing is kept when one of them is wrong."""
    known = list_named()
    for person in [read_person(role, request.form, known.get(role)) for role in Role]:
        _keep(person)
    services().queue.later("ask_people", frame.portal_id)
    toast(N_("Saved"))
    return draw_people(frame)


@blueprint.post("/settings/people/<role>")
@framed(admin=True, redraw=draw_people)
def change_person(frame: Frame, role: str) -> str:
    """Name one person of the renewal."""
    chosen = _role(role)
    before = _person_fields(chosen)
    _keep(read_person(chosen, request.form, list_named().get(chosen)))
    services().queue.later("ask_people", frame.portal_id)
    toast(N_("Saved"), undo=undo_url("person", before))
    return draw_people(frame)


@restores("person", reads=lambda values: _person_fields(_role(values["role"])))
def restore_person(frame: Frame, values: Mapping[str, str]) -> str:
    """The person who was named before."""
    _keep(read_person(_role(values["role"]), values, None))
    services().queue.later("ask_people", frame.portal_id)
    return draw_people(frame)


@blueprint.post("/settings/start")
@framed(admin=True, redraw=draw_people)
def change_start(frame: Frame) -> str:
    """Keep what every sum starts from."""
    before = _start_fields()
    keep_start(frame, request.form)
    toast(N_("Saved"), undo=undo_url("start", before))
    return draw_people(frame)


@restores("start", reads=lambda _values: _start_fields())
def restore_start(frame: Frame, values: Mapping[str, str]) -> str:
    """The starting points of before."""
    keep_start(frame, values)
    return draw_people(frame)


def keep_start(frame: Frame, form: Mapping[str, str]) -> None:
    """Keep the starting points; what the form does not ask, as of the other edition, stays as it is."""
    before = _start_fields()
    values = {name: form.get(name, before[name]).strip() for name in START_FIELDS}
    enterprise = form.get("enterprise_box", before["enterprise_box"]) == "yes"
    by, at = author(frame), services().clock.now()
    change_profile(by=by, at=at, **values, enterprise_box=enterprise)
    if (email := form.get("partner_email")) is not None:
        set_partner(email, by=by, at=at)
    follow_payment_profile()


def _start_fields() -> dict[str, str]:
    profile = get_profile()
    fields = {name: str(getattr(profile, name) or "") for name in START_FIELDS}
    fields["enterprise_box"] = "yes" if profile.enterprise_box else "no"
    return fields | {"partner_email": partner_email()}


def _role(code: str) -> Role:
    try:
        return Role(code)
    except ValueError:
        raise NotFound from None


def _keep(person: Holder) -> None:
    set_role(person.role, user_id=person.user_id, name=person.name, email=person.email)


def _person_fields(role: Role) -> dict[str, str]:
    known = list_named().get(role) or Holder(role, None, "", "")
    values = {"name": known.name, "user_id": str(known.user_id or ""), "email": known.email}
    return {"role": role} | {f"{role}_{name}": value for name, value in values.items()}


def read_person(role: Role, form: Mapping[str, str], known: Holder | None) -> Holder:
    """One role as typed or chosen; a name typed over a chosen person is a new person. Raises BadInput by field."""
    name, number = form.get(f"{role}_name", "").strip(), form.get(f"{role}_user_id", "")
    if number and not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise BadInput(N_("Choose a person from the portal, or type a name."), f"{role}_name")
    user_id = int(number) if number else None
    check_text(name, f"{role}_name", LONGEST_NAME)
    if known is not None and known.user_id == user_id and known.name != name:
        user_id = None
    email = form.get(f"{role}_email", "")
    try:
        check_email(email)
    except BadInput as wrong:
        raise BadInput(wrong.message, f"{role}_email") from None
    if email.strip() and not name:
        raise BadInput(N_("Name the person whom this address belongs to."), f"{role}_name")
    return Holder(role, user_id if name else None, name, email)
