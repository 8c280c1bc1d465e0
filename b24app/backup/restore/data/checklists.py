"""Writes checklists of tasks that were made anew, level by level; a repeat after a kill adds only what is missing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from b24app.backup.restore.data.hanging import PART_REFUSED, WHOLE
from b24app.backup.restore.data.item_look import rows_of
from b24app.backup.restore.data.line_mark import digest_of
from b24app.errors import PortalError
from b24app.json_values import Json, JsonObject, is_array, is_object
from b24app.rest_client import Answer, Command, RestClient

TOP = "0"
COMPARED = ("TITLE", "IS_COMPLETE", "IS_IMPORTANT")
Troubles = dict[str, tuple[str, str]]


@dataclass(slots=True)
class Checklists:
    """The checklist items of several tasks being written: which exist already, and the present number of each of those."""

    client: RestClient
    made: Mapping[str, str]
    people: Collection[str]
    there: dict[str, list[JsonObject]] = field(default_factory=dict)
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=dict)

    def write(self, rows: Mapping[str, Sequence[JsonObject]], again: Collection[str]) -> Troubles:
        """Write the items of these tasks, by former number; returns the tasks of which a part was refused."""
        self.there = read_checklists(self.client, [self.made[one] for one in again])
        self.numbers = {(task, TOP): TOP for task in self.made}
        left = [(task, item) for task in self.made for item in _in_order(rows.get(task, ()))]
        while ready := [(task, item) for task, item in left if (task, _parent(item)) in self.numbers]:
            self._write_level(ready)
            left = [one for one in left if one not in ready]
        return self.troubles

    def _write_level(self, ready: Sequence[tuple[str, JsonObject]]) -> None:
        commands: dict[str, Command] = {}
        waiting: dict[str, tuple[str, str]] = {}
        for task, item in ready:
            key = task, str(item.get("ID"))
            if number := self._claim(task, item):
                self.numbers[key] = number
                continue
            name = f"c{len(commands)}"
            commands[name], waiting[name] = self._command(task, item), key
        for name, outcome in (self.client.batch(commands) if commands else {}).items():
            task, former = waiting[name]
            if isinstance(outcome, WHOLE):
                raise outcome
            if isinstance(outcome, PortalError):
                words = ": ".join(part for part in (str(outcome.code), outcome.description) if part)
                self.troubles.setdefault(task, (PART_REFUSED, words[:500]))
            else:
                self.numbers[task, former] = str(outcome.result)

    def _claim(self, task: str, item: JsonObject) -> str:
        """Take an item that a worker before this one has written: each counts once."""
        items = self.there.get(self.made[task], [])
        parent = self.numbers[task, _parent(item)]
        for place, one in enumerate(items):
            if _parent(one) == parent and one.get("TITLE") == item.get("TITLE"):
                return str(items.pop(place).get("ID"))
        return ""

    def _command(self, task: str, item: JsonObject) -> Command:
        """task.checklistitem.add wants its parameters in this order."""
        fields: dict[str, Json] = {
            name: item[name]
            for name in ("TITLE", "SORT_INDEX", "IS_COMPLETE", "IS_IMPORTANT")
            if name in item
        }
        if members := dict(_members(item, self.people)):
            fields["MEMBERS"] = members
        fields["PARENT_ID"] = int(self.numbers[task, _parent(item)])
        return Command(
            "task.checklistitem.add", {"TASKID": int(self.made[task]), "FIELDS": fields}, write=True
        )


def read_checklists(client: RestClient, tasks: Collection[str]) -> dict[str, list[JsonObject]]:
    """The checklists of these tasks as they are now; a task whose list is not shown is left out."""
    commands = {one: Command("task.checklistitem.getlist", {"TASKID": int(one)}) for one in tasks}
    answers = client.batch(commands) if commands else {}
    return {one: rows_of(answer) for one, answer in answers.items() if isinstance(answer, Answer)}


def checklist_digest(rows: Sequence[JsonObject]) -> str:
    """A digest of a checklist by what people see of it."""
    return digest_of(rows, COMPARED)


def _in_order(rows: Sequence[JsonObject]) -> list[JsonObject]:
    known = {str(row.get("ID")) for row in rows}
    rooted = [row if _parent(row) in known else {**row, "PARENT_ID": TOP} for row in rows]
    return sorted(rooted, key=lambda row: int(str(row.get("ID") or 0)))


def _parent(row: JsonObject) -> str:
    return str(row.get("PARENT_ID") or TOP)


def _members(item: JsonObject, people: Collection[str]) -> Iterator[tuple[str, Json]]:
    members = item.get("MEMBERS")
    for one in members if is_array(members) else ():
        if is_object(one) and str(one.get("ID")) in people and one.get("TYPE") in ("A", "U"):
            yield str(one["ID"]), {"TYPE": one["TYPE"]}
