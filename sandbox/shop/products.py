"""Products with variants, prices and stock, computed from the number of a product."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.rest.table import Row, Table
from sandbox.shop.formats import iso
from sandbox.shop.pseudorandom import below, choose, share

CATALOGUE = 23
OFFERS = 24
BASE_PRICE = 1
WHOLESALE = 2
FIRST_PRODUCT = 1201
FIRST_OFFER = 5001
_KINDS = (
    "Плед",
    "Кружка",
    "Чайник",
    "Полотенце",
    "Скатерть",
    "Подсвечник",
    "Ваза",
    "Фартук",
    "Корзина",
    "Поднос",
)
_LOOKS = (
    "«Река»",
    "«Лён»",
    "«Сосна»",
    "«Туман»",
    "«Брусника»",
    "«Овёс»",
    "«Глина»",
    "«Иней»",
    "«Мята»",
    "«Янтарь»",
)


BLANK_ELEMENT: Row = {
    "active": "Y",
    "barcodeMulti": "N",
    "bundle": "N",
    "canBuyZero": "N",
    "createdBy": 1,
    "dateActiveFrom": None,
    "dateActiveTo": None,
    "detailPicture": None,
    "detailText": None,
    "detailTextType": "text",
    "height": None,
    "length": None,
    "measure": 5,
    "modifiedBy": 1,
    "previewPicture": None,
    "previewText": None,
    "previewTextType": "text",
    "purchasingCurrency": "RUB",
    "quantityReserved": 0,
    "quantityTrace": "Y",
    "recurSchemeLength": None,
    "recurSchemeType": "D",
    "sort": 100,
    "subscribe": "Y",
    "trialPriceId": None,
    "vatId": 3,
    "vatIncluded": "Y",
    "width": None,
    "withoutOrder": "N",
}


@dataclass(frozen=True, slots=True)
class Goods:
    seed: int
    count: int
    began: datetime

    def price(self, number: int) -> int:
        """Return the base price of a product: many cheap products and a few expensive ones."""
        return 290 + int(share(self.seed, 11, number) ** 2 * 513) * 10

    def name(self, number: int) -> str:
        """Return the name of a product."""
        return f"{choose(_KINDS, self.seed, 12, number)} {choose(_LOOKS, self.seed, 13, number)} № {number}"

    def remainder(self, number: int) -> int:
        """Return the quantity in the main store; some products are out of stock."""
        return max(0, below(70, self.seed, 14, number) - 6)

    def product(self, product_id: int) -> Row:
        """Build a product as catalog.product.list returns it."""
        number = product_id - FIRST_PRODUCT
        return self._element(
            number, FIRST_PRODUCT + number, CATALOGUE, self.name(number), 3 if number % 4 == 0 else 1
        )

    def offer(self, offer_id: int) -> Row:
        """Build a variant; every fourth product has three."""
        number = offer_id - FIRST_OFFER
        parent = number // 3 * 4
        size = ("малый", "средний", "большой")[number % 3]
        row = self._element(parent, FIRST_OFFER + number, OFFERS, f"{self.name(parent)}, {size}", 4)
        link = {"value": str(FIRST_PRODUCT + parent), "valueId": str(9000 + number)}
        return row | {"parentId": link, "iblockSectionId": None, "recurSchemeLength": None}

    def offer_count(self) -> int:
        """Count the variants."""
        return (self.count + 3) // 4 * 3

    def price_row(self, price_id: int) -> Row:
        """Build a price: every product has a base price, every second one a wholesale price too."""
        number = price_id - 1
        wholesale = number >= self.count
        product = (number - self.count) * 2 if wholesale else number
        price = self.price(product)
        return {
            "catalogGroupId": WHOLESALE if wholesale else BASE_PRICE,
            "currency": "RUB",
            "extraId": None,
            "id": price_id,
            "price": round(price * 0.82) if wholesale else price,
            "priceScale": round(price * 0.82) if wholesale else price,
            "productId": FIRST_PRODUCT + product,
            "quantityFrom": None,
            "quantityTo": None,
            "timestampX": iso(self.began),
        }

    def stock_row(self, row_id: int) -> Row:
        """Build the remainder of a product in the main store."""
        number = row_id - 1
        return {
            "amount": self.remainder(number),
            "id": row_id,
            "productId": FIRST_PRODUCT + number,
            "quantityReserved": None,
            "storeId": 1,
        }

    def _element(self, number: int, row_id: int, iblock: int, name: str, kind: int) -> Row:
        made = self.began + timedelta(hours=number)
        left = self.remainder(number)
        return {
            **BLANK_ELEMENT,
            "available": "Y" if left else "N",
            "code": f"item-{row_id}",
            "dateCreate": iso(made),
            "iblockId": iblock,
            "iblockSectionId": 31 + number % 3,
            "id": row_id,
            "name": name,
            "purchasingPrice": round(self.price(number) * 0.55),
            "quantity": left,
            "timestampX": iso(made),
            "type": kind,
            "weight": 200 + number % 9 * 150,
            "xmlId": f"item-{row_id}",
        }


def catalogs() -> Table:
    """Build the two trade catalogues: products and their variants."""
    rows = [
        _catalog(CATALOGUE, "Товарный каталог CRM", None, None),
        _catalog(OFFERS, "Товарный каталог CRM (предложения)", CATALOGUE, 97),
    ]
    return Table(rows, key="id")


def _catalog(number: int, name: str, parent: int | None, property_id: int | None) -> Row:
    return {
        "iblockId": number,
        "iblockTypeId": 0,
        "id": number,
        "lid": "s1",
        "name": name,
        "productIblockId": parent,
        "skuPropertyId": property_id,
        "subscription": "N",
        "vatId": 3,
    }
