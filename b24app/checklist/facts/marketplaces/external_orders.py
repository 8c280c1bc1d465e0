"""The newest orders that another system made: each exchange is identified by the prefix of its order numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, Number, Text, records
from b24app.checklist.engine.earlier_rows import remembered
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.errors import AnswerBroken
from b24app.json_values import JsonObject

PREFIX = re.compile(r"^([^\W\d_]+)[\W\d_]")
"""Letters before a sign or a number: “ozon” of “ozon_700000412”. Exchanges choose it themselves, REST only returns it."""
OWN = "bx"
FIRST_TIME = {"newest": -1, "second": 50, "third": 100}


@dataclass(frozen=True, slots=True)
class ExternalOrder:
    __pydantic_config__ = CAMEL

    id: Number
    date_insert: Moment = None
    xml_id: Text = ""

    @property
    def exchange(self) -> str:
        """The prefix of the number in the other system, in lower case; empty when it identifies no exchange."""
        found = PREFIX.match(self.xml_id)
        name = found[1].lower() if found else ""
        return "" if name == OWN else name


@dataclass(frozen=True, slots=True)
class ExternalOrders:
    """`older` holds what earlier runs saw of exchanges that the newest fifty hardly show."""

    rows: tuple[ExternalOrder, ...]
    older: tuple[ExternalOrder, ...] = ()

    @property
    def moments(self) -> list[datetime]:
        """When they came, newest first."""
        return [row.date_insert for row in self.rows if row.date_insert]

    def by_exchange(self) -> dict[str, list[datetime]]:
        """The moments of orders by exchange."""
        found: dict[str, list[datetime]] = {}
        for row in (*self.rows, *self.older):
            if row.date_insert:
                found.setdefault(row.exchange, []).append(row.date_insert)
        return found


def _calls(asking: Asking) -> dict[str, Command]:
    """The newest page; the first time two more, whose contents later runs take from the run before."""
    pages = {"newest": -1} if asking.earlier.facts.of(ExternalOrders) else FIRST_TIME
    query: JsonObject = {
        "select": ["id", "dateInsert", "xmlId"], "filter": {"externalOrder": "Y"}, "order": {"id": "desc"}
    }  # fmt: skip
    return {name: Command("sale.order.list", {**query, "start": start}) for name, start in pages.items()}


@facts_of(_calls, "sale.order.list", rank=103, scopes=("sale",), who=ADMIN, partial=True)
def external_orders(answers: Mapping[str, Answer], asking: Asking) -> ExternalOrders:
    """Read sale.order.list of orders with externalOrder=Y (api-reference/sale/order/sale-order-list.md)."""
    pages = {name: records(ExternalOrder, answer.result, "orders") for name, answer in answers.items()}
    if "newest" not in pages:
        raise AnswerBroken("page_missing", "the newest orders from outside were not shown")
    rows = pages.pop("newest")
    before = asking.earlier.facts.of(ExternalOrders)
    earlier = (*before.rows, *before.older) if before else tuple(chain.from_iterable(pages.values()))
    return ExternalOrders(
        rows, remembered(rows, earlier, lambda row: row.exchange, lambda row: row.date_insert)
    )
