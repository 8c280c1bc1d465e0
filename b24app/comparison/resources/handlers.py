"""Handlers that applications registered in the portal: of payment, of delivery, of cash registers."""

from collections.abc import Iterable
from typing import Protocol

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.facts.delivery.delivery_handlers import DeliveryHandlers
from b24app.checklist.facts.payments.cash_handlers import CashHandlers
from b24app.checklist.facts.payments.pay_handlers import PayHandlers
from b24app.comparison.resource import Found, Resource, resource
from b24app.text.messages import N_


class Handler(Protocol):
    """The compared fields of a handler of any kind."""

    @property
    def code(self) -> str:
        """Its code."""
        ...

    @property
    def name(self) -> str:
        """Its name for people."""
        ...

    @property
    def hosts(self) -> tuple[str, ...]:
        """The servers that it works with."""
        ...


def _by_code(rows: Iterable[Handler]) -> Found:
    for row in rows:
        yield row.code, Resource(row.name, "", {"name": row.name, "hosts": ", ".join(row.hosts)})


@resource(
    N_("Payment handler of an application"),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    meaning=N_("Pay systems that work through it take no money."),
    remedy=N_("Install the application of this handler again and make a test payment."),
    place=N_("CRM → Settings → Payment systems"),
    link="/shop/settings/sale_pay_system/",
    fields={"name": N_("name"), "hosts": N_("address that takes the money")},
)
def pay_handler(pay_handlers: PayHandlers) -> Found:
    """Payment handlers that applications registered, by code."""
    return _by_code(pay_handlers.rows)


@resource(
    N_("Delivery handler of an application"),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    meaning=N_("Delivery services that work through it count no price."),
    remedy=N_("Install the application of this handler again and count the price of one delivery."),
    place=N_("CRM → Settings → Delivery services"),
    link="/shop/settings/sale_delivery_service_list/",
    fields={"name": N_("name"), "hosts": N_("address that counts the price")},
)
def delivery_handler(delivery_handlers: DeliveryHandlers) -> Found:
    """Delivery handlers that applications registered, by code."""
    return _by_code(delivery_handlers.rows)


@resource(
    N_("Application of a cash register"),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    meaning=N_("Its cash registers print no receipts."),
    remedy=N_("Install the application of the cash register again and print a test receipt."),
    place=N_("CRM → Settings → Cash registers"),
    link="/shop/settings/sale_cashbox_list/",
    fields={"name": N_("name"), "hosts": N_("address that prints receipts")},
    minor=("name",),
)
def cash_handler(cash_handlers: CashHandlers) -> Found:
    """Handlers of cash registers that applications registered, by code."""
    return _by_code(cash_handlers.rows)
