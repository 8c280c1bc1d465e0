"""Causes of alerts: the right that allows each to be shown, and the checks that belong to it. Pure."""

from enum import StrEnum

from b24app.integrators.rights import MemberRole, Right
from b24app.text.messages import N_


class AlertCause(StrEnum):
    """Why a client is red; the value is stored."""

    PAYMENT = "payment"
    DELIVERY = "delivery"
    CASH = "cash"
    LOSS = "loss"
    DARK = "dark"
    UNPAID = "unpaid"
    CONSENT = "consent"
    SWEEP = "sweep"
    BROKE = "broke"


class AlertEnd(StrEnum):
    """Why an alert ended: it is green again, nothing of it may be shown any more, another one replaced it; the value is stored."""

    GREEN = "green"
    HIDDEN = "hidden"
    OVERTAKEN = "overtaken"


SHOP_CHECKS = {
    AlertCause.PAYMENT: frozenset(
        {"pay_system_for_orders", "pay_systems_still_on", "pay_handlers_installed"}
    ),
    AlertCause.DELIVERY: frozenset({"deliveries_still_on", "delivery_active", "delivery_handlers_installed"}),
    AlertCause.CASH: frozenset({"cash_registers_work"}),
}
"""The checks of each cause of the shop; every other check that blocks anew is `BROKE`."""

BY_CHECKS = frozenset({*SHOP_CHECKS, AlertCause.BROKE})
AT_ONCE = frozenset(AlertCause) - {AlertCause.BROKE}
"""Causes that are sent without waiting for Monday; the others are in the list, in the digest and in tasks."""

TASKED = frozenset({*BY_CHECKS, AlertCause.LOSS})
"""Causes that become a task."""

OF_MONEY = frozenset({AlertCause.UNPAID})
TITLES = {
    AlertCause.PAYMENT: N_("payment does not work"),
    AlertCause.DELIVERY: N_("delivery does not work"),
    AlertCause.CASH: N_("the cash register does not work"),
    AlertCause.LOSS: N_("many objects are gone at once"),
    AlertCause.DARK: N_("the portal does not answer"),
    AlertCause.UNPAID: N_("the day has passed and nothing is paid"),
    AlertCause.CONSENT: N_("the access ends"),
    AlertCause.SWEEP: N_("not checked for more than two days"),
    AlertCause.BROKE: N_("something broke in the shop"),
}


def may_hear(role: MemberRole, cause: str) -> bool:
    """Whether a role is notified of a cause at all: an accountant of money alone."""
    return role is not MemberRole.ACCOUNTANT or cause in OF_MONEY


def right_of(cause: str) -> str:
    """The right under which a client's journal records that a cause was reported; empty where every access allows it."""
    if cause in BY_CHECKS:
        return Right.CHECKS
    if cause == AlertCause.LOSS:
        return Right.COPY
    return Right.TERMS if cause in OF_MONEY else ""
