"""What order and delivery statuses are called: orders carry their codes alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.engine.fact import ADMIN, fact


@dataclass(frozen=True, slots=True)
class OrderStatusNames:
    """Names by the code of the status; a status that has none in Russian is absent."""

    names: Mapping[str, str] = field(default_factory=dict)


@fact(
    Command(
        "sale.statusLang.list",
        {
            "select": ["statusId", "name", "lid"],
            "filter": {"lid": "ru"},
            "order": {"statusId": "asc"},
            "start": 0,
        },
    ),
    rank=216,
    scopes=("sale",),
    who=ADMIN,
    second=True,
)
def order_status_names(answer: Answer) -> OrderStatusNames:
    """Read sale.statusLang.list (api-reference/sale/status-lang/sale-status-lang-list.md)."""
    rows = listed(answer.result, "statusLangs")
    return OrderStatusNames(
        {str(row.get("statusId", "")): str(row.get("name", "")) for row in rows if row.get("name")}
    )
