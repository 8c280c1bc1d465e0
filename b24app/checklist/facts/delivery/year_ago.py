"""The orders around this day a year ago: whether the shop paused then as it does now, and whether it trades on holidays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Moment, records
from b24app.checklist.engine.fact import ADMIN, Asking, facts_of
from b24app.json_values import JsonObject

YEAR = timedelta(weeks=52)
"""The same weekday a year ago."""
EVERY = timedelta(days=7)
QUIET = timedelta(hours=20)
"""After so long without an order it is asked anew; while orders come an answer of this week is enough."""


@dataclass(frozen=True, slots=True)
class OrderOfYearAgo:
    __pydantic_config__ = CAMEL

    date_insert: Moment = None


@dataclass(frozen=True, slots=True)
class YearAgo:
    """The newest fifty before that moment, newest first, and the fifty after it, oldest first; when they were asked for."""

    before: tuple[Moment, ...] = ()
    after: tuple[Moment, ...] = ()
    looked_at: Moment = None

    @property
    def moments(self) -> list[datetime]:
        """All of them, the oldest first; nothing came between two neighbours."""
        return sorted(one for one in (*self.before, *self.after) if one)

    @property
    def pause(self) -> timedelta | None:
        """How long nothing came around that day; None when nothing came before or after it."""
        earlier = [one for one in self.before if one]
        later = [one for one in self.after if one]
        return min(later) - max(earlier) if earlier and later else None


def _kept(asking: Asking) -> YearAgo | None:
    """The answer of an earlier run where it still serves."""
    before = asking.earlier.facts.of(YearAgo)
    newest = max(asking.found.values["recent_orders"].moments, default=asking.now)
    if before is None or before.looked_at is None or asking.now - newest > QUIET:
        return None
    return before if asking.now - before.looked_at < EVERY else None


def _calls(asking: Asking) -> dict[str, Command]:
    if _kept(asking) is not None:
        return {}
    edge = (asking.now - YEAR).isoformat(timespec="seconds")
    return {"before": _orders("<dateInsert", edge, "desc"), "after": _orders(">=dateInsert", edge, "asc")}


def _orders(name: str, edge: str, way: str) -> Command:
    query: JsonObject = {"select": ["id", "dateInsert"], "filter": {name: edge}, "order": {"id": way}}
    return Command("sale.order.list", {**query, "start": -1})


@facts_of(_calls, "sale.order.list", rank=102, scopes=("sale",), who=ADMIN, uses=("recent_orders",))
def year_ago(answers: Mapping[str, Answer], asking: Asking) -> YearAgo:
    """Read sale.order.list on both sides of that moment, without counting (api-reference/sale/order/sale-order-list.md)."""
    kept = _kept(asking)
    if kept is not None:
        return kept
    return YearAgo(_moments(answers["before"]), _moments(answers["after"]), asking.now)


def _moments(answer: Answer) -> tuple[datetime, ...]:
    rows = records(OrderOfYearAgo, answer.result, "orders")
    return tuple(row.date_insert for row in rows if row.date_insert)
