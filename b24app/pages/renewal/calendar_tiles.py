"""Tiles of the working-day calculator and the sum above them: what can still be done, never a day that has passed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext

from b24app.pages.renewal.calendar_drawing import draw_sum, number_days
from b24app.terms.payment_plan import Conditions, PaymentPlan, Transfer
from b24app.terms.stored_terms import CalendarView
from b24app.web.filters import day, day_tile

Tile = dict[str, Any]


def draw_tiles(count: CalendarView, today: date, people: Mapping[str, str]) -> list[Tile]:
    """The days to act by; after the last of them, what is left to do."""
    plan = count.plan
    if today <= plan.pay_by:
        return _in_order(plan, today, people)
    last = next((row for row in count.later if row.sent_on == plan.last_chance_on), None)
    transfer = _by_transfer(last, people) if last and today <= plan.last_chance_on else []
    return [_by_card(current=not transfer), *transfer, *_ends(plan, today, ended=bool(transfer))]


def _in_order(plan: PaymentPlan, today: date, people: Mapping[str, str]) -> list[Tile]:
    details = people.get("decider") or gettext("plan and bank details")
    tiles = [_by(gettext("Prepare"), plan.prepare_by, details, "pencil", today)]
    if plan.invoice_by:
        who = people.get("responsible", "")
        tiles.append(_by(gettext("Invoice by"), plan.invoice_by, who, "sheet", today))
    pay = _by(gettext("Pay by"), plan.pay_by, people.get("payer", ""), "card", today)
    active = _tile(gettext("Activation"), day_tile(plan.activation_on), people.get("activator", ""), "flag")
    return [*tiles, pay | {"current": True}, active]


def _tile(label: str, value: str, note: str, shape: str) -> Tile:
    return {"label": label, "value": value, "note": note, "shape": shape, "current": False}


def _by(label: str, by: date, note: str, shape: str, today: date) -> Tile:
    """A day that has passed is not offered: what it was for is left to do today."""
    if by >= today:
        return _tile(label, day_tile(by), note, shape)
    return _tile(label, gettext("today"), gettext("it had to be done by %(day)s", day=day(by)), shape)


def _by_card(*, current: bool) -> Tile:
    tile = _tile(gettext("By card"), gettext("today"), gettext("at once after the payment"), "card")
    return tile | {"current": current}


def _by_transfer(last: Transfer, people: Mapping[str, str]) -> list[Tile]:
    send = _tile(gettext("Send by"), day_tile(last.sent_on), people.get("payer", ""), "sheet")
    return [
        send | {"current": True},
        _tile(gettext("Takes effect"), day_tile(last.arrives_on), "", "flag"),
    ]


def _ends(plan: PaymentPlan, today: date, *, ended: bool) -> list[Tile]:
    """The end itself where there is room for it, and the end of the grace."""
    ends_on, tiles = plan.conditions.ends_on, []
    if ends_on >= today and not ended:
        tiles.append(_tile(gettext("Term ends"), day_tile(ends_on), "", "stop"))
    if plan.conditions.grace_days and plan.grace_ends >= today:
        tiles.append(_tile(gettext("Grace days until"), day_tile(plan.grace_ends), "", "clock"))
    return tiles


def closed_end(count: CalendarView, today: date) -> date | None:
    """When banks are closed on the last paid day, the last bank day before it; otherwise nothing.

    Money arrives on bank days only, so the day to pay is counted back from that day (needs.md §6.2).
    """
    plan = count.plan
    return plan.arrives_by if plan.arrives_by < plan.conditions.ends_on and today <= plan.pay_by else None


def draw_sum_of(count: CalendarView, today: date) -> list[dict[str, Any]]:
    """The arithmetic of the day that the answer names; none when only a card is left."""
    if today <= count.plan.pay_by:
        return draw_sum(count.plan)
    return _sum_of_last(count.plan) if today <= count.plan.last_chance_on else []


def _sum_of_last(plan: PaymentPlan) -> list[dict[str, Any]]:
    """The grace that we rely on − days of the bank = the last day to send."""
    walked = plan.late_transfer
    steps: list[dict[str, Any]] = [
        {"label": gettext("Grace relied on until"), "value": day(plan.late_arrival)}
    ]
    if walked:
        label = _waiting(plan.conditions, len(walked))
        steps.append({"sign": "−", "label": label, "value": number_days(walked)})
    return [
        *steps,
        {"sign": "=", "label": gettext("send by"), "value": day(plan.last_chance_on), "result": True},
    ]


def _waiting(conditions: Conditions, days: int) -> str:
    if not conditions.late_activation_days:
        return ngettext("bank, %(num)s working day", "bank, %(num)s working days", days)
    return ngettext(
        "bank and activation, %(num)s working day", "bank and activation, %(num)s working days", days
    )
