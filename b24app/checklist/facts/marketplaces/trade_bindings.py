"""Orders that came from a trade platform: the newest binding of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Number, Text, records
from b24app.checklist.engine.earlier_rows import remembered
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.json_values import JsonObject

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
    """`older` holds what earlier runs saw of platforms that the newest fifty hardly show."""

    rows: tuple[TradeBinding, ...]
    older: tuple[TradeBinding, ...] = ()

    def by_platform(self) -> dict[str, list[int]]:
        """The ids of the newest orders that each platform brought."""
        found: dict[str, list[int]] = {}
        for row in (*self.rows, *self.older):
            if row.order_id is not None:
                found.setdefault(row.trading_platform_id, []).append(row.order_id)
        return found


def _calls(_asking: Asking) -> dict[str, Command]:
    query: JsonObject = {"select": list(FIELDS), "order": {"id": "desc"}, "start": -1}
    return {"newest": Command("sale.tradeBinding.list", query)}


@facts_of(_calls, "sale.tradeBinding.list", rank=18, scopes=("sale",), second=False)
def trade_bindings(answers: Mapping[str, Answer], asking: Asking) -> TradeBindings:
    """Read sale.tradeBinding.list (api-reference/sale/trade-binding/sale-trade-binding-list.md)."""
    rows = records(TradeBinding, answers["newest"].result, "tradeBindings")
    before = asking.earlier.facts.of(TradeBindings)
    earlier = (*before.rows, *before.older) if before else ()
    return TradeBindings(rows, remembered(rows, earlier, lambda row: row.trading_platform_id))
