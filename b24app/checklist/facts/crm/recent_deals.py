"""The newest deals: when they came, from which source, and which outer system made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, Number, Text, records
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.checklist.engine.remembered import remembered
from b24app.json_values import JsonObject

DEAL = 2
FIELDS = ("id", "createdTime", "sourceId", "originatorId")


@dataclass(frozen=True, slots=True)
class Deal:
    __pydantic_config__ = CAMEL

    id: Number
    created_time: Moment = None
    source_id: Text = ""
    originator_id: Text = ""

    @property
    def source(self) -> str:
        """The outer system that made it, else the source that people or forms wrote into it."""
        return self.originator_id or self.source_id


@dataclass(frozen=True, slots=True)
class RecentDeals:
    """`older` holds what earlier runs saw of sources that the newest fifty hardly show."""

    rows: tuple[Deal, ...]
    older: tuple[Deal, ...] = ()

    @property
    def moments(self) -> list[datetime]:
        """When they came, newest first."""
        return [row.created_time for row in self.rows if row.created_time]

    def by_source(self) -> dict[str, list[int]]:
        """The ids of the deals of each source, or of the outer system that made them."""
        found: dict[str, list[int]] = {}
        for row in (*self.rows, *self.older):
            if row.source and row.id is not None:
                found.setdefault(row.source, []).append(row.id)
        return found


def _calls(_asking: Asking) -> dict[str, Command]:
    query: JsonObject = {"entityTypeId": DEAL, "select": list(FIELDS), "order": {"id": "DESC"}, "start": -1}
    return {"newest": Command("crm.item.list", query)}


@facts_of(_calls, "crm.item.list", rank=110, scopes=("crm",))
def recent_deals(answers: Mapping[str, Answer], asking: Asking) -> RecentDeals:
    """Read crm.item.list of deals without counting (api-reference/crm/universal/crm-item-list.md)."""
    rows = records(Deal, answers["newest"].result, "items")
    before = asking.earlier.facts.of(RecentDeals)
    earlier = (*before.rows, *before.older) if before else ()
    return RecentDeals(rows, remembered(rows, earlier, lambda row: row.source, lambda row: row.created_time))
