"""What people write down about plan and money: the price of their invoice, own prices and limits, measures, numbers of the sums."""

from decimal import Decimal

from flask import Blueprint, request
from flask_babel import gettext
from pydantic import BaseModel, ValidationError

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.input_limits import plain_number
from b24app.integrators.rights import Right
from b24app.pages.money.money_page import draw_money
from b24app.plans.plan_catalogue import PRICES
from b24app.renewal.case_changes import change_case, open_case
from b24app.renewal.plan_money import PRICE_OF_PERIOD, count_money, main_term
from b24app.services import services
from b24app.terms.corrections import correct_fact, withdraw_correction
from b24app.terms.profile import change_profile
from b24app.terms.usage_records import record_usage
from b24app.text.messages import N_
from b24app.web import framed, toast
from b24app.web.access import author
from b24app.web.filters import today
from b24app.web.form_fields import read_number, read_whole
from b24app.web.money_words import (
    claim_sum,
    corrected_value,
    estimate_of,
    plan_name,
    source_of,
    source_title,
    vat_text,
)

blueprint = Blueprint("plan_page", __name__)


class SumsForm(BaseModel):
    """The numbers of the budget and of downtime that people alone can give."""

    average_order: Decimal | None = None
    portal_share_percent: Decimal | None = None
    growth_per_month: Decimal | None = None
    reserve_percent: Decimal = Decimal(10)


def redraw_sources(frame: Frame, wrong: BadInput) -> str:
    """The page with the sources still open, and what was typed there."""
    return draw_money(frame, wrong, opened="sources", form=request.form)


def redraw_form(frame: Frame, wrong: BadInput) -> str:
    """The page with what was typed."""
    return draw_money(frame, wrong, form=request.form)


@blueprint.post("/money/price")
@framed(admin=True, redraw=redraw_form, right=(Right.CASE, Right.PAPERS))
def save_price(frame: Frame) -> str:
    """Keep the price of the invoice: every sum uses it, and it is stored with the renewal that it is for."""
    form, at, by = request.form, services().clock.now(), author(frame)
    plan = count_money(at, today()).plan
    if plan is None:
        raise BadInput(N_("The plan is not known yet: run the checks, or name it in the settings."), "amount")
    amount, number = read_number(form.get("amount", ""), "amount"), form.get("invoice_number", "").strip()
    months = read_whole(form.get("months", "12"), "months", 1, 60)
    code = PRICE_OF_PERIOD.get(months)
    if code is None or amount <= 0:
        raise BadInput(
            N_("This is not a sum of money.") if code else N_("Choose one of the offered values."),
            "amount" if code else "months",
        )
    reason = gettext("invoice %(number)s", number=number) if number else gettext("invoice")
    currency = form.get("currency", "").strip().upper()
    kept = correct_fact(plan.code, code, str(amount), reason=reason, by=by, at=at, currency=currency)
    if form.get("vat"):
        correct_fact(plan.code, "vat", form["vat"], reason=reason, by=by, at=at)
    term = main_term()
    if term is not None and term.ends_on is not None:
        case = open_case(term, at)
        change_case(
            case.id,
            amount=amount,
            currency=kept.currency,
            period_months=months,
            invoice_number=number or case.invoice_number,
        )
    toast(N_("Price saved"))
    return draw_money(frame)


@blueprint.post("/money/plan/correct")
@framed(admin=True, redraw=redraw_sources)
def correct(frame: Frame) -> str:
    """Keep an administrator's own price or limit with its reason."""
    form = request.form
    code, vat = form.get("code", ""), form.get("vat", "")
    _correct(code, form.get("value", ""), frame)
    if code in PRICES and vat:
        _correct("vat", vat, frame)
    toast(N_("Saved"))
    return draw_money(frame, opened="sources")


def _correct(code: str, value: str, frame: Frame) -> None:
    form, at = request.form, services().clock.now()
    currency = form.get("currency", "").strip().upper() if code in PRICES else ""
    reason = form.get("reason", "")
    correct_fact(
        form.get("subject", ""), code, value, reason=reason, by=author(frame), at=at, currency=currency
    )


@blueprint.post("/money/plan/corrections/<int:correction_id>/withdraw")
@framed(admin=True)
def withdraw(frame: Frame, correction_id: int) -> str:
    """Return to the sources' value."""
    withdraw_correction(correction_id, services().clock.now())
    toast(N_("Withdrawn"))
    return draw_money(frame, opened="sources")


@blueprint.post("/money/plan/measure")
@framed(admin=True, redraw=redraw_sources)
def measure(frame: Frame) -> str:
    """Write down a measure that the portal does not return, such as the disk in use."""
    form, at = request.form, services().clock.now()
    value = read_number(form.get("value", ""), "measure")
    record_usage(form.get("code", ""), value, on=today(), at=at, by=author(frame))
    toast(N_("Saved"))
    return draw_money(frame, opened="sources")


@blueprint.post("/money/plan/sums")
@framed(admin=True, redraw=redraw_form)
def change_sums(frame: Frame) -> str:
    """Keep the numbers that the budget and the cost of downtime start from; those that a form does not show stay."""
    clean = {name: plain_number(value) for name, value in request.form.items()}
    try:
        form = SumsForm.model_validate({name: value for name, value in clean.items() if value})
    except ValidationError as error:
        raise BadInput(N_("This is not a number."), str(error.errors()[0]["loc"][0])) from None
    values = {name: value for name, value in form.model_dump().items() if name in clean}
    change_profile(by=author(frame), at=services().clock.now(), **values)
    toast(N_("Saved"))
    return draw_money(frame)


for words in (plan_name, claim_sum, source_of, source_title, vat_text, corrected_value, estimate_of):
    blueprint.add_app_template_filter(words)
