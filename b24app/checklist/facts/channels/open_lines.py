"""Open lines: which are on, and whether they have operators."""

from dataclasses import dataclass

from b24app.bitrix24.responses import Answer, Command
from b24app.checklist.engine.answer_fields import listed
from b24app.checklist.engine.fact import fact
from b24app.json_values import Json, JsonObject, is_array, is_object


@dataclass(frozen=True, slots=True)
class OpenLine:
    id: str
    name: str
    active: bool
    queue: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenLines:
    rows: tuple[OpenLine, ...]

    def active(self) -> tuple[OpenLine, ...]:
        """The lines that are switched on."""
        return tuple(row for row in self.rows if row.active)


def _queue(value: Json) -> tuple[str, ...]:
    items = list(value.values()) if is_object(value) else value if is_array(value) else []
    ids = (item.get("ENTITY_ID", item.get("USER_ID", "")) if is_object(item) else item for item in items)
    return tuple(sorted(str(found) for found in ids))


def _read(row: JsonObject) -> OpenLine:
    name = str(row.get("LINE_NAME") or "")
    return OpenLine(str(row.get("ID", "")), name, row.get("ACTIVE") == "Y", _queue(row.get("QUEUE")))


@fact(
    Command(
        "imopenlines.config.list.get",
        {
            "PARAMS": {"select": ["ID", "LINE_NAME", "ACTIVE"], "order": {"ID": "ASC"}, "limit": 200},
            "OPTIONS": {"QUEUE": "Y"},
        },
    ),
    rank=26,
    scopes=("imopenlines",),
)
def open_lines(answer: Answer) -> OpenLines:
    """Read imopenlines.config.list.get (api-reference/imopenlines/openlines/...-config-list-get.md)."""
    return OpenLines(tuple(_read(row) for row in listed(answer.result)))
