"""Deals, leads, invoices and purchases as CRM items, built from their numbers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.rest.table import Row
from sandbox.shop.formats import iso, midnight
from sandbox.shop.names import MEN, SURNAMES, phone_of
from sandbox.shop.pipelines import DEAL, INVOICE, INVOICE_CATEGORY, PURCHASE, PURCHASE_CATEGORY
from sandbox.shop.pseudorandom import choose, draw
from sandbox.shop.timeline import Months, Pace

LEAD = 1
FIRST_DEAL = 101
SETTLED = timedelta(days=14)
OWN_SOURCES = ("STORE", "STORE", "WEB", "CALL", "REPEAT_SALE")
_DEAL: Row = {
    "opened": "Y",
    "leadId": None,
    "quoteId": None,
    "productId": None,
    "isRecurring": "N",
    "isRepeatedApproach": "N",
    "isManualOpportunity": "N",
    "taxValue": 0,
    "currencyId": "RUB",
    "probability": None,
    "comments": "",
    "begindateShort": None,
    "closedateShort": None,
    "webformId": 0,
    "ufCrm_1700000001": "",
    "ufCrm_1700000002": None,
    "eventDate": None,
    "eventDateShort": None,
    "eventId": None,
    "eventDescription": None,
    "locationId": None,
    "sourceDescription": None,
    "additionalInfo": None,
    "searchContent": None,
    "orderStage": None,
    "isWork": None,
    "isWon": None,
    "isLose": None,
    "receivedAmount": None,
    "lostAmount": None,
    "hasProducts": None,
    "utmCampaign": None,
    "utmContent": None,
    "utmTerm": None,
}
_LEAD: Row = {
    "opened": "Y",
    "companyId": 0,
    "contactId": 0,
    "isConvert": None,
    "statusDescription": None,
    "productId": None,
    "opportunity": 0,
    "currencyId": "RUB",
    "sourceDescription": None,
    "secondName": None,
    "shortName": None,
    "companyTitle": None,
    "post": None,
    "address": None,
    "comments": "",
    "webformId": 0,
    "originatorId": None,
    "originId": None,
    "dateClosed": None,
    "birthdate": None,
    "honorific": None,
    "hasPhone": "Y",
    "hasEmail": "N",
    "hasImol": "N",
    "login": None,
    "isReturnCustomer": "N",
    "isManualOpportunity": "N",
    "phoneMobile": "",
    "phoneMailing": "",
    "emailHome": "",
    "emailWork": "",
    "emailMailing": "",
    "skype": None,
    "icq": None,
    "imol": "",
    "email": "",
}


@dataclass(frozen=True, slots=True)
class Deals:
    seed: int
    pace: Pace
    lead_months: Months
    managers: tuple[int, ...]
    contacts: int
    companies: int
    pipelines: tuple[int, ...]
    markets: bool

    def deal(self, deal_id: int) -> Row:
        """Build a deal as crm.item.get returns it."""
        index = deal_id - FIRST_DEAL
        chance = draw(self.seed, 70, index)
        made = self.pace.moment(index)
        category = self._category(chance)
        stage, kind = self._stage(chance >> 7, index, category, self.pace.now() - made)
        market = self.market_of(deal_id)
        source = market or OWN_SOURCES[(chance >> 14) % len(OWN_SOURCES)]
        manager = self.managers[(chance >> 21) % len(self.managers)]
        text = iso(made)
        day, closed = midnight(text), midnight(iso(made + timedelta(days=7)))
        contact = 1 + (chance >> 28) % self.contacts
        foreign = market.lower() or None
        return {
            **_DEAL,
            **_marks(deal_id, text, manager),
            "companyId": 1 + (chance >> 40) % self.companies if category == 1 else 0,
            "contactId": contact,
            "title": f"{('Заказ', 'Опт', 'Возврат')[category]} № {deal_id}",
            "categoryId": category,
            "stageId": stage,
            "stageSemanticId": kind,
            "isNew": "Y" if stage.endswith("NEW") else "N",
            "isReturnCustomer": "Y" if index % 3 == 0 else "N",
            "closed": "N" if kind == "P" else "Y",
            "typeId": "SALE" if category else "GOODS",
            "opportunity": 900 + (chance >> 50) % 69 * 100 * (14 if category == 1 else 1),
            "begindate": day,
            "closedate": closed,
            "sourceId": source,
            "originatorId": foreign,
            "originId": f"{700000000 + index}" if foreign else None,
            "utmSource": ("yandex", None, "vk", None)[index % 4] if source in ("STORE", "WEB") else None,
            "utmMedium": "cpc" if source in ("STORE", "WEB") and index % 2 == 0 else None,
            "observers": [],
            "contactIds": [contact],
            "entityTypeId": DEAL,
        }

    def market_of(self, deal_id: int) -> str:
        """Return which marketplace a deal came from, nothing for the own site."""
        place = (deal_id - FIRST_DEAL) % 20
        if not self.markets or place not in (3, 7, 11):
            return ""
        return "WB" if place == 7 else "OZON"

    def lead(self, number: int) -> Row:
        """Build a lead."""
        index = number - 1
        made = self.lead_months.moment(index, 0.5)
        stage, kind = ("NEW", "P"), ("CONVERTED", "S")
        code, semantic = kind if self.pace.now() - made > SETTLED and index % 3 else stage
        if index % 7 == 0 and code != "NEW":
            code, semantic = "JUNK", "F"
        name, surname = choose(MEN, self.seed, 81, index), choose(SURNAMES, self.seed, 82, index)
        phone = phone_of(300000 + number)
        manager = self.managers[draw(self.seed, 83, index) % len(self.managers)]
        return _marks(number, iso(made), manager) | {
            **_LEAD,
            "stageId": code,
            "stageSemanticId": semantic,
            "sourceId": ("WEB", "CALL", "STORE", "OTHER")[index % 4],
            "title": f"Лид № {number}",
            "name": name,
            "lastName": surname,
            "searchContent": f"{number} Лид № {number} {surname} {name}",
            "phoneWork": phone,
            "phone": phone,
            "fm": [{"id": 500000 + number, "valueType": "WORK", "value": phone, "typeId": "PHONE"}],
            **dict.fromkeys(("utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm")),
            "observers": [],
            "contactIds": [],
            "entityTypeId": LEAD,
        }

    def invoice(self, number: int) -> Row:
        """Build an invoice."""
        code = "P" if number % 5 else "S"
        return self._item(number, f"Счёт № {number}", INVOICE, INVOICE_CATEGORY, f"DT31_5:{code}") | {
            "accountNumber": str(number),
            "isManualOpportunity": "N",
            "opportunity": 5200 + number % 47 * 900,
            "taxValue": 0,
            "currencyId": "RUB",
            "mycompanyId": 1,
            "companyId": 1 + number % self.companies,
            "contactId": 0,
            "contactIds": [],
            "parentId2": None,
        }

    def purchase(self, number: int) -> Row:
        """Build a purchase, an element of the smart process."""
        code = "SUCCESS" if number % 4 else "CLIENT"
        return self._item(number, f"Закупка № {number}", PURCHASE, PURCHASE_CATEGORY, f"DT177_7:{code}") | {
            "companyId": 1 + number % self.companies,
            "contactId": 0,
            "contactIds": [],
            "opportunity": 30000 + number % 17 * 5500,
            "isManualOpportunity": "Y",
            "taxValue": 0,
            "currencyId": "RUB",
            "mycompanyId": 1,
            "parentId1": None,
            "parentId2": None,
        }

    def _item(self, number: int, title: str, kind: int, category: int, stage: str) -> Row:
        made = self.lead_months.moment(min(number - 1, self.lead_months.total() - 1), 0.5)
        manager = self.managers[number % len(self.managers)]
        return _marks(number, iso(made), manager) | {
            "title": title,
            "xmlId": None,
            "opened": "Y",
            "categoryId": category,
            "stageId": stage,
            "previousStageId": None,
            "begindate": iso(made),
            "closedate": iso(made + timedelta(days=7)),
            "webformId": 0,
            "sourceId": None,
            "sourceDescription": None,
            "observers": [],
            "entityTypeId": kind,
        }

    def _category(self, chance: int) -> int:
        ticket = chance % 100
        if ticket < 86:
            return 0
        return 1 if ticket < 96 or 2 not in self.pipelines else 2

    def _stage(self, chance: int, index: int, category: int, age: timedelta) -> tuple[str, str]:
        prefix = f"C{category}:" if category else ""
        if age > SETTLED and index % 29:
            won = chance % 100 < 91
            return prefix + ("WON" if won else "LOSE"), "S" if won else "F"
        open_stages = ("NEW", "PREPARATION") if category == 2 else ("NEW", "PREPARATION", "EXECUTING")
        return prefix + open_stages[chance % len(open_stages)], "P"


def _marks(number: int, text: str, manager: int) -> dict[str, Any]:
    """Return authors and times of creation, change and move of an item: here always the same."""
    return {
        "id": number,
        "createdTime": text,
        "dateCreateShort": None,
        "updatedTime": text,
        "dateModifyShort": None,
        "createdBy": manager,
        "updatedBy": manager,
        "assignedById": manager,
        "movedBy": manager,
        "movedTime": text,
        "lastActivityBy": manager,
        "lastActivityTime": text,
    }
