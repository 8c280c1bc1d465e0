"""Cash register handlers that applications registered, and the hosts that print receipts."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import hosts_in, listed
from b24app.checklist.engine.fact import CRM_ADMIN, fact


@dataclass(frozen=True, slots=True)
class CashHandler:
    code: str
    name: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CashHandlers:
    rows: tuple[CashHandler, ...]


@fact(Command("sale.cashbox.handler.list", {}), rank=33, scopes=("cashbox",), who=CRM_ADMIN)
def cash_handlers(answer: Answer) -> CashHandlers:
    """Read sale.cashbox.handler.list (api-reference/sale/cashbox/handler/...-list.md)."""
    return CashHandlers(
        tuple(
            CashHandler(str(row.get("CODE", "")), str(row.get("NAME", "")), hosts_in(row.get("SETTINGS")))
            for row in listed(answer.result)
        )
    )
