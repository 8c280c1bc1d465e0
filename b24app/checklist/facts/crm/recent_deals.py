"""The newest deals: when they came, from which source, and which outer system made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, Number, Text, records
from b24app.checklist.engine.earlier_rows import remembered
from b24app.checklist.engine.fact import Asking, facts_of
from b24app.json_values import JsonObject

DEAL = 2
YEAR = timedelta(weeks=52)
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
    """`older` holds what earlier runs saw of sources that the newest fifty hardly show.

    Where the portal works without orders, `before` and `after` are the deals on both sides of this day a year ago.
    """

    rows: tuple[Deal, ...]
    older: tuple[Deal, ...] = ()
    before: tuple[Moment, ...] = ()
    after: tuple[Moment, ...] = ()

    @property
    def pause(self) -> timedelta | None:
        """How long no deal came around this day a year ago."""
        earlier = [one for one in self.before if one]
        later = [one for one in self.after if one]
        return min(later) - max(earlier) if earlier and later else None

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


def _calls(asking: Asking) -> dict[str, Command]:
    calls = {"newest": _deals("DESC", list(FIELDS), {})}
    orders = asking.found.values.get("recent_orders")
    if orders is None or not orders.rows:
        edge = (asking.now - YEAR).isoformat(timespec="seconds")
        calls["before"] = _deals("DESC", ["id", "createdTime"], {"<createdTime": edge})
        calls["after"] = _deals("ASC", ["id", "createdTime"], {">=createdTime": edge})
    return calls


def _deals(way: str, fields: list[str], only: JsonObject) -> Command:
    query: JsonObject = {"entityTypeId": DEAL, "select": [*fields], "filter": only, "order": {"id": way}}
    return Command("crm.item.list", {**query, "start": -1})


@facts_of(_calls, "crm.item.list", rank=110, scopes=("crm",))
def recent_deals(answers: Mapping[str, Answer], asking: Asking) -> RecentDeals:
    """Read crm.item.list of deals without counting (api-reference/crm/universal/crm-item-list.md)."""
    pages = {name: records(Deal, answer.result, "items") for name, answer in answers.items()}
    rows = pages["newest"]
    before = asking.earlier.facts.of(RecentDeals)
    earlier = (*before.rows, *before.older) if before else ()
    return RecentDeals(
        rows,
        remembered(rows, earlier, lambda row: row.source, lambda row: row.created_time),
        tuple(row.created_time for row in pages.get("before", ())),
        tuple(row.created_time for row in pages.get("after", ())),
    )
