"""Whether CRM works with leads or without them."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.fact import fact

CLASSIC = "1"


@dataclass(frozen=True, slots=True)
class CrmMode:
    with_leads: bool


@fact(Command("crm.settings.mode.get", {}), rank=40, scopes=("crm",))
def crm_mode(answer: Answer) -> CrmMode:
    """Read crm.settings.mode.get (api-reference/crm/crm-settings-mode-get.md): 1 classic, 2 simple."""
    return CrmMode(str(answer.result) == CLASSIC)
