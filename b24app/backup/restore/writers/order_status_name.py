"""Names of order statuses in each language (sale.statusLang.*): they go with the status that they name."""

from collections.abc import Iterator

from b24app.backup.restore.methods import WritingMethod, in_fields
from b24app.backup.restore.nameless_writer import NamelessWriter
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.writer import Line
from b24app.json_values import JsonObject
from b24app.text.messages import N_


class StatusNameWriter(NamelessWriter):
    """A row has no number: status and language name it."""

    def choose(self, line: Line) -> Iterator[RestoreChoice]:
        """The names of a status that is lost."""
        code = line.key.rpartition(":")[2]
        for row in line.rows(self.entity) or ():
            if row.get("statusId") == code:
                yield RestoreChoice(
                    self.kind, self.entity, self.key(row), line.name, row, line=(line.kind, line.key)
                )


def removal(_id: str, row: JsonObject) -> JsonObject:
    """sale-status-lang-delete-by-filter.md: any text that is not empty does as a name."""
    return {
        "fields": {"statusId": row.get("statusId"), "lid": row.get("lid"), "name": row.get("name") or "-"}
    }


WRITER = StatusNameWriter(
    kind="order_status_name",
    title=N_("Name of an order status"),
    place=41,
    entity="order_status_name",
    lines=("order_status",),
    list_method="sale.statusLang.list",
    fields={"name": N_("name"), "description": N_("description")},
    same=("statusId", "lid"),
    create=WritingMethod("sale.statusLang.add", in_fields()),
    remove=WritingMethod("sale.statusLang.deleteByFilter", removal),
)
