"""VAT rates of the catalogue."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Amount, Flag, Text, records
from b24app.checklist.engine.fact import ADMIN, fact


@dataclass(frozen=True, slots=True)
class VatRate:
    __pydantic_config__ = CAMEL

    id: Text
    name: Text = ""
    rate: Amount = ""
    active: Flag = True


@dataclass(frozen=True, slots=True)
class VatRates:
    rows: tuple[VatRate, ...]


@fact(
    Command("catalog.vat.list", {"order": {"id": "asc"}, "start": 0}), rank=46, scopes=("catalog",), who=ADMIN
)
def vat_rates(answer: Answer) -> VatRates:
    """Read catalog.vat.list (api-reference/catalog/vat/catalog-vat-list.md)."""
    return VatRates(records(VatRate, answer.result, "vats"))
