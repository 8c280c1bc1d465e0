"""What the forms of the stages hold: the day of a mark, and what is written about the order."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypedDict

from b24app.errors import BadInput
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_
from b24app.web.doubted_days import accept_day
from b24app.web.filters import today
from b24app.web.form_fields import read_date, read_number


class Choice(TypedDict):
    """What is written about the order; a sum or a period may be unknown yet."""

    plan_code: str
    period_months: int | None
    amount: Decimal | None
    invoice_number: str


def read_day(form: Mapping[str, str]) -> date:
    """The day of a mark: today, or a typed one that has come already."""
    typed = form.get("on", "").strip()
    if not typed:
        return today()
    on = read_date(typed, "on")
    if on > today():
        raise BadInput(N_("This day has not come yet."), "on")
    accept_day(on, DayUse.DONE, "on")
    return on


def read_order(form: Mapping[str, str]) -> Choice:
    """What was written about the order as typed; an empty sum or period is unknown yet."""
    months = form.get("period_months", "")
    if months and not (months.isascii() and months.isdecimal() and len(months) < 3):
        raise BadInput(N_("The period is counted in months, from 1 to 60."), "period_months")
    amount = form.get("amount", "").strip()
    return {
        "plan_code": form.get("plan_code", ""),
        "period_months": int(months) if months else None,
        "amount": read_number(amount, "amount") if amount else None,
        "invoice_number": form.get("invoice_number", "").strip(),
    }
