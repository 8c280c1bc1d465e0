"""The application as the portal sees it: plan code, status, its own paid days."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import UPPER, Flag, Number, Text, record
from b24app.checklist.engine.fact import fact


@dataclass(frozen=True, slots=True)
class Application:
    """`days` and `payment_expired` concern this application's own payment, never the portal's plan."""

    __pydantic_config__ = UPPER

    license: Text = ""
    license_family: Text = ""
    status: Text = ""
    payment_expired: Flag = False
    days: Number = None
    version: Number = None
    installed: Flag = False


@fact(Command("app.info", {}), rank=1)
def application(answer: Answer) -> Application:
    """Read app.info (api-reference/common/system/app-info.md)."""
    return record(Application, answer.result)
