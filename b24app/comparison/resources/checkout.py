"""What buyers pay and get their orders with: pay systems, cash registers, delivery services, order statuses."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.checklist.facts.delivery.delivery_configs import DeliveryConfigs
from b24app.checklist.facts.delivery.order_statuses import OrderStatuses
from b24app.checklist.facts.payments.cash_registers import CashRegisters
from b24app.checklist.facts.payments.pay_settings import PaySettingsById
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.comparison.resource import Found, Resource, flag, resource
from b24app.text.messages import N_


@resource(
    N_("Pay system"),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    meaning=N_("Buyers cannot pay with it."),
    remedy=N_("Create or switch it on again in CRM → Settings → Payment systems and make a test payment."),
    place=N_("CRM → Settings → Payment systems"),
    fields={
        "handler": N_("handler"),
        "mode": N_("mode"),
        "registry": N_("what is paid with it"),
        "payer": N_("payer type"),
        "receipt": N_("receipts"),
        "settings": N_("settings"),
    },
    replacing=("handler",),
)
def pay_system(pay_systems: PaySystems, pay_settings: PaySettingsById | None = None) -> Found:
    """Pay systems by id; their settings by fingerprint."""
    for row in pay_systems.systems:
        fields = {
            "handler": row.action_file,
            "mode": row.ps_mode,
            "registry": row.entity_registry_type,
            "payer": str(row.person_type_id or ""),
            "receipt": flag(row.can_print_check),
        }
        if pay_settings and row.id in pay_settings.systems:
            fields["settings"] = pay_settings.systems[row.id].fingerprint
        yield row.id, Resource(row.name, "", fields, row.active)


@resource(
    N_("Cash register"),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    meaning=N_("Receipts are not printed, which the law asks for."),
    remedy=N_("Switch the cash register on and print a test receipt."),
    place=N_("CRM → Settings → Cash registers"),
    fields={
        "enabled": N_("switched on inside"),
        "ofd": N_("fiscal data operator"),
        "offline": N_("works offline"),
    },
)
def cash_register(cash_registers: CashRegisters) -> Found:
    """Cash registers by id."""
    for row in cash_registers.rows:
        fields = {"enabled": flag(row.enabled), "ofd": row.ofd, "offline": flag(row.use_offline)}
        yield row.id, Resource(row.name, "", fields, row.active)


@resource(
    N_("Delivery service"),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    meaning=N_("Buyers cannot choose it at the checkout."),
    remedy=N_("Add or switch on the delivery service; its settings are in the snapshot."),
    place=N_("CRM → Settings → Delivery services"),
    fields={"name": N_("name"), "parent": N_("service it belongs to"), "settings": N_("settings")},
)
def delivery(deliveries: Deliveries, delivery_configs: DeliveryConfigs | None = None) -> Found:
    """Delivery services and profiles by id; their configuration by fingerprint."""
    names = {row.id: row.name for row in deliveries.services}
    for row in deliveries.services:
        fields = {"name": row.name, "parent": str(row.parent_id or "")}
        if delivery_configs and row.id in delivery_configs.services:
            fields["settings"] = delivery_configs.services[row.id].fingerprint
        yield row.id, Resource(row.name, names.get(str(row.parent_id), ""), fields, row.active)


@resource(
    N_("Order status"),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    meaning=N_("Orders in this status have nowhere to stand, and exchanges with 1C break."),
    remedy=N_("Create the status again with the same code."),
    place=N_("CRM → Settings → Order statuses"),
    fields={"type": N_("type")},
)
def order_status(order_statuses: OrderStatuses) -> Found:
    """Order statuses by type and code."""
    for row in order_statuses.rows:
        yield f"{row.type}:{row.id}", Resource(row.id, "", {"type": row.type})
