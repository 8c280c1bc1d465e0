"""Fields with which an order and its parts are created anew. No field marks anything as paid, allowed or shipped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from b24app.backup.restore.data.hanging_writes import Teller
from b24app.backup.restore.data.item_types import MARK
from b24app.backup.restore.data.shop.goods_fields import Made
from b24app.backup.restore.data.shop.present_settings import OrdersNow, present_number
from b24app.backup.restore.data.shop.row_losses import ShopLoss
from b24app.backup.restore.data.shop.row_types import ShopType, number_of
from b24app.json_values import Json, JsonObject, is_object
from b24app.text.messages import N_

SITE = "s1"  # sale-order-add.md: the only value
KEPT = (
    "currency",
    "dateInsert",
    "userDescription",
    "userId",
    "canceled",
    "reasonCanceled",
    "id1c",
    "version1c",
)
BASKET = ("sort", "name", "quantity", "currency", "weight", "dimensions", "measureCode", "measureName", "vatIncluded",
          "catalogXmlId", "productXmlId")  # fmt: skip
FORMER = N_("Came back from the copy. Former number %(number)s, created %(created)s, status %(status)s.")
PAYMENT = N_("Payment %(number)s: %(sum)s %(currency)s, %(system)s, paid %(date)s. It was not put back.")
UNPAID = N_("Payment %(number)s: %(sum)s %(currency)s, %(system)s, not paid. It was not put back.")
SHIPMENT = N_("Shipment %(number)s: %(service)s, %(price)s %(currency)s. Its delivery service is gone, so it was not put back.")  # fmt: skip
SHIPPED = N_("From the copy: it was shipped %(date)s. Do not ship it again.")
TRACKED = N_("From the copy: number of the parcel %(number)s.")
NAMELESS = N_("unknown pay system")


@dataclass(frozen=True, slots=True)
class OrderParts:
    """Rows of the copy that belong to one order."""

    basket: Sequence[JsonObject] = ()
    answers: Sequence[JsonObject] = ()
    payments: Sequence[JsonObject] = ()
    shipments: Sequence[JsonObject] = ()
    basket_properties: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict)
    """By the basket item they belong to."""
    shipment_items: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict)
    """By the shipment they belong to."""

    @property
    def parcels(self) -> Sequence[JsonObject]:
        """The shipments that people made: the portal keeps one of its own for items in no shipment."""
        return [one for one in self.shipments if one.get("system") != "Y"]


def order_losses(
    row: JsonObject, parts: OrderParts, now: OrdersNow, goods: Mapping[str, str]
) -> frozenset[ShopLoss]:
    """What of an order is not restored as it was; `goods` holds present numbers of what is on sale."""
    losses: set[ShopLoss] = set()
    if not payer_of(row, now):
        losses.add(ShopLoss.PAYER)
    if any(one.get("paid") == "Y" for one in parts.payments) or row.get("payed") == "Y":
        losses.add(ShopLoss.PAID)
    if any(one.get("deducted") == "Y" for one in parts.parcels):
        losses.add(ShopLoss.SHIPPED)
    if any(number_of(one.get("productId")) not in goods for one in parts.basket):
        losses.add(ShopLoss.GOODS)
    if any(not delivery_of(one, now) for one in parts.parcels):
        losses.add(ShopLoss.DELIVERY)
    tells = now.statuses.get(str(row.get("statusId") or ""))
    losses |= {ShopLoss.STATUS} if tells is None else {ShopLoss.TELLS} if tells else set()
    if str(row.get("responsibleId") or "") not in now.people:
        losses.add(ShopLoss.RESPONSIBLE)
    for one in parts.answers:
        _, loss = _answer(one, now)
        losses |= {loss} if loss is not None else set()
    return frozenset(losses)


def order_fields(kind: ShopType, row: JsonObject, parts: OrderParts, now: OrdersNow, teller: Teller) -> Made:
    """The fields of sale.order.add; the sum is left to the portal, which counts it from the basket and the shipments."""
    hinder = frozenset[ShopLoss]() if payer_of(row, now) else frozenset({ShopLoss.PAYER})
    fields: dict[str, Json] = {name: row[name] for name in KEPT if row.get(name) not in (None, "")}
    fields |= {"lid": SITE, "personTypeId": int(payer_of(row, now) or "0"), "externalOrder": "Y"}
    if now.statuses.get(str(row.get("statusId") or "")) is False:
        fields["statusId"] = row["statusId"]
    responsible = str(row.get("responsibleId") or "")
    fields["responsibleId"] = int(responsible) if responsible in now.people else now.asked_by
    fields["comments"] = "\n".join(_comments(row, parts, now, teller))
    return Made({**fields, "xmlId": kind.mark_of(row)}, hinder)


def payer_of(row: JsonObject, now: OrdersNow) -> str:
    """The present number of the payer type; empty when it was deleted."""
    return present_number(now.moved, "person_type", now.payers, number_of(row.get("personTypeId")))


def delivery_of(row: JsonObject, now: OrdersNow) -> str:
    """The present number of the delivery service; its own where this portal does not show them."""
    former = number_of(row.get("deliveryId"))
    return former if now.deliveries is None else present_number(now.moved, "delivery", now.deliveries, former)


def basket_fields(order: str, row: JsonObject, goods: Mapping[str, str]) -> JsonObject:
    """The fields of sale.basketitem.add: by the price of that time, whatever the catalogue holds now."""
    price, discount = _money(row.get("price")), _money(row.get("discountPrice"))
    fields: dict[str, Json] = {name: row[name] for name in BASKET if row.get(name) not in (None, "")}
    rate = row.get("vatRate")
    return {
        **fields,
        "orderId": int(order),
        "productId": int(goods.get(number_of(row.get("productId")), "0")),
        "customPrice": "Y",
        "price": price,
        "discountPrice": discount,
        "basePrice": round(price + discount, 4),
        "vatRate": "" if rate is None else rate,
        "xmlId": part_mark(row),
    }


def answer_fields(order: str, parts: OrderParts, now: OrdersNow) -> JsonObject | None:
    """The values of the properties of an order, all at once as sale.propertyvalue.modify takes them; None without any."""
    values = [one for one, _ in (_answer(row, now) for row in parts.answers) if one is not None]
    return {"order": {"id": int(order), "propertyValues": [*values]}} if values else None


def shipment_fields(order: str, row: JsonObject, now: OrdersNow, teller: Teller) -> JsonObject:
    """The fields of sale.shipment.add: neither allowed nor shipped; the tracking number is written in the comment alone."""
    told = [str(row.get("comments") or "").strip()]
    if row.get("deducted") == "Y":
        told.append(teller.say(SHIPPED, date=_day(row.get("dateDeducted"))))
    if row.get("trackingNumber"):
        told.append(teller.say(TRACKED, number=str(row["trackingNumber"])))
    responsible = str(row.get("responsibleId") or "")
    return {
        "orderId": int(order),
        "allowDelivery": "N",
        "deducted": "N",
        "deliveryId": int(delivery_of(row, now)),
        "basePriceDelivery": _money(row.get("priceDelivery")),
        "comments": "\n".join(part for part in told if part),
        "responsibleId": int(responsible) if responsible in now.people else now.asked_by,
        "xmlId": part_mark(row),
    }


def part_mark(row: JsonObject) -> str:
    """The external code by which a part of an order is found again."""
    return f"{MARK}:{row.get('id')}"


def _answer(row: JsonObject, now: OrdersNow) -> tuple[JsonObject | None, ShopLoss | None]:
    former, value = number_of(row.get("orderPropsId")), row.get("value")
    if value in (None, "", []):
        return None, None
    number = present_number(now.moved, "order_property", now.properties.keys(), former)
    if not number:
        return None, ShopLoss.PROPERTY
    if is_object(value) or now.properties[number] == "FILE":
        return None, ShopLoss.FILE
    return {"orderPropsId": int(number), "value": value}, None


def _comments(row: JsonObject, parts: OrderParts, now: OrdersNow, teller: Teller) -> Iterator[str]:
    """The comment of an order: its own words, its former number, what was paid, what cannot be shipped."""
    if own := str(row.get("comments") or "").strip():
        yield own
    number = str(row.get("accountNumber") or row.get("id"))
    yield teller.say(
        FORMER, number=number, created=_day(row.get("dateInsert")), status=str(row.get("statusId") or "?")
    )
    for one in parts.payments:
        system = str(one.get("paySystemName") or now.pay_systems.get(str(one.get("paySystemId")), ""))
        values = {
            "number": str(one.get("accountNumber") or one.get("id")),
            "sum": _words_of(one.get("sum")),
            "currency": str(one.get("currency") or row.get("currency") or ""),
            "system": system or teller.say(NAMELESS),
        }
        paid = one.get("paid") == "Y"
        yield (
            teller.say(PAYMENT, **values, date=_day(one.get("datePaid")))
            if paid
            else teller.say(UNPAID, **values)
        )
    for one in parts.parcels:
        if not delivery_of(one, now):
            yield teller.say(
                SHIPMENT, number=str(one.get("accountNumber") or one.get("id")), service=str(one.get("deliveryName") or "?"),
                price=_words_of(one.get("priceDelivery")), currency=str(one.get("currency") or row.get("currency") or ""),
            )  # fmt: skip


def _money(value: Json) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _words_of(value: Json) -> str:
    return f"{_money(value):.2f}"


def _day(value: Json) -> str:
    try:
        return f"{datetime.fromisoformat(str(value)):%d.%m.%Y}"
    except ValueError:
        return str(value or "?")
