"""The newest payments of pay systems that the newest fifty of the shop do not show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, Text, records
from b24app.checklist.engine.earlier_answers import EarlierAnswers, earlier_answers
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.checklist.engine.traffic import Rhythm, rhythm
from b24app.json_values import JsonObject

FIELDS = ("id", "paySystemId", "datePaid")


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

    def rhythm_of(self, pay_system_id: str) -> Rhythm:
        """When money came through one system, and how often it usually does."""
        return rhythm(row.date_paid for row in self.systems.get(pay_system_id, ()))


def _earlier(asking: Asking) -> EarlierAnswers[tuple[RarePayment, ...]]:
    return earlier_answers(asking, RarePayments, lambda fact: fact.systems)


def _calls(asking: Asking) -> dict[str, Command]:
    seen = {row.pay_system_id for row in asking.found.values["recent_payments"].rows}
    rare = [s.id for s in asking.found.values["pay_systems"].for_orders() if s.id not in seen]
    query: JsonObject = {"select": list(FIELDS), "order": {"id": "desc"}, "start": -1}
    return {
        key: Command("sale.payment.list", {**query, "filter": {"paid": "Y", "paySystemId": key}})
        for key in _earlier(asking).longest_ago_first(rare)
    }


@facts_of(
    _calls,
    "sale.payment.list",
    rank=205,
    scopes=("sale",),
    who=ADMIN,
    uses=("pay_systems", "recent_payments"),
    partial=True,
)
def rare_payments(answers: Mapping[str, Answer], asking: Asking) -> RarePayments:
    """Read sale.payment.list of one system (api-reference/sale/payment/sale-payment-list.md)."""
    found = {key: records(RarePayment, answer.result, "payments") for key, answer in answers.items()}
    return RarePayments(*_earlier(asking).filled_up(found, asking.left_out, asking.now))
