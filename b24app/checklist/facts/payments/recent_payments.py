"""The newest paid payments: how lively each pay system is."""

from dataclasses import dataclass
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Moment, Number, Text, records
from b24app.checklist.engine.fact import ADMIN, fact

FIELDS = (
    "id", "orderId", "paySystemId", "paySystemName", "paid", "datePaid", "marked", "reasonMarked", "psStatus",
    "psStatusCode", "psStatusMessage",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Payment:
    __pydantic_config__ = CAMEL

    id: Number
    order_id: Number = None
    pay_system_id: Text = ""
    pay_system_name: Text = ""
    paid: Flag = False
    date_paid: Moment = None
    marked: Flag = False


@dataclass(frozen=True, slots=True)
class RecentPayments:
    rows: tuple[Payment, ...]

    def moments_of(self, pay_system_id: str) -> list[datetime]:
        """When money came through one system, newest first."""
        mine = (row.date_paid for row in self.rows if row.pay_system_id == pay_system_id)
        return [moment for moment in mine if moment]


@fact(
    Command(
        "sale.payment.list",
        {"select": list(FIELDS), "filter": {"paid": "Y"}, "order": {"id": "desc"}, "start": -1},
    ),
    rank=16,
    scopes=("sale",),
    who=ADMIN,
)
def recent_payments(answer: Answer) -> RecentPayments:
    """Read sale.payment.list (api-reference/sale/payment/sale-payment-list.md) without counting."""
    return RecentPayments(records(Payment, answer.result, "payments"))
