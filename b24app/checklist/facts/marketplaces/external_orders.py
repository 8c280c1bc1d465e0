"""The newest orders that another system made: each exchange is known by how its order numbers begin."""

import re
from dataclasses import dataclass
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, Number, Text, records
from b24app.checklist.engine.fact import ADMIN, fact

PREFIX = re.compile(r"^([^\W\d_]+)[\W\d_]")
"""Letters before a sign or a number: “ozon” of “ozon_700000412”. What exchanges write there is theirs, REST only shows it."""
OWN = "bx"


@dataclass(frozen=True, slots=True)
class ExternalOrder:
    __pydantic_config__ = CAMEL

    id: Number
    date_insert: Moment = None
    xml_id: Text = ""

    @property
    def exchange(self) -> str:
        """How the number in the other system begins, in small letters; empty when that tells nothing."""
        found = PREFIX.match(self.xml_id)
        name = found[1].lower() if found else ""
        return "" if name == OWN else name


@dataclass(frozen=True, slots=True)
class ExternalOrders:
    rows: tuple[ExternalOrder, ...]

    @property
    def moments(self) -> list[datetime]:
        """When they came, newest first."""
        return [row.date_insert for row in self.rows if row.date_insert]

    def by_exchange(self) -> dict[str, list[datetime]]:
        """When they came from each exchange that can be told apart."""
        found: dict[str, list[datetime]] = {}
        for row in self.rows:
            if row.date_insert:
                found.setdefault(row.exchange, []).append(row.date_insert)
        return found


@fact(
    Command(
        "sale.order.list",
        {
            "select": ["id", "dateInsert", "xmlId"],
            "filter": {"externalOrder": "Y"},
            "order": {"id": "desc"},
            "start": -1,
        },
    ),
    rank=103,
    scopes=("sale",),
    who=ADMIN,
    second=True,
)
def external_orders(answer: Answer) -> ExternalOrders:
    """Read sale.order.list of orders with externalOrder=Y (api-reference/sale/order/sale-order-list.md)."""
    return ExternalOrders(records(ExternalOrder, answer.result, "orders"))
