"""The newest payments of pay systems that the newest fifty of the shop hardly show."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, Text, records
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.json_values import JsonObject

FIELDS = ("id", "paySystemId", "datePaid")
ENOUGH = 4
PAGE = 50


@dataclass(frozen=True, slots=True)
class RarePayment:
    __pydantic_config__ = CAMEL

    pay_system_id: Text = ""
    date_paid: Moment = None


@dataclass(frozen=True, slots=True)
class RarePayments:
    """`asked_at` holds the moments of those that this run did not ask about."""

    systems: Mapping[str, tuple[RarePayment, ...]]
    asked_at: Mapping[str, datetime] = field(default_factory=dict)

    def moments_of(self, pay_system_id: str) -> list[datetime]:
        """When money came through one system, newest first."""
        return [row.date_paid for row in self.systems.get(pay_system_id, ()) if row.date_paid]


def _earlier(asking: Asking) -> EarlierAnswers[tuple[RarePayment, ...]]:
    return earlier_answers(asking, RarePayments, lambda fact: fact.systems)


def _calls(asking: Asking) -> dict[str, Command]:
    rows = asking.found.values["recent_payments"].rows
    if len(rows) < PAGE:
        return {}
    seen = Counter(row.pay_system_id for row in rows)
    systems = asking.found.values["pay_systems"].for_orders()
    rare = [one.id for one in systems if not one.is_offline and seen[one.id] < ENOUGH]
    query: JsonObject = {"select": list(FIELDS), "order": {"id": "desc"}, "start": -1}
    return {
        key: Command("sale.payment.list", {**query, "filter": {"paid": "Y", "paySystemId": key}})
        for key in _earlier(asking).longest_ago_first(rare)
    }


@facts_of(
    _calls,
    "sale.payment.list",
    rank=104,
    scopes=("sale",),
    who=ADMIN,
    uses=("pay_systems", "recent_payments"),
    partial=True,
)
def rare_payments(answers: Mapping[str, Answer], asking: Asking) -> RarePayments:
    """Read sale.payment.list of one system (api-reference/sale/payment/sale-payment-list.md)."""
    found = {key: records(RarePayment, answer.result, "payments") for key, answer in answers.items()}
    return RarePayments(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
