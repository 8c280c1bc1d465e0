"""Currencies with their rates, and the base one that sums are counted in."""

from dataclasses import dataclass
from typing import ClassVar

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Text, records
from b24app.checklist.engine.fact import fact
from b24app.text.messages import N_

WHO = N_("user with access to CRM settings")
RATE_MOVES = 0.2
"""Portals load rates every day: only a rate that is off by more than this is a typing error."""


@dataclass(frozen=True, slots=True)
class Currency:
    __pydantic_config__ = UPPER

    currency: Text
    base: Flag = False
    amount: Text = ""
    amount_cnt: Text = ""

    @property
    def rate(self) -> str:
        """How much one unit is in the base currency, empty when the portal did not return it."""
        try:
            return f"{float(self.amount) / float(self.amount_cnt or 1):.6g}"
        except (ValueError, ZeroDivisionError):
            return ""


@dataclass(frozen=True, slots=True)
class Currencies:
    HAS_GROWN: ClassVar[bool] = True
    rows: tuple[Currency, ...]

    @property
    def base(self) -> str:
        """The code of the base currency, empty when none is marked."""
        return next((row.currency for row in self.rows if row.base), "")


def is_slip(then: str, today: str) -> bool:
    """Whether a rate moved further than rates do; an unknown one did not move."""
    return bool(then and today) and abs(float(today) - float(then)) > float(then) * RATE_MOVES


@fact(Command("crm.currency.list", {}), rank=45, scopes=("crm",), who=WHO)
def currencies(answer: Answer) -> Currencies:
    """Read crm.currency.list (api-reference/crm/currency/crm-currency-list.md)."""
    return Currencies(records(Currency, answer.result))
