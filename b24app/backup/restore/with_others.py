"""What comes back with a lost object because it was lost with it: created where it is missing, else left as it is."""

from collections.abc import Callable, Iterator

from b24app.backup.restore.listed_writer import ListedWriter
from b24app.backup.restore.look import name_of
from b24app.backup.restore.plan import RestoreChoice
from b24app.backup.restore.writer import Line
from b24app.comparison.object_changes import Difference
from b24app.json_values import JsonObject


def with_others(
    writer: ListedWriter, line: Line, belongs: Callable[[JsonObject], bool]
) -> Iterator[RestoreChoice]:
    """The kept rows that belong to the lost object of a line."""
    if line.difference is not Difference.LOST:
        return
    for row in line.rows(writer.entity) or ():
        if belongs(row):
            yield RestoreChoice(
                writer.kind, writer.entity, writer.key(row), name_of(row) or line.name, row,
                line=(line.kind, line.key), place=line.place, if_gone=True,
            )  # fmt: skip
