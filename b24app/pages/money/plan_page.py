"""The page of plan and money: which plan fits, what it costs and why, what a move breaks, and the year's budget."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import Blueprint, request
from flask_babel import gettext
from pydantic import BaseModel, ValidationError

from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.input_limits import plain_number
from b24app.pages.money.savings import list_savings
from b24app.plans.advice import FIT_TITLES, shop_sizes
from b24app.plans.plan_catalogue import LIMITS, PRICES, SIZES, VAT, Plan, PlanTable
from b24app.plans.plan_moves import Impact, impacts
from b24app.plans.prices import (
    LAYERS,
    BudgetMonth,
    Discount,
    PeriodCost,
    YearOfMoney,
    period_costs,
    sold_periods,
)
from b24app.plans.usage import MEASURES
from b24app.renewal.plan_money import Money, count_money
from b24app.services import services
from b24app.terms.corrections import (
    POLICY_PREFIX,
    correct_fact,
    corrected_policy,
    list_corrections,
    withdraw_correction,
)
from b24app.terms.payment_plan import Payments
from b24app.terms.policy import State
from b24app.terms.profile import RenewalProfile, change_profile, current_payments
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow
from b24app.terms.usage_records import record_usage
from b24app.text.messages import N_
from b24app.web import framed, page
from b24app.web.access import author
from b24app.web.filters import today
from b24app.web.form_fields import read_number, read_year
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
SUMS: Mapping[str, tuple[str, ...]] = {layer: (layer,) for layer in LAYERS} | {"total": LAYERS}
ROUND = (Decimal(5), Decimal(2), Decimal(1))
RENEWED = (State.ACTIVE, State.RENEWED_PENDING, State.ACTIVE_AGAIN)
"""There is nothing to renew now: it was bought ahead, or its window has not come yet."""


@dataclass(frozen=True, slots=True)
class BudgetChart:
    """Bars by month or quarter, the top and the ticks of their scale, and the bar from which the seats run out."""

    by: str
    parts: tuple[BudgetMonth, ...]
    top: Decimal
    ticks: tuple[Decimal, ...]
    line_at: int | None


class SumsForm(BaseModel):
    """The numbers of the budget and of downtime that only people know."""

    average_order: Decimal | None = None
    portal_share_percent: Decimal | None = None
    growth_per_month: Decimal | None = None
    reserve_percent: Decimal = Decimal(10)


def draw_plan(frame: Frame, wrong: BadInput | None = None) -> str:
    """The whole page."""
    money = count_money(services().clock.now(), today(), read_year(request.args, "year"))
    main = timeline_view(services().clock.now(), today()).main
    target = choose_target(money, request.args.get("to", ""))
    commercial, payments = services().settings.edition == "local", current_payments()
    return page(
        "plan.html",
        frame,
        money=money,
        fits=FIT_TITLES,
        card_estimates=_card_estimates(money),
        sizes_source=_sizes_source(money),
        savings=list_savings(money, _sizes_source(money)),
        sizes=shop_sizes(money.table) if money.profile.edition == "cloud" else (),
        limits=LIMITS,
        chart=budget_chart(money.year, request.args.get("by", "month")) if money.year else None,
        periods=_periods(money, payments, payments.discounts if commercial else ()),
        periods_claim=payments.periods[money.profile.edition].used,
        payments=payments,
        estimates=budget_estimates(money.year, money.table) if money.year else {},
        commercial=commercial,
        renewed=main is not None and main.state in RENEWED,
        target=target,
        impacts=moves(money, target),
        measures=MEASURES,
        vats=VAT,
        vat_choices=[(code, gettext(title)) for code, title in VAT.items()],
        downgrade_from=downgrade_day(main, money.profile),
        corrections=[item for item in list_corrections() if not item.subject.startswith(POLICY_PREFIX)],
        form=request.form if wrong else {},
        wrong={wrong.field: wrong.message} if wrong else {},
    )


def _card_estimates(money: Money) -> str:
    """What stands behind the estimates of the cards."""
    used = (item.plan.price_claim(1) for item in money.advice)
    return "; ".join(dict.fromkeys(text for one in used if (text := estimate_of(one, money.table.sources))))


def _sizes_source(money: Money) -> str:
    """Who advises plans by the number of orders, and when."""
    used = (item.plan.fact(code).used for item in money.advice for code in SIZES)
    return "; ".join(dict.fromkeys(source_of(one, money.table.sources) for one in used if one))


def _periods(money: Money, payments: Payments, discounts: Sequence[Discount]) -> tuple[PeriodCost, ...]:
    """What the periods that are sold cost; texts of a marketplace name no discount."""
    sold = sold_periods(payments.periods[money.profile.edition])
    return period_costs(money.year.plan, sold, discounts) if money.year else ()


@blueprint.get("/plan")
@framed(admin=True)
def show_plan(frame: Frame) -> str:
    """Advice, prices, the move that `?to=` names, the budget of `?year=`."""
    return draw_plan(frame)


@blueprint.post("/plan/correct")
@framed(admin=True, redraw=draw_plan)
def correct(frame: Frame) -> str:
    """Keep an administrator's own price or limit with its reason."""
    form = request.form
    code, vat = form.get("code", ""), form.get("vat", "")
    _correct(code, form.get("value", ""), frame)
    if code in PRICES and vat:
        _correct("vat", vat, frame)
    return draw_plan(frame)


