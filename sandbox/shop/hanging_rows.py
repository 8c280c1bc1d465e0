"""What hangs on the items of a generated shop, built from numbers: product rows, comments, activities, requisites, stage history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.rest.table import Row, Table
from sandbox.shop.contacts import Clients
from sandbox.shop.deals import FIRST_DEAL, Deals
from sandbox.shop.names import CITIES
from sandbox.shop.products import FIRST_PRODUCT, Goods
from sandbox.shop.pseudorandom import below, choose
from sandbox.shop.relations import A_DEAL

if TYPE_CHECKING:
    from sandbox.portal import Portal


@dataclass(frozen=True, slots=True)
class Hanging:
    """Rows by their number; which deal or company each belongs to follows from it."""

    seed: int
    deals: Deals
    clients: Clients
    goods: Goods

    def product_row(self, number: int) -> Row:
        """Build a product row of a deal."""
        product = below(self.goods.count, self.seed, 91, number)
        price = self.goods.price(product)
        return {
            "id": number, "ownerId": number // A_DEAL, "ownerType": "D", "productId": FIRST_PRODUCT + product,
            "productName": self.goods.name(product), "price": price, "priceAccount": price,
            "priceExclusive": round(price / 1.22, 2), "priceNetto": round(price / 1.22, 2), "priceBrutto": price,
            "quantity": 1 + number % 3, "discountTypeId": 2, "discountRate": 0, "discountSum": 0, "taxRate": 22,
            "taxIncluded": "Y", "customized": "Y", "measureCode": 796, "measureName": "шт",
            "sort": 10 * (1 + number % A_DEAL), "xmlId": "", "type": 1, "storeId": None,
        }  # fmt: skip

    def comment(self, number: int) -> Row:
        """Build the comment of a deal; it has the deal's number."""
        deal = self.deals.deal(number)
        return {
            "ID": str(number), "ENTITY_ID": str(number), "ENTITY_TYPE": "deal", "CREATED": deal["createdTime"],
            "COMMENT": f"Договорились о доставке, заказ {number}", "AUTHOR_ID": str(deal["assignedById"]),
        }  # fmt: skip

    def activity(self, number: int) -> Row:
        """Build an activity of a deal; it has the deal's number."""
        deal = self.deals.deal(number)
        made, worker = deal["createdTime"], str(deal["assignedById"])
        empty = dict.fromkeys(
            ("PROVIDER_GROUP_ID", "ORIGINATOR_ID", "ORIGIN_ID", "PROVIDER_DATA", "RESULT_VALUE", "RESULT_SUM",
             "RESULT_CURRENCY_ID", "RESULT_SOURCE_ID")
        )  # fmt: skip
        zero = dict.fromkeys(
            ("ASSOCIATED_ENTITY_ID", "RESULT_MARK", "RESULT_STATUS", "RESULT_STREAM", "AUTOCOMPLETE_RULE"),
            "0",
        )
        return {
            "ID": str(number), "OWNER_ID": str(number), "OWNER_TYPE_ID": "2", "TYPE_ID": "6",
            "PROVIDER_ID": "CRM_TODO", "PROVIDER_TYPE_ID": "TODO", "SUBJECT": f"Позвонить по заказу {number}",
            "CREATED": made, "LAST_UPDATED": made, "START_TIME": made, "END_TIME": made, "DEADLINE": made,
            "COMPLETED": "Y", "STATUS": "2", "RESPONSIBLE_ID": worker, "PRIORITY": "2", "NOTIFY_TYPE": "0",
            "NOTIFY_VALUE": "0", "DESCRIPTION": "", "DESCRIPTION_TYPE": "1", "DIRECTION": "0", "LOCATION": "",
            "SETTINGS": [], "AUTHOR_ID": worker, "EDITOR_ID": worker, "PROVIDER_PARAMS": [], **empty, **zero,
        }  # fmt: skip

    def requisite(self, number: int) -> Row:
        """Build the requisite of a company; it has the company's number."""
        company = self.clients.company(number)
        return {
            "ID": str(number), "ENTITY_TYPE_ID": "4", "ENTITY_ID": str(number), "PRESET_ID": "1",
            "DATE_CREATE": company["createdTime"], "DATE_MODIFY": None, "NAME": "Организация", "ACTIVE": "Y",
            "SORT": "500", "XML_ID": None, "RQ_COMPANY_NAME": company["title"], "RQ_INN": f"77{number:08d}",
        }  # fmt: skip

    def bank_detail(self, number: int) -> Row:
        """Build the bank details of a requisite."""
        return {
            "ID": str(number), "ENTITY_ID": str(number), "COUNTRY_ID": "1", "NAME": "Основной счёт", "ACTIVE": "Y",
            "SORT": "500", "RQ_BIK": "044525000", "RQ_ACC_NUM": f"40702810{number:012d}", "RQ_ACC_CURRENCY": "RUB",
        }  # fmt: skip

    def address(self, number: int) -> Row:
        """Build the legal address of a requisite."""
        return {
            "_id": number, "TYPE_ID": "6", "ENTITY_TYPE_ID": "8", "ENTITY_ID": str(number),
            "ADDRESS_1": f"Заводская, {number}", "ADDRESS_2": "", "CITY": choose(CITIES, self.seed, 92, number),
            "POSTAL_CODE": "", "REGION": "", "PROVINCE": "", "COUNTRY": "Россия", "COUNTRY_CODE": None,
            "LOC_ADDR_ID": str(number), "ANCHOR_TYPE_ID": "4", "ANCHOR_ID": str(number),
        }  # fmt: skip

    def deal_history(self, number: int) -> Row:
        """Build the first entry of a deal's history of stages."""
        deal = self.deals.deal(number)
        stage = "NEW" if not deal["categoryId"] else f"C{deal['categoryId']}:NEW"
        return {
            "ID": number, "TYPE_ID": 1, "OWNER_ID": number, "CREATED_TIME": deal["createdTime"],
            "CATEGORY_ID": deal["categoryId"], "STAGE_SEMANTIC_ID": "P", "STAGE_ID": stage,
        }  # fmt: skip


def seed_hanging(portal: Portal, clients: Clients, deals: int, companies: int) -> None:
    """Add the tables of what hangs on the deals and companies that a portal begins with."""
    rows = Hanging(portal.world.seed, portal.extra["deals"], clients, portal.extra["goods"])
    numbers = range(FIRST_DEAL, FIRST_DEAL + deals)
    portal.tables |= {
        "product_row": Table(
            key="id",
            build=rows.product_row,
            ids=(deal * A_DEAL + place for deal in numbers for place in range(deal % 3)),
        ),
        "comment": Table(key="ID", build=rows.comment, ids=(deal for deal in numbers if deal % A_DEAL == 0)),
        "activity": Table(key="ID", build=rows.activity, ids=(deal for deal in numbers if deal % 2 == 0)),
        "requisite": Table(key="ID", build=rows.requisite, ids=range(1, companies + 1)),
        "bank_detail": Table(key="ID", build=rows.bank_detail, ids=range(2, companies + 1, 2)),
        "address": Table(key="_id", build=rows.address, ids=range(1, companies + 1)),
        "deal_history": Table(key="ID", build=rows.deal_history, ids=numbers),
    }
