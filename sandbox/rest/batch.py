"""The batch method: up to fifty commands, one after another, with references between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.php import parse_query, truthy
from sandbox.rest.access import Caller, has_scope
from sandbox.rest.envelope import Spent, paging_of, result_of, time_block
from sandbox.rest.execution import BATCH, aimed_refusal, known_method, run_method
from sandbox.rest.references import resolve
from sandbox.rest.registry import Method, Raw, Refusal
from sandbox.rest.request import RestRequest

if TYPE_CHECKING:
    from sandbox.portal import Portal

LONGEST = 50
READS = {"app.info", "profile", "scope", "server.time"}
FILES = {"batch", "download", "upload"}


@dataclass(slots=True)
class Outcome:
    """The five maps of a batch answer."""

    listed: bool
    result: dict[str, Any] = field(default_factory=dict)
    error: dict[str, Any] = field(default_factory=dict)
    total: dict[str, Any] = field(default_factory=dict)
    next: dict[str, Any] = field(default_factory=dict)
    time: dict[str, Any] = field(default_factory=dict)

    def maps(self) -> dict[str, dict[str, Any]]:
        """Return the maps by the name used in references."""
        return {
            "result": self.result,
            "error": self.error,
            "total": self.total,
            "next": self.next,
            "time": self.time,
        }

    def body(self) -> dict[str, Any]:
        """Write the answer: empty maps are [], a full list of results is a list."""
        return {
            "result": self._php(self.result),
            "result_error": self._php(self.error),
            "result_total": self._php(self.total),
            "result_next": self._php(self.next),
            "result_time": self._php(self.time),
        }

    def _php(self, found: dict[str, Any]) -> Any:
        if not found:
            return []
        if self.listed and list(found) == [str(index) for index in range(len(found))]:
            return list(found.values())
        return found


def run_batch(portal: Portal, caller: Caller, request: RestRequest) -> dict[str, Any]:
    """Run the commands in order; `halt` stops after the first that fails."""
    params = {name.lower(): value for name, value in request.params.items()}
    commands = params.get("cmd")
    halt = truthy(params.get("halt"))
    outcome = Outcome(listed=not isinstance(commands, Mapping))
    numbered = _numbered(commands)
    with _rows_kept(portal, numbered):
        for number, (key, command) in enumerate(numbered):
            if not isinstance(command, str):
                continue
            try:
                _run(portal, caller, request, outcome, (number, key, command))
            except Refusal as refusal:
                outcome.error[key] = refusal.body()
                if halt:
                    break
    return outcome.body()


@contextmanager
def _rows_kept(portal: Portal, commands: list[tuple[str, Any]]) -> Iterator[None]:
    """Build each row of the large tables once, where every command only reads: counts ask for the same rows repeatedly."""
    names = [str(command).partition("?")[0].lower() for _, command in commands]
    if not all(name in READS or name.endswith((".list", ".get", ".fields")) for name in names):
        yield
        return
    tables = list(portal.tables.values())
    for table in tables:
        table.keep_rows(kept=True)
    try:
        yield
    finally:
        for table in tables:
            table.keep_rows(kept=False)


def _numbered(commands: Any) -> list[tuple[str, Any]]:
    if isinstance(commands, Mapping):
        return [(str(key), command) for key, command in commands.items()]
    return [(str(index), command) for index, command in enumerate(commands or [])]


def _run(
    portal: Portal, caller: Caller, request: RestRequest, outcome: Outcome, item: tuple[int, str, str]
) -> None:
    number, key, command = item
    if number >= LONGEST:
        raise Refusal("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
    name, _, query = command.partition("?")
    method = _command_method(portal, caller, name)
    request.commands.append(method.name)
    portal.world.pause(portal.world.per_command)
    zero = portal.world.clock.stopwatch()
    params = resolve(parse_query(query), outcome.maps())
    answer, spent = run_method(portal, caller, method, params, request.lang)
    if isinstance(answer, Raw):
        raise Refusal(str(answer.body["error"]), str(answer.body["error_description"]), extra=answer.body)
    _keep(
        outcome,
        key,
        answer,
        Spent(spent.began, portal.world.clock.stopwatch() - zero, spent.operating, spent.reset_at),
    )


def _command_method(portal: Portal, caller: Caller, name: str) -> Method:
    if name in FILES:
        raise Refusal("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage")
    method = known_method(portal, name.strip("/").removesuffix(".json"))
    if not method.batchable or method is BATCH:
        raise Refusal("ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage")
    if not has_scope(method, caller.scopes):
        raise Refusal("insufficient_scope", "")
    aimed_refusal(portal, method)
    return method


def _keep(outcome: Outcome, key: str, answer: Any, spent: Spent) -> None:
    outcome.result[key] = result_of(answer)
    for name, value in paging_of(answer).items():
        outcome.maps()[name][key] = value
    outcome.time[key] = time_block(spent)
