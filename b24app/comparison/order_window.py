"""Orders created between two snapshots of a portal: a portal does not send missed events again."""

from dataclasses import dataclass
from datetime import datetime

from b24app.checklist.engine.runs import facts_of_run
from b24app.checklist.facts.delivery.recent_orders import RecentOrders
from b24app.comparison.stored_comparison import ComparisonView


@dataclass(frozen=True, slots=True)
class OrdersOfWindow:
    """How many orders came and how many of them are paid; `at_least` when the list may hold only the newest ones."""

    since: datetime
    until: datetime
    count: int
    paid: int
    at_least: bool


def orders_of_window(view: ComparisonView) -> OrdersOfWindow | None:
    """Count the orders between the snapshot and the present run; None while the orders were not seen."""
    since, until = view.before.finished_at, view.after.finished_at
    orders = facts_of_run(view.after.id).of(RecentOrders)
    if since is None or until is None or orders is None:
        return None
    return count_orders(orders, since, until)


def count_orders(orders: RecentOrders, since: datetime, until: datetime) -> OrdersOfWindow:
    """Count among the newest orders; when all of them came within the window there may be more."""
    dated = [row for row in orders.rows if row.date_insert]
    inside = [row for row in dated if row.date_insert and since <= row.date_insert <= until]
    return OrdersOfWindow(
        since=since,
        until=until,
        count=len(inside),
        paid=sum(row.payed for row in inside),
        at_least=bool(dated) and all(row.date_insert and row.date_insert >= since for row in dated),
    )
