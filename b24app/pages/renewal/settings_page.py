"""The settings: people and starting points, the log of calls for support, what we keep and how to erase it."""

from collections.abc import Mapping
from datetime import timedelta
from tempfile import SpooledTemporaryFile

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from b24app.bitrix24.call_log_database import Search, export_calls, search_calls
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.input_limits import check_text
from b24app.pages.renewal.reach_panel import reach_values
from b24app.plans.plan_catalogue import read_plans
from b24app.renewal.case_changes import follow_payment_profile
from b24app.renewal.opened_steps import partner_email, set_partner
from b24app.renewal.renewal_stages import ROLE_TITLES, Holder, Role
from b24app.renewal.situation_reading import check_email, list_dismissed, list_named, set_role
from b24app.services import services
from b24app.terms.profile import change_profile, current_payments, get_profile
from b24app.terms.working_days import bank_countries
from b24app.text.messages import N_
from b24app.web import author, framed, page

blueprint = Blueprint("settings_page", __name__)

ROLE_HINTS = {
    Role.RESPONSIBLE: N_("Gets every reminder and stands in for anyone who is not named"),
    Role.DECIDER: N_("Chooses the plan and approves the payment"),
    Role.PAYER: N_("Sends the money"),
    Role.ACTIVATOR: N_("Enters the coupon and checks that the plan is renewed"),
}
START_FIELDS = ("portal_name", "plan_named", "edition", "country", "route", "method")
DAYS = {"": 0, "day": 1, "three": 3}
MOST_CALLS = 100
IN_MEMORY = 1024 * 1024
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets know UTF-8 by it
LONGEST_NAME = 255


def draw_settings(frame: Frame, wrong: BadInput | None = None, *, saved: str = "") -> str:
    """The whole page; `saved` names the card that was just kept."""
    wanted = read_search(request.args)
    found = search_calls(wanted, limit=MOST_CALLS + 1)
    settings = services().settings
    return page(
        "settings.html",
        frame,
        roles=[(role, title, ROLE_HINTS[role]) for role, title in ROLE_TITLES.items()],
        people=list_named(),
        dismissed=list_dismissed(),
        profile=get_profile(),
        plans=[(plan.code, plan.title) for plan in read_plans(get_profile().region).offered()],
        countries=bank_countries(),
        payments=current_payments(),
        calls=found[:MOST_CALLS],
        more=len(found) > MOST_CALLS,
        wanted=request.args,
        keep_calls=settings.keep_call_log_days,
        keep_uninstalled=settings.keep_uninstalled_days,
        support=settings.support_contact,
        partner=partner_email(),
        **reach_values(),
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
        saved=saved,
    )


@blueprint.get("/settings")
@framed(admin=True)
def show_settings(frame: Frame) -> str:
    """Everything that an administrator may set, and what support asks for."""
    return draw_settings(frame)


@blueprint.post("/settings/people")
@framed(admin=True, redraw=draw_settings)
def change_people(frame: Frame) -> str:
    """Name the people of the renewal; nothing is kept when one of them is wrong."""
    known = list_named()
    for person in [read_person(role, request.form, known.get(role)) for role in Role]:
        set_role(person.role, user_id=person.user_id, name=person.name, email=person.email)
    services().queue.later("ask_people", frame.portal_id)
    return draw_settings(frame, saved="people")


@blueprint.post("/settings/start")
@framed(admin=True, redraw=draw_settings)
def change_start(frame: Frame) -> str:
    """Keep what every sum starts from."""
    values = {name: request.form.get(name, "").strip() for name in START_FIELDS}
    by, at = author(frame), services().clock.now()
    change_profile(by=by, at=at, **values, enterprise_box=request.form.get("enterprise_box") == "yes")
    if (email := request.form.get("partner_email")) is not None:
        set_partner(email, by=by, at=at)
    follow_payment_profile()
    return draw_settings(frame, saved="start")


@blueprint.post("/settings/calls.csv")
@framed(admin=True)
def download_calls(frame: Frame) -> ResponseReturnValue:
    """Give the found calls, oldest first and without secrets, as a file for the vendor's support."""
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the response closes it
    file.write(BYTE_ORDER_MARK.encode())
    file.writelines(line.encode() for line in export_calls(read_search(request.form)))
    file.seek(0)
    name = f"calls-{frame.domain}-{services().clock.now():%Y-%m-%d}.csv"
    return send_file(file, mimetype="text/csv; charset=utf-8", as_attachment=True, download_name=name)


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


def read_search(values: Mapping[str, str]) -> Search:
    """What to look for in the log of calls."""
    days = DAYS.get(values.get("days", ""), 0)
    return Search(
        text=values.get("q", "").strip()[:200],
        errors_only=values.get("errors") == "yes",
        since=services().clock.now() - timedelta(days=days) if days else None,
    )
