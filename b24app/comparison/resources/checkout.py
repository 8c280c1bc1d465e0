"""Resources of ordering, payment and delivery: pay systems, cash registers, delivery services, statuses, fields of the checkout."""

from b24app.checklist.engine.check import Area, Severity
from b24app.checklist.facts.delivery.checkout_fields import CheckoutFields
from b24app.checklist.facts.delivery.deliveries import Deliveries
from b24app.checklist.facts.delivery.delivery_configs import DeliveryConfigs
from b24app.checklist.facts.delivery.order_status_names import OrderStatusNames
from b24app.checklist.facts.delivery.order_statuses import OrderStatuses
from b24app.checklist.facts.payments.cash_registers import CashRegisters
from b24app.checklist.facts.payments.pay_handlers import PayHandlers
from b24app.checklist.facts.payments.pay_settings import PaySettingsById
from b24app.checklist.facts.payments.pay_systems import PaySystems
from b24app.checklist.facts.payments.person_types import PersonTypes
from b24app.comparison.resource import NOT_SEEN, Field, Found, Resource, flag, resource
from b24app.comparison.words import HANDLERS, MODES, OPERATORS, PROPERTY_TYPES, REGISTRIES, STATUS_TYPES
from b24app.text.messages import N_


@resource(
    N_("Pay system"),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    meaning=N_("Buyers cannot pay with it."),
    remedy=N_("Create or switch it on again in CRM → Settings → Payment systems and make a test payment."),
    place=N_("CRM → Settings → Payment systems"),
    link="/shop/settings/sale_pay_system/",
    fields={
        "handler": Field(N_("handler"), words=HANDLERS),
        "mode": Field(N_("way of paying"), words=MODES),
        "registry": Field(N_("what is paid with it"), words=REGISTRIES),
        "payer": N_("payer type"),
        "receipt": N_("receipts"),
        "settings": N_("settings"),
    },
    replacing=("handler",),
)
def pay_system(
    pay_systems: PaySystems,
    pay_settings: PaySettingsById | None = None,
    pay_handlers: PayHandlers | None = None,
    person_types: PersonTypes | None = None,
) -> Found:
    """Pay systems by id; their settings by fingerprint. One of the same handler, mode and payer can replace another."""
    handlers = {row.code: row.name for row in pay_handlers.rows} if pay_handlers else {}
    payers = {row.id: row.name for row in person_types.rows} if person_types else {}
    for row in pay_systems.systems:
        fields = {
            "handler": row.action_file,
            "mode": row.ps_mode,
            "registry": row.entity_registry_type,
            "payer": str(row.person_type_id or ""),
            "receipt": flag(row.can_print_check),
        }
        if pay_settings and row.id in pay_settings.systems and pay_settings.systems[row.id].is_shown:
            fields["settings"] = pay_settings.systems[row.id].fingerprint
        shown = {"handler": handlers.get(row.action_file, ""), "payer": payers.get(row.person_type_id, "")}
        role = f"{row.action_file}:{row.ps_mode}:{row.person_type_id}"
        yield row.id, Resource(row.name, "", fields, row.active, role=role, shown=shown)


@resource(
    N_("Cash register"),
    area=Area.PAYMENTS,
    severity=Severity.ORDERS,
    meaning=N_("Receipts are not printed, which the law asks for."),
    remedy=N_("Switch the cash register on and print a test receipt."),
    place=N_("CRM → Settings → Cash registers"),
    link="/shop/settings/sale_cashbox_list/",
    fields={
        "enabled": N_("switched on inside"),
        "ofd": Field(N_("fiscal data operator"), words=OPERATORS),
        "offline": N_("works offline"),
    },
    field_advice={
        "ofd": N_(
            "Check the contract with the operator, then print a test receipt and find it in the operator's cabinet."
        ),
    },
)
def cash_register(cash_registers: CashRegisters) -> Found:
    """Cash registers by id."""
    for row in cash_registers.rows:
        fields = {"enabled": flag(row.enabled), "ofd": row.ofd, "offline": flag(row.use_offline)}
        yield row.id, Resource(row.name, "", fields, row.active, role="register")


@resource(
    N_("Delivery service"),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    meaning=N_("Buyers cannot choose it at the checkout."),
    remedy=N_("Add or switch on the delivery service again and count the price of one delivery."),
    place=N_("CRM → Settings → Delivery services"),
    link="/shop/settings/sale_delivery_service_list/",
    fields={"name": N_("name"), "parent": N_("service it belongs to"), "settings": N_("settings")},
)
def delivery(deliveries: Deliveries, delivery_configs: DeliveryConfigs | None = None) -> Found:
    """Delivery services and profiles by id; their configuration by fingerprint."""
    names = {row.id: row.name for row in deliveries.services}
    for row in deliveries.services:
        fields = {"name": row.name, "parent": str(row.parent_id or "")}
        if (
            delivery_configs
            and row.id in delivery_configs.services
            and delivery_configs.services[row.id].is_shown
        ):
            fields["settings"] = delivery_configs.services[row.id].fingerprint
        parent = names.get(str(row.parent_id), "")
        yield (
            row.id,
            Resource(
                row.name,
                parent,
                fields,
                row.active,
                shown={"parent": parent},
                part_of=("delivery", str(row.parent_id)) if row.parent_id else ("", ""),
            ),
        )


@resource(
    N_("Order status"),
    area=Area.DELIVERY,
    severity=Severity.ORDERS,
    meaning=N_("Orders in this status have nowhere to stand, and exchanges with 1C break."),
    remedy=N_("Create the status again with the same code."),
    place=N_("CRM → Settings → Order statuses"),
    fields={"type": Field(N_("type"), words=STATUS_TYPES)},
)
def order_status(order_statuses: OrderStatuses, order_status_names: OrderStatusNames | None = None) -> Found:
    """Order and delivery statuses by type and code, shown by their names where these are known."""
    names = order_status_names.names if order_status_names else {}
    for row in order_statuses.rows:
        yield (
            f"{row.type}:{row.id}",
            Resource(names.get(row.id, row.id), STATUS_TYPES.get(row.type, ""), {"type": row.type}),
        )


@resource(
    N_("Field of the checkout"),
    area=Area.DELIVERY,
    meaning=N_("What buyers wrote into it does not reach orders any more."),
    remedy=N_("Set the field as it was and place a test order."),
    place=N_("CRM → Settings → Order properties"),
    link="/shop/orderform/",
    fields={"name": N_("name"), "required": N_("required"), "type": Field(N_("type"), words=PROPERTY_TYPES)},
    field_advice={
        "required": N_(
            "Place a test order: while the field is empty no order is placed. Exchanges must fill it in too."
        ),
    },
)
def checkout_field(checkout_fields: CheckoutFields, person_types: PersonTypes | None = None) -> Found:
    """Order properties by id; older snapshots hold the required ones alone, which makes no other one new."""
    if all(row.required for row in checkout_fields.rows):
        yield "field:*", NOT_SEEN
        return
    payers = {row.id: row.name for row in person_types.rows} if person_types else {}
    for row in checkout_fields.rows:
        fields = {"name": row.name, "required": flag(row.required), "type": row.type}
        yield f"field:{row.id}", Resource(row.name, payers.get(row.person_type_id, ""), fields, row.active)
