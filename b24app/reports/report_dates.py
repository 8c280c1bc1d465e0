"""The dates on the first page of the report: to act by, the end, the grace."""

from datetime import date

from flask_babel import gettext

from b24app.terms.payment_plan import PaymentPlan
from b24app.terms.term import TermKind
from b24app.terms.timeline import TermRow
from b24app.web.filters import day, today


def write_dates(main: TermRow | None) -> tuple[tuple[str, str], ...]:
    """The dates of the main term: to act by, while they lie ahead, then its end and that of the grace."""
    if main is None or main.plan is None:
        return ()
    licence = main.term.kind == TermKind.ON_PREMISE
    dates = (
        *_act_by(main.plan),
        (gettext("Term ends") if licence else gettext("End of the plan"), main.term.ends_on),
        (gettext("Grace days until"), main.grace_ends),
    )
    return tuple((title, day(value)) for title, value in dates if value)


def _act_by(plan: PaymentPlan) -> tuple[tuple[str, date | None], ...]:
    """By when to act; a day that has passed is not offered, after it only the last chance is."""
    days = (
        ((gettext("Invoice by"), plan.invoice_by), (gettext("Pay by"), plan.pay_by))
        if plan.pay_by >= today()
        else ((gettext("Send by"), plan.last_chance_on),)
    )
    return tuple((title, value) for title, value in days if value and value >= today())


def write_pay_by(by: date | None) -> str:
    """The last day to pay of a term, and whether it has passed."""
    if by is None or by >= today():
        return day(by)
    return gettext("%(day)s, has passed", day=day(by))
