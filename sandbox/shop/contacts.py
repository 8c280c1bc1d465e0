"""Contacts and companies as CRM items, built from their numbers."""

from dataclasses import dataclass
from typing import Any

from sandbox.rest.table import Row
from sandbox.shop.formats import iso
from sandbox.shop.names import (
    CITIES,
    FIRM_KINDS,
    FIRM_WORDS,
    MEN,
    STREETS,
    SURNAMES,
    WOMEN,
    phone_of,
    woman_surname,
)
from sandbox.shop.pseudorandom import below, choose, draw
from sandbox.shop.timeline import Months

CONTACT = 3
COMPANY = 4


@dataclass(frozen=True, slots=True)
class Clients:
    seed: int
    months: Months
    managers: tuple[int, ...]
    companies: int

    def contact(self, number: int) -> Row:
        """Build a contact."""
        stem = choose(SURNAMES, self.seed, 51, number)
        woman = below(2, self.seed, 52, number) == 1
        name = choose(WOMEN if woman else MEN, self.seed, 53, number)
        surname = woman_surname(stem) if woman else stem
        company = 1 + below(self.companies, self.seed, 54, number) if number % 9 == 0 else 0
        phone, email = phone_of(1000 + number), f"buyer{number}@mail.example"
        return self._head(number, 60) | {
            "name": name,
            "lastName": surname,
            "secondName": None,
            "shortName": None,
            "honorific": "HNR_RU_2" if woman else "HNR_RU_1",
            "typeId": "CLIENT",
            "sourceId": ("STORE", "WEB", "CALL", "OZON")[number % 4],
            "sourceDescription": None,
            "companyId": company,
            "companyIds": [company] if company else [],
            "post": None,
            "address": f"{choose(CITIES, self.seed, 55, number)}, {choose(STREETS, self.seed, 56, number)}",
            "birthdate": None,
            "export": "Y",
            "comments": "",
            **_reach(number, phone, email),
            "entityTypeId": CONTACT,
        }

    def company(self, number: int) -> Row:
        """Build a company."""
        kind = choose(FIRM_KINDS, self.seed, 57, number)
        title = f"{kind} «{choose(FIRM_WORDS, self.seed, 58, number)}-{number}»"
        return self._head(number, 61) | {
            "title": title,
            "typeId": "SUPPLIER" if number % 6 == 0 else "CUSTOMER",
            "industry": "OTHER",
            "employees": "EMPLOYEES_1",
            "currencyId": "RUB",
            "revenue": 0,
            "address": choose(CITIES, self.seed, 59, number),
            "bankingDetails": None,
            "isMyCompany": "Y" if number == 1 else "N",
            "contactIds": [],
            "comments": "",
            **_reach(100000 + number, phone_of(700000 + number), f"firm{number}@firm.example"),
            "entityTypeId": COMPANY,
        }

    def _head(self, number: int, salt: int) -> Row:
        made = iso(self.months.moment(number - 1, 0.5) if number <= self.months.total() else self.months.ends)
        manager = self.managers[draw(self.seed, salt, number) % len(self.managers)]
        return {
            "id": number,
            "createdTime": made,
            "dateCreateShort": None,
            "updatedTime": made,
            "dateModifyShort": None,
            "createdBy": manager,
            "updatedBy": manager,
            "assignedById": manager,
            "opened": "Y",
            "webformId": 0,
            "originatorId": None,
            "originId": None,
            "lastActivityBy": manager,
            "lastActivityTime": made,
            "categoryId": 0,
            "utmSource": None,
            "utmMedium": None,
            "utmCampaign": None,
            "utmContent": None,
            "utmTerm": None,
            "observers": [],
        }


def _reach(number: int, phone: str, email: str) -> dict[str, Any]:
    return {
        "hasPhone": "Y",
        "hasEmail": "Y",
        "hasImol": "N",
        "phoneMobile": phone,
        "phoneWork": "",
        "phoneMailing": "",
        "emailHome": "",
        "emailWork": email,
        "emailMailing": "",
        "imol": "",
        "email": email,
        "phone": phone,
        "fm": [
            {"id": number * 2 - 1, "valueType": "WORK", "value": phone, "typeId": "PHONE"},
            {"id": number * 2, "valueType": "WORK", "value": email, "typeId": "EMAIL"},
        ],
    }
