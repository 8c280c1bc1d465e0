"""The orders around this day a year ago: whether the shop paused then as it does now, and whether it trades on holidays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, listed, record
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.json_values import JsonObject

YEAR = timedelta(weeks=52)
"""The same weekday a year ago."""
DEAL = 2


@dataclass(frozen=True, slots=True)
class DatedRow:
    __pydantic_config__ = CAMEL

    date_insert: Moment = None
    created_time: Moment = None

    @property
    def moment(self) -> datetime | None:
        """When it came."""
        return self.date_insert or self.created_time


@dataclass(frozen=True, slots=True)
class YearAgo:
    """The newest fifty before that moment, newest first, and the fifty after it, oldest first."""

    before: tuple[Moment, ...] = ()
    after: tuple[Moment, ...] = ()

    @property
    def moments(self) -> list[datetime]:
        """All of them, the oldest first; nothing came between two neighbours."""
        return sorted(one for one in (*self.before, *self.after) if one)

    @property
    def pause(self) -> timedelta | None:
        """How long nothing came around that day; None when nothing is known of the time before or after it."""
        earlier = [one for one in self.before if one]
        later = [one for one in self.after if one]
        return min(later) - max(earlier) if earlier and later else None


def _calls(asking: Asking) -> dict[str, Command]:
    """Orders, or deals where the portal works without orders."""
    edge = (asking.now - YEAR).isoformat(timespec="seconds")
    orders = asking.found.values.get("recent_orders")
    if orders is None or not orders.rows:
        return {"before": _deals("<createdTime", edge, "DESC"), "after": _deals(">=createdTime", edge, "ASC")}
    return {"before": _orders("<dateInsert", edge, "desc"), "after": _orders(">=dateInsert", edge, "asc")}


def _orders(name: str, edge: str, way: str) -> Command:
    query: JsonObject = {
        "select": ["id", "dateInsert"], "filter": {name: edge}, "order": {"id": way}, "start": -1
    }  # fmt: skip
    return Command("sale.order.list", query)


def _deals(name: str, edge: str, way: str) -> Command:
    query: JsonObject = {
        "entityTypeId": DEAL, "select": ["id", "createdTime"], "filter": {name: edge}, "order": {"id": way},
        "start": -1,
    }  # fmt: skip
    return Command("crm.item.list", query)


@facts_of(_calls, "sale.order.list", "crm.item.list", rank=102, scopes=("sale", "crm"), who=ADMIN)
def year_ago(answers: Mapping[str, Answer], _asking: Asking) -> YearAgo:
    """Read sale.order.list or crm.item.list on both sides of that moment, without counting."""
    return YearAgo(_moments(answers["before"]), _moments(answers["after"]))


def _moments(answer: Answer) -> tuple[datetime, ...]:
    wrap = "orders" if isinstance(answer.result, dict) and "orders" in answer.result else "items"
    rows = (record(DatedRow, row).moment for row in listed(answer.result, wrap))
    return tuple(moment for moment in rows if moment)
