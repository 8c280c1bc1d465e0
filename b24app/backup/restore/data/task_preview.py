"""The preview of tasks restored from a copy: created with what is lost of each, not possible, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from b24app.backup.restore.data.choices import MOST, ChoiceWay
from b24app.backup.restore.data.copy_preview import (
    CAME_BACK,
    IS_THERE,
    NEXT_TIME,
    NOT_IN_COPY,
    PARTS,
    NotRestorable,
    Sources,
)
from b24app.backup.restore.data.line_kinds import TASK
from b24app.backup.restore.data.present_items import present_items
from b24app.backup.restore.data.task_fields import TaskLoss, bindings_of, bound_item, mark_of, task_fields
from b24app.backup.restore.data.task_look import MarkedTasks, present_numbers, read_task_portal
from b24app.backup.restore.plan import NEW, Action, Operation, RestorePlan
from b24app.json_values import JsonObject
from b24app.text.messages import N_, NOTHING, Sentence, sentence

TITLE = N_("Task")
LOSSES: Mapping[TaskLoss, str] = {
    TaskLoss.RESPONSIBLE: N_("Who was responsible does not work here any more: it will be you."),
    TaskLoss.AUTHOR: N_("Who set it does not work here any more: it will be you."),
    TaskLoss.PEOPLE: N_("Some who took part or watched do not work here any more: they are left out."),
    TaskLoss.GROUP: N_("Its workgroup is not there any more: it comes back without one."),
    TaskLoss.PARENT: N_("The task above it is neither there nor coming back: it comes back by itself."),
    TaskLoss.BINDING: N_("Something it was bound to is not in the portal: put that back first, or it comes back without it."),
    TaskLoss.FILE: N_("Files and letters of it do not come back with it."),
    TaskLoss.FIELD: N_("Some of its own fields do not come back: they are files, or are not in the portal any more."),
}  # fmt: skip
LIMITS = (
    (N_("Number, author and dates"), N_("Bitrix24 gives new ones. The former ones are kept below the text of the task.")),
    (N_("Comments, results and time spent"), N_("Comments lie in the chat of the task, which is not in the copy. Results and time would get today’s date, so they stay readable in the copy.")),
    (N_("Files, tags, repetition and the stage of the workgroup"), N_("They do not come back.")),
    (N_("Notifications"), N_("The documentation does not say whether Bitrix24 tells people of each task as of a new one: warn them before.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoneTasks:
    """Deleted tasks of the copy, and the present numbers of the others."""

    rows: Mapping[str, JsonObject]
    present: Mapping[str, str]


def plan_tasks(plan: RestorePlan, sources: Sources) -> Iterator[Operation]:
    """The operations of these choices: a task above others before them."""
    if plan.choices[0].kind == ChoiceWay.FIELD:
        raise NotRestorable
    marked = MarkedTasks(sources.client, sources.items.day_before)
    rows, more = _wanted_rows(plan, sources, marked)
    present = present_numbers(sources.client, rows, marked, sources.earlier)
    gone = GoneTasks({one: row for one, row in rows.items() if one not in present}, present)
    yield from _created(gone, sources)
    for one, number in present.items():
        yield _operation(rows[one], Action.CANNOT, sentence(IS_THERE if number == one else CAME_BACK))
    if more:
        yield Operation(
            0, TASK, TASK, "…", "", Action.CANNOT, title=PARTS, why=sentence(NEXT_TIME), objects=more
        )
    for key in [one.key for one in plan.choices if one.key and one.key not in rows]:
        yield _operation({"id": key}, Action.CANNOT, sentence(NOT_IN_COPY))
    yield from _limits() if gone.rows else ()


def _wanted_rows(
    plan: RestorePlan, sources: Sources, marked: MarkedTasks
) -> tuple[dict[str, JsonObject], int]:
    first = plan.choices[0]
    if first.kind == ChoiceWay.NAME:
        typed = first.name.casefold()
        return sources.items.matching(
            TASK, lambda row: typed in str(row.get("title") or "").casefold(), MOST
        ), 0
    if first.kind != ChoiceWay.GONE:
        return sources.items.named(TASK, [one.key for one in plan.choices]), 0
    listed = sources.client.rows("tasks.task.list", {"select": ["ID"]})
    there = {str(row.get("id")) for row in listed}
    lost = sorted(sources.items.ids(TASK) - there - _put_back(sources, there), key=int)
    marked.read_on()
    left = [one for one in lost if mark_of({"id": one}) not in marked.found]
    return sources.items.named(TASK, left[:MOST]), max(0, len(left) - MOST)


def _put_back(sources: Sources, there: set[str]) -> set[str]:
    return {
        former
        for (entity, former), made in sources.earlier.items()
        if entity == TASK and not there.isdisjoint(made)
    }


def _created(gone: GoneTasks, sources: Sources) -> Iterator[Operation]:
    """Tasks in an order in which each comes after the one above it."""
    if not gone.rows:
        return
    items = present_items(
        sources.client, sources.items, sources.earlier,
        {item for row in gone.rows.values() for one in bindings_of(row) if (item := bound_item(one))},
    )  # fmt: skip
    now = read_task_portal(sources.client, gone.rows.values(), sources.asked_by, items)
    places: dict[str, int] = {}
    for number, one in enumerate(parents_first(gone.rows), start=1):
        row = gone.rows[one]
        places[one], above = number, str(row.get("parentId") or "")
        parent = NEW % places[above] if above in places else gone.present.get(above, "")
        losses = task_fields(row, now, parent=parent and "1", note="").losses
        why = sentence(LOSSES[min(losses)]) if losses else NOTHING
        params: JsonObject = {"parent": parent} if parent else {}
        made = _operation(row, Action.CREATE, why)
        yield replace(made, number=number, params=params, wants={"xmlId": mark_of(row)})


def parents_first(rows: Mapping[str, JsonObject]) -> list[str]:
    """Numbers of tasks, each after the one above it; a circle is cut where it is found."""
    order: dict[str, None] = {}
    for one in sorted(rows, key=int):
        line: list[str] = []
        while one in rows and one not in order and one not in line:
            line.append(one)
            one = str(rows[one].get("parentId") or "")  # noqa: PLW2901 - up the line
        order |= dict.fromkeys(reversed(line))
    return list(order)


def _operation(row: JsonObject, action: Action, why: Sentence) -> Operation:
    number = str(row.get("id"))
    name = str(row.get("title") or "").strip() or f"№ {number}"
    return Operation(0, TASK, TASK, number, name, action, title=TITLE, why=why)


def _limits() -> Iterator[Operation]:
    for number, (name, why) in enumerate(LIMITS):
        yield Operation(
            0, TASK, TASK, f"limit{number}", "", Action.CANNOT, title=name, why=sentence(why), objects=0
        )
