"""The newest deals: when they came, from which source, and which outer system made them."""

from dataclasses import dataclass
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, Number, Text, records
from b24app.checklist.engine.fact import fact

DEAL = 2
FIELDS = ("id", "createdTime", "sourceId", "originatorId")


@dataclass(frozen=True, slots=True)
class Deal:
    __pydantic_config__ = CAMEL

    id: Number
    created_time: Moment = None
    source_id: Text = ""
    originator_id: Text = ""


@dataclass(frozen=True, slots=True)
class RecentDeals:
    rows: tuple[Deal, ...]

    @property
    def moments(self) -> list[datetime]:
        """When they came, newest first."""
        return [row.created_time for row in self.rows if row.created_time]

    def by_source(self) -> dict[str, list[int]]:
        """The ids of the deals of each source, or of the outer system that made them."""
        found: dict[str, list[int]] = {}
        for row in self.rows:
            if (key := row.originator_id or row.source_id) and row.id is not None:
                found.setdefault(key, []).append(row.id)
        return found


@fact(
    Command(
        "crm.item.list",
        {"entityTypeId": DEAL, "select": list(FIELDS), "order": {"id": "DESC"}, "start": -1},
    ),
    rank=110,
    scopes=("crm",),
    second=True,
)
def recent_deals(answer: Answer) -> RecentDeals:
    """Read crm.item.list of deals without counting (api-reference/crm/universal/crm-item-list.md)."""
    return RecentDeals(records(Deal, answer.result, "items"))
