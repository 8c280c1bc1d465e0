"""Payment handlers that applications registered, and the hosts of their payment pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import hosts_in, listed, mapped
from b24app.checklist.engine.fact import CRM_ADMIN, fact
from b24app.checklist.engine.pay_test_signs import declared_test_values
from b24app.json_values import JsonObject


@dataclass(frozen=True, slots=True)
class PayHandler:
    """`test_values` holds, by code of a setting, the values that the handler itself calls test."""

    code: str
    name: str
    hosts: tuple[str, ...]
    setting_codes: tuple[str, ...]
    test_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PayHandlers:
    rows: tuple[PayHandler, ...]

    def by_code(self) -> Mapping[str, PayHandler]:
        """The handlers by the code that pay systems name."""
        return {row.code: row for row in self.rows}


def _read(row: JsonObject) -> PayHandler:
    settings = mapped(row.get("SETTINGS"))
    codes = mapped(settings.get("CODES"))
    asked = tuple(code for code, about in codes.items() if "GROUP" not in mapped(about))
    tests = {code: values for code, about in codes.items() if (values := declared_test_values(mapped(about)))}
    return PayHandler(str(row.get("CODE", "")), str(row.get("NAME", "")), hosts_in(settings), asked, tests)


@fact(Command("sale.paysystem.handler.list", {}), rank=31, scopes=("pay_system",), who=CRM_ADMIN)
def pay_handlers(answer: Answer) -> PayHandlers:
    """Read sale.paysystem.handler.list (api-reference/pay-system/sale-pay-system-handler-list.md)."""
    return PayHandlers(tuple(_read(row) for row in listed(answer.result)))
