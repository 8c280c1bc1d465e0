"""The page that answers by which working day each step must happen, and redraws as the conditions change."""

from flask import Blueprint, request
from pydantic import BaseModel, Field, ValidationError

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.renewal.case import Situation, renewed_elsewhere
from b24app.renewal.case_changes import follow_payment_profile
from b24app.renewal.headline import LICENCE_PATH
from b24app.renewal.how_to_pay import how_to_pay
from b24app.renewal.recovery import PLAN_PATH
from b24app.renewal.renewal_stages import Role, holder_of
from b24app.renewal.situation_reading import list_roles, situation_of
from b24app.services import services
from b24app.terms.paid_terms import list_paid_terms
from b24app.terms.policy import State
from b24app.terms.profile import change_profile, current_payments, get_profile
from b24app.terms.stored_terms import calendar_view, timeline_view
from b24app.terms.term import Term, TermKind
from b24app.terms.timeline import term_name
from b24app.text.messages import N_, NOTHING
from b24app.web import author, framed, page
from b24app.web.filters import today
from b24app.web.form_fields import read_id

blueprint = Blueprint("calendar", __name__)


class ConditionsForm(BaseModel):
    """What the administrator may change beside the ribbon."""

    route: str
    method: str
    approval: int = Field(ge=0, le=60)
    bank: int = Field(ge=0, le=30)


@blueprint.get("/calendar")
@framed(admin=True)
def show_calendar(frame: Frame) -> str:
    """Draw the calculator for the term that the address names, the plan by default."""
    return _draw(frame)


@blueprint.post("/calendar")
@framed(admin=True)
def change_conditions(frame: Frame) -> str:
    """Keep the changed conditions and draw the results anew."""
    try:
        form = ConditionsForm.model_validate(request.form.to_dict())
    except ValidationError as error:
        raise BadInput(N_("Days are whole numbers from 0 to 60."), str(error.errors()[0]["loc"][0])) from None
    days = form.bank if form.method == get_profile().method else None
    change_profile(
        by=author(frame),
        at=services().clock.now(),
        route=form.route,
        method=form.method,
        approval_days=form.approval,
        transfer_days=days,
    )
    follow_payment_profile()
    return _draw(frame)


def _draw(frame: Frame) -> str:
    terms = tuple(term for term in list_paid_terms() if term.ends_on)
    term = _choose(terms, read_id(request.args, "term"))
    s = _situation(term) if term else None
    ordered = s is not None and s.ordered
    return page(
        "calendar.html",
        frame,
        count=calendar_view(term, today(), ordered=ordered) if term else None,
        ordered=ordered,
        how=how_to_pay(s) if s else NOTHING,
        paid=s is not None and _is_paid(s),
        belied=s is not None and s.belied,
        doubt=renewed_elsewhere(s) if s is not None and s.may_be_renewed else NOTHING,
        main=_is_main(term),
        pay_path=_pay_path(s) if s else "",
        people=names_by_role(),
        profile=get_profile(),
        payments=current_payments(),
        terms=[(item, term_name(item)) for item in terms],
    )


def _situation(term: Term) -> Situation | None:
    now = services().clock.now()
    row = next((row for row in timeline_view(now, today()).rows if row.term.id == term.id), None)
    return situation_of(row, now, today()) if row else None


def _is_main(term: Term | None) -> bool:
    """Whether it is the term that the renewal of this portal is about."""
    main = timeline_view(services().clock.now(), today()).main
    return term is not None and main is not None and main.term.id == term.id


def _pay_path(s: Situation) -> str:
    """The page of the portal on which the term of this renewal is paid for; empty for what is paid elsewhere."""
    return {TermKind.PLAN: PLAN_PATH, TermKind.ON_PREMISE: LICENCE_PATH}.get(TermKind(s.term.kind), "")


def _is_paid(s: Situation) -> bool:
    """Whether the renewal of this end is paid already: then no day to pay is offered."""
    # after the activation the marks are still those of the renewal that is over, the end is the next one
    return s.paid and s.state is not State.ACTIVE_AGAIN


def names_by_role() -> dict[Role, str]:
    """Who acts in each role, by name; the responsible where nobody else was named."""
    roles = list_roles()
    holders = {role: holder_of(role, roles) for role in Role}
    return {role: holder.name for role, holder in holders.items() if holder}


def _choose(terms: tuple[Term, ...], wanted: int | None) -> Term | None:
    return next((term for term in terms if term.id == wanted), terms[0] if terms else None)
