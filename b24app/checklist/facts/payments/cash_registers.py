"""Cash registers that print receipts."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Moment, Text, records
from b24app.checklist.engine.fact import CRM_ADMIN, fact


@dataclass(frozen=True, slots=True)
class CashRegister:
    """Dates may come as an empty map, so `date_last_check` may be missing though receipts were printed."""

    __pydantic_config__ = UPPER

    id: Text
    name: Text = ""
    active: Flag = False
    enabled: Flag = False
    ofd: Text = ""
    use_offline: Flag = False
    date_last_check: Moment = None


@dataclass(frozen=True, slots=True)
class CashRegisters:
    rows: tuple[CashRegister, ...]

    def working(self) -> tuple[CashRegister, ...]:
        """The registers that can print now."""
        return tuple(row for row in self.rows if row.active and row.enabled)


@fact(Command("sale.cashbox.list", {"ORDER": {"ID": "ASC"}}), rank=13, scopes=("cashbox",), who=CRM_ADMIN)
def cash_registers(answer: Answer) -> CashRegisters:
    """Read sale.cashbox.list (api-reference/sale/cashbox/sale-cashbox-list.md)."""
    return CashRegisters(records(CashRegister, answer.result))
