"""What of a row of the shop is not restored as it was, in words, and the limits for all rows. Pure."""

from collections.abc import Mapping
from enum import IntEnum

from b24app.text.messages import N_


class ShopLoss(IntEnum):
    """What is lost in a restore; the first one is shown where there are several."""

    PAYER = 1
    PARENT = 2
    PAID = 3
    SHIPPED = 4
    GOODS = 5
    DELIVERY = 6
    STATUS = 7
    TELLS = 8
    SECTION = 9
    PRICE = 10
    PROPERTY = 11
    STOCK = 12
    RATE = 13
    UNIT = 14
    FILE = 15
    RESPONSIBLE = 16
    OWNER = 17
    PICTURE = 18


HINDER = frozenset({ShopLoss.PAYER, ShopLoss.PARENT})
"""Without these a row is not put back at all."""
WORDS: Mapping[ShopLoss, str] = {
    ShopLoss.PAYER: N_("Its payer type is not there any more: put the payer type back first."),
    ShopLoss.PARENT: N_("The product it is a variant of is neither in the portal nor in the copy."),
    ShopLoss.PAID: N_("It was paid. Payments are not put back: sums and dates stand in the comment of the order."),
    ShopLoss.SHIPPED: N_("It was shipped. It comes back as not shipped: when it was shipped stands in the comment of the shipment."),
    ShopLoss.GOODS: N_("Some of its goods are not on sale now: they stand in it by name alone. Put the goods back first if they are to be bound to it."),
    ShopLoss.DELIVERY: N_("Its delivery service is not there any more: what was shipped stands in the comment of the order."),
    ShopLoss.STATUS: N_("Its status is not there any more: it begins in the first one."),
    ShopLoss.TELLS: N_("The portal writes to buyers when an order comes into its status, so it begins in the first one. The former stands in its comment."),
    ShopLoss.SECTION: N_("Its section is neither in the portal nor in the copy: it comes to the top of the catalogue."),
    ShopLoss.PRICE: N_("Some of its price types are not there any more: put them back first."),
    ShopLoss.PROPERTY: N_("Some of its properties are not there any more: put them back first."),
    ShopLoss.STOCK: N_("Its stock does not come back: enter it by a document of the stores."),
    ShopLoss.RATE: N_("Its VAT rate is not there any more: put the rate back first."),
    ShopLoss.UNIT: N_("Its unit of measure is not there any more: put the unit back first."),
    ShopLoss.FILE: N_("Files in its properties do not come back with it."),
    ShopLoss.RESPONSIBLE: N_("Who was responsible does not work here any more: it will be you."),
    ShopLoss.OWNER: N_("The deal or invoice it was bound to is not there any more: put that back first, or bind the order in its card."),
    ShopLoss.PICTURE: N_("The copy does not hold its pictures, so they do not come back with it."),
}  # fmt: skip

Limit = tuple[str, str]
NEW_NUMBER = (N_("Numbers"), N_("The portal gives new ones. External codes, by which 1C and sites find a row, come back as they were."))  # fmt: skip
GOODS_LIMITS: tuple[Limit, ...] = (
    NEW_NUMBER,
    (N_("Stock"), N_("While the portal keeps stock by stores, only their documents change it. The amounts of the copy are listed here.")),
    (N_("Pictures and files"), N_("Pictures come back where the copy was made with files, up to 6 MB each and 24 MB a product. Files in properties do not.")),
    (N_("Goods in deals and orders that are there"), N_("They keep the former number: the portal does not bind them to the new one.")),
)  # fmt: skip
SECTION_LIMITS: tuple[Limit, ...] = (NEW_NUMBER,)
ORDER_LIMITS: tuple[Limit, ...] = (
    (N_("Number of the order"), N_("The portal gives a new one. The former number stands in the comment of the order.")),
    (N_("Payments and receipts"), N_("They are not put back, not even as unpaid: whoever marks one as paid may print a second receipt. Sums, dates and pay systems stand in the comment of the order.")),
    (N_("Shipments"), N_("They come back as not shipped and not allowed. Whether goods are reserved for them is decided by the settings of the shop.")),
    (N_("Letters to buyers"), N_("The portal does not tell whether it writes to the buyer of an order that comes back. Look at the notifications of statuses first.")),
    (N_("Client and source of the order"), N_("Applications cannot bring these bindings back: bind the order in its card. The buyer stands in the properties of the order.")),
)  # fmt: skip


def limits_of(base: str) -> tuple[Limit, ...]:
    """The limits for all rows of a kind, shown before the press."""
    return {"order": ORDER_LIMITS, "catalogue_section": SECTION_LIMITS}.get(base, GOODS_LIMITS)
