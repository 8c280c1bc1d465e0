"""Tasks of the copy for the next writes, with their checklists, and the tasks that are marked in the portal already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.data.copied_items import CopiedItems
from b24app.backup.restore.data.line_kinds import TASK
from b24app.backup.restore.data.task_look import MarkedTasks
from b24app.json_values import JsonObject
from b24app.rest_client import RestClient

AT_ONCE = 500


@dataclass(slots=True)
class PrefetchedTasks:
    """Holds at most 500 tasks at a time."""

    rows: Mapping[str, JsonObject] = field(default_factory=dict)
    checklists: Mapping[str, Sequence[JsonObject]] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    marks: MarkedTasks | None = None

    def take(self, items: CopiedItems, wanted: Sequence[str], coming: Sequence[str]) -> None:
        """Prefetch these; what is missing is read together with those that come next."""
        if not set(wanted) <= self.asked:
            self.asked = frozenset([*wanted, *coming][:AT_ONCE]) | frozenset(wanted)
            self.rows = items.named(TASK, self.asked)
            self.checklists = items.rows_of("task.checklist", list(self.rows))

    def marked(self, client: RestClient, items: CopiedItems) -> MarkedTasks:
        """The marks in the portal: read to the end once, then continued from there."""
        self.marks = self.marks or MarkedTasks(client, items.day_before)
        return self.marks
