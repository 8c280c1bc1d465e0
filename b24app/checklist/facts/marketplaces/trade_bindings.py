"""Orders that came from a trade platform: the newest binding of each."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Number, Text, records
from b24app.checklist.engine.fact import fact

FIELDS = ("id", "orderId", "externalOrderId", "tradingPlatformId")


@dataclass(frozen=True, slots=True)
class TradeBinding:
    __pydantic_config__ = CAMEL

    id: Number
    order_id: Number = None
    external_order_id: Text = ""
    trading_platform_id: Text = ""


@dataclass(frozen=True, slots=True)
class TradeBindings:
    rows: tuple[TradeBinding, ...]

    def by_platform(self) -> dict[str, list[int]]:
        """The ids of the newest orders that each platform brought."""
        found: dict[str, list[int]] = {}
        for row in self.rows:
            if row.order_id is not None:
                found.setdefault(row.trading_platform_id, []).append(row.order_id)
        return found


@fact(
    Command("sale.tradeBinding.list", {"select": list(FIELDS), "order": {"id": "desc"}, "start": -1}),
    rank=18,
    scopes=("sale",),
)
def trade_bindings(answer: Answer) -> TradeBindings:
    """Read sale.tradeBinding.list (api-reference/sale/trade-binding/sale-trade-binding-list.md)."""
    return TradeBindings(records(TradeBinding, answer.result, "tradeBindings"))
