"""Trade platforms: where orders come from inside the portal."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Text, records
from b24app.checklist.engine.fact import fact

FIELDS = ("id", "code", "name", "active", "class", "xmlId")


@dataclass(frozen=True, slots=True)
class TradePlatform:
    __pydantic_config__ = CAMEL

    id: Text
    code: Text = ""
    name: Text = ""
    active: Flag = True


@dataclass(frozen=True, slots=True)
class TradePlatforms:
    rows: tuple[TradePlatform, ...]


@fact(
    Command("sale.tradePlatform.list", {"select": list(FIELDS), "order": {"id": "asc"}, "start": 0}),
    rank=12,
    scopes=("sale",),
)
def trade_platforms(answer: Answer) -> TradePlatforms:
    """Read sale.tradePlatform.list (api-reference/sale/trade-platform/sale-trade-platform-list.md)."""
    return TradePlatforms(records(TradePlatform, answer.result, "tradePlatforms"))
