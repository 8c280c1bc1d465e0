"""Stores of goods."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import CAMEL, Flag, Text, records
from b24app.checklist.engine.fact import ADMIN, fact


@dataclass(frozen=True, slots=True)
class Store:
    __pydantic_config__ = CAMEL

    id: Text
    title: Text = ""
    active: Flag = False
    code: Text = ""


@dataclass(frozen=True, slots=True)
class Stores:
    rows: tuple[Store, ...]

    def active(self) -> tuple[Store, ...]:
        """The stores that are switched on."""
        return tuple(row for row in self.rows if row.active)


@fact(
    Command(
        "catalog.store.list",
        {"select": ["id", "title", "active", "code", "xmlId"], "order": {"id": "asc"}, "start": 0},
    ),
    rank=24,
    scopes=("catalog",),
    who=ADMIN,
)
def stores(answer: Answer) -> Stores:
    """Read catalog.store.list (api-reference/catalog/store/catalog-store-list.md)."""
    return Stores(records(Store, answer.result, "stores"))
