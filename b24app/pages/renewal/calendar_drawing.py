"""Words and marks of the working-day calculator, made from its sums."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext, ngettext

from b24app.terms.payment_plan import PaymentPlan, Transfer, TransferOutcome
from b24app.terms.term import TermKind
from b24app.terms.timeline import DayCell
from b24app.terms.working_days import DayKind
from b24app.text.formats import locale, month, month_year
from b24app.web.filters import day, day_row

Spans = tuple[tuple[date, date], ...]
ROOM_FOR_A_NAME = timedelta(days=3)  # that many cells hold the name of a month that begins before the ribbon
KINDS = {DayKind.WORKING: "work", DayKind.WEEKEND: "weekend", DayKind.HOLIDAY: "holiday"}
TO_ACT_BY = {"prepare", "invoice", "pay"}
LEVELS = {
    TransferOutcome.ON_TIME: "pass",
    TransferOutcome.NO_SPARE: "warn",
    TransferOutcome.IN_GRACE: "warn",
    TransferOutcome.LATE: "fail",
}


def draw_days(cells: Iterable[DayCell], today: date, closed: Spans = ()) -> list[dict[str, Any]]:
    """Cells of the ribbon: letter, number, fill, and the month's name where a month begins."""
    letters = locale().days["stand-alone"]["narrow"]
    drawn: list[dict[str, Any]] = []
    for cell in cells:
        begins = not drawn and (cell.day + ROOM_FOR_A_NAME).month == cell.day.month
        named = month_year(cell.day) if cell.day.day == 1 else month(cell.day) if begins else ""
        drawn.append(
            {
                "date": cell.day,
                "number": cell.day.day,
                "letter": letters[cell.day.weekday()].lower(),
                "kind": "holiday" if _is_closed(cell.day, closed) else KINDS[cell.kind],
                "past": cell.day < today,
                "today": cell.day == today,
                "month": named,
            }
        )
    return drawn


def _is_closed(day_: date, closed: Spans) -> bool:
    """A weekend in the middle of holidays is a part of them."""
    return any(first <= day_ <= last for first, last in closed)


def draw_marks(plan: PaymentPlan, today: date) -> list[dict[str, Any]]:
    """Labels on leader lines under the ribbon; a day to act by that has passed needs none."""
    approval = plan.conditions.approval_days
    marks: list[tuple[date, str, str, str]] = [
        (
            plan.prepare_by,
            "prepare",
            gettext("Prepare by %(day)s", day=day(plan.prepare_by)),
            gettext("plan, details, who signs"),
        ),
        _pay_mark(plan, today),
        (
            plan.conditions.ends_on,
            "end",
            gettext("Ends on %(day)s", day=day(plan.conditions.ends_on)),
            gettext("last paid day"),
        ),
    ]
    if plan.invoice_by and plan.invoice_by != plan.pay_by:
        text = ngettext(
            "then %(num)s working day for approval", "then %(num)s working days for approval", approval
        )
        title = gettext("Invoice by %(day)s", day=day(plan.invoice_by))
        marks.append((plan.invoice_by, "invoice", title, text))
    if plan.conditions.grace_days:
        title = gettext("%(day)s: grace ends", day=day(plan.grace_ends))
        marks.append((plan.grace_ends, "grace", title, gettext("if the money has not come")))
    return [
        {"date": at, "kind": kind, "title": title, "text": text, "past": kind in TO_ACT_BY and at < today}
        for at, kind, title, text in marks
    ]


def _pay_mark(plan: PaymentPlan, today: date) -> tuple[date, str, str, str]:
    """The day to pay; after it the last day on which a transfer still arrives within the grace."""
    if plan.pay_by < today <= plan.last_chance_on:
        title = gettext("Send by %(day)s", day=day(plan.last_chance_on))
        return plan.last_chance_on, "pay", title, gettext("arrives within the grace days")
    title = gettext("Pay by %(day)s", day=day(plan.pay_by))
    return plan.pay_by, "pay", title, gettext("the money arrives on %(day)s", day=day(plan.arrives_on))


def draw_sum(plan: PaymentPlan) -> list[dict[str, Any]]:
    """The arithmetic in a row: end − bank days = pay by − approval = invoice by."""
    transfer, approval = len(plan.transfer), len(plan.approval)
    closed = plan.arrives_by != plan.conditions.ends_on
    label = gettext("Last bank day of the term") if closed else gettext("Term ends")
    steps: list[dict[str, Any]] = [{"label": label, "value": day(plan.arrives_by)}]
    if transfer:
        label = ngettext("bank, %(num)s working day", "bank, %(num)s working days", transfer)
        steps.append({"sign": "−", "label": label, "value": number_days(plan.transfer)})
    steps.append({"sign": "=", "label": gettext("pay by"), "value": day(plan.pay_by), "result": True})
    if approval:
        label = ngettext("approval, %(num)s day", "approval, %(num)s days", approval)
        steps.append({"sign": "−", "label": label, "value": number_days(plan.approval)})
    if plan.invoice_by:
        steps.append(
            {"sign": "=", "label": gettext("invoice by"), "value": day(plan.invoice_by), "result": True}
        )
    return steps


def number_days(days: tuple[date, ...]) -> str:
    """«15, 14, 11»; of many only the first and the last."""
    shown = [str(item.day) for item in days]
    return ", ".join(shown if len(shown) <= 5 else [*shown[:2], "…", shown[-1]])


def draw_rows(rows: Iterable[Transfer], plan: PaymentPlan, kind: str = TermKind.PLAN) -> list[dict[str, Any]]:
    """Rows of «If the money leaves later»."""
    return [
        {
            "sent": day_row(row.sent_on),
            "comes": day_row(row.arrives_on),
            "level": LEVELS[row.outcome],
            "word": _word(row.outcome),
            "meaning": _meaning(row, plan, kind),
        }
        for row in rows
    ]


def _word(outcome: TransferOutcome) -> str:
    return {
        TransferOutcome.ON_TIME: gettext("In time"),
        TransferOutcome.NO_SPARE: gettext("Nothing to spare"),
        TransferOutcome.IN_GRACE: gettext("In the grace days"),
        TransferOutcome.LATE: gettext("Too late"),
    }[outcome]


def _meaning(row: Transfer, plan: PaymentPlan, kind: str) -> str:
    match row.outcome:
        case TransferOutcome.ON_TIME:
            return ngettext("%(num)s working day to spare", "%(num)s working days to spare", row.spare)
        case TransferOutcome.NO_SPARE:
            return gettext("the money arrives on the last day")
        case TransferOutcome.IN_GRACE:
            return gettext("the portal works, but the grace days are running out")
    grace_ends = plan.grace_ends
    if row.arrives_on <= plan.promised_ends:
        return gettext("takes effect on a day of the grace that nobody should rely on")
    if kind != TermKind.PLAN:
        return gettext("%(day)s passes first: what is paid for stops", day=day(grace_ends))
    return gettext(
        "the grace days end before that, on %(day)s: the portal falls to the free plan, applications stop",
        day=day(grace_ends),
    )
