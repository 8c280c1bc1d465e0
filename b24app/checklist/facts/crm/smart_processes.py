"""Smart processes and what is switched on in each."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.engine.fact import fact
from b24app.json_values import JsonObject
from b24app.text.messages import N_

WHO = N_("user with administrative access to CRM")

PARTS = {
    "isCategoriesEnabled": N_("Pipelines of its own"),
    "isStagesEnabled": N_("Stages"),
    "isBeginCloseDatesEnabled": N_("Dates of beginning and end"),
    "isClientEnabled": N_("Client field"),
    "isUseInUserfieldEnabled": N_("Use in custom fields"),
    "isLinkWithProductsEnabled": N_("Goods"),
    "isMycompanyEnabled": N_("Field of one's own company"),
    "isDocumentsEnabled": N_("Printed documents"),
    "isSourceEnabled": N_("Source field"),
    "isObserversEnabled": N_("Observers"),
    "isRecyclebinEnabled": N_("Recycle bin"),
    "isAutomationEnabled": N_("Robots and triggers"),
    "isBizProcEnabled": N_("Business processes"),
    "isSetOpenPermissions": N_("New pipelines open to everybody"),
    "isPaymentsEnabled": N_("Payments"),
    "isCountersEnabled": N_("Counters"),
}
"""What may be switched on inside (api-reference/crm/universal/user-defined-object-types/crm-type-add.md)."""


@dataclass(frozen=True, slots=True)
class SmartProcess:
    entity_type_id: str
    title: str
    enabled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SmartProcesses:
    rows: tuple[SmartProcess, ...]

    def by_type(self) -> dict[str, SmartProcess]:
        """All of them by entity type, which an update never changes."""
        return {row.entity_type_id: row for row in self.rows}


def _read(row: JsonObject) -> SmartProcess:
    on = tuple(sorted(key for key, value in row.items() if key.startswith("is") and value == "Y"))
    return SmartProcess(str(row.get("entityTypeId", "")), str(row.get("title", "")), on)


@fact(Command("crm.type.list", {"order": {"id": "ASC"}, "start": 0}), rank=19, scopes=("crm",), who=WHO)
def smart_processes(answer: Answer) -> SmartProcesses:
    """Read crm.type.list (api-reference/crm/universal/user-defined-object-types/crm-type-list.md)."""
    return SmartProcesses(tuple(_read(row) for row in listed(answer.result, "types")))