def _correct(code: str, value: str, frame: Frame) -> None:
    form, at = request.form, services().clock.now()
    currency = form.get("currency", "").strip().upper() if code in PRICES else ""
    reason = form.get("reason", "")
    correct_fact(
        form.get("subject", ""), code, value, reason=reason, by=author(frame), at=at, currency=currency
    )


@blueprint.post("/plan/corrections/<int:correction_id>/withdraw")
@framed(admin=True)
def withdraw(frame: Frame, correction_id: int) -> str:
    """Go back to what the sources say."""
    withdraw_correction(correction_id, services().clock.now())
    return draw_plan(frame)


@blueprint.post("/plan/measure")
@framed(admin=True, redraw=draw_plan)
def measure(frame: Frame) -> str:
    """Write down a measure that the portal does not tell, such as the disk in use."""
    form, at = request.form, services().clock.now()
    value = read_number(form.get("value", ""), "measure")
    record_usage(form.get("code", ""), value, on=today(), at=at, by=author(frame))
    return draw_plan(frame)


@blueprint.post("/plan/sums")
@framed(admin=True, redraw=draw_plan)
def change_sums(frame: Frame) -> str:
    """Keep the numbers that the budget and the cost of downtime start from."""
    clean = {name: plain_number(value) for name, value in request.form.items()}
    try:
        form = SumsForm.model_validate({name: value for name, value in clean.items() if value})
    except ValidationError as error:
        raise BadInput(N_("This is not a number."), str(error.errors()[0]["loc"][0])) from None
    change_profile(by=author(frame), at=services().clock.now(), **form.model_dump())
    return draw_plan(frame)


def choose_target(money: Money, code: str) -> Plan | None:
    """The plan whose consequences are shown: the asked one, else the next smaller one."""
    if (asked := money.table.find(code)) is not None and code:
        return asked
    if money.usage.plan is None:
        return None
    smaller = [plan for plan in money.table.offered() if plan.rank < money.usage.plan.rank]
    return smaller[-1] if smaller else None


def moves(money: Money, target: Plan | None) -> tuple[Impact, ...]:
    """What a move to the target changes."""
    if target is None or money.usage.plan is None or target == money.usage.plan:
        return ()
    return impacts(money.need, money.usage.plan, target)


def downgrade_day(main: TermRow | None, profile: RenewalProfile) -> date | None:
    """The first day on which a smaller plan can be bought; None while the end is unknown."""
    if main is None or main.term.ends_on is None:
        return None
    return corrected_policy(main.term.kind, profile).downgrade_from(main.term.ends_on)


def budget_chart(year: YearOfMoney, by: str) -> BudgetChart:
    """The year's budget as bars; quarters when they are asked for."""
    quarters = by == "quarter"
    parts = year.budget.quarters() if quarters else year.budget.months
    top = max((part.total for part in parts), default=Decimal(1)) * Decimal("1.15") or Decimal(1)
    starts = year.budget.steps_from
    line_at = next((n for n, part in enumerate(parts) if starts and part.step), None)
    return BudgetChart("quarter" if quarters else "month", parts, top, tuple(_ticks(top)), line_at)


def _ticks(top: Decimal) -> Iterator[Decimal]:
    """Steps of 1, 2 or 5 times a power of ten, about three of them."""
    third = top / 3
    power = Decimal(10) ** max(third.adjusted(), 0)
    step = next((power * k for k in ROUND if power * k <= third), Decimal(1))
    return (step * n for n in range(int(top / step) + 1))


def budget_estimates(year: YearOfMoney, table: PlanTable) -> dict[str, str]:
    """By layer of the budget, and for all of it, what stands behind the mark «estimate»; nothing where no mark is due."""
    sources = dict.fromkeys(estimate_of(claim, table.sources) for claim in (year.claim, year.next_claim))
    text = "; ".join(part for part in sources if part)
    return {name: text for name, layers in SUMS.items() if year.is_estimate(*layers)}


for words in (plan_name, claim_sum, source_of, source_title, vat_text, corrected_value, estimate_of):
    blueprint.add_app_template_filter(words)
