"""Whether stock accounting is on; it depends on the plan."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class StockAccounting:
    on: bool


@fact(Command("catalog.document.mode.status", {}), rank=25, scopes=("catalog",))
def stock_accounting(answer: Answer) -> StockAccounting:
    """Read catalog.document.mode.status (api-reference/catalog/document/...-mode-status.md)."""
    return StockAccounting(str(answer.result) in {"Y", "True"})
