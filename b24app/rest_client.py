"""The REST client of one portal: `call`, `batch`, `rows`. What comes back is complete, or is an error with its reason.

    client = RestClient(Connection(address, tokens, requests.Session, RateLimit(store, bucket_of(plan), Pace())))
    client.call("crm.item.get", {"entityTypeId": 2, "id": 7}).result
    client.batch({"me": Command("profile"), "types": Command("crm.type.list")})
    for row in client.rows("crm.item.list", {"entityTypeId": 2}): ...

Every error is a `PortalError`: errors.py draws the tree, bitrix24/error_codes.py holds the table of codes. Reads are
repeated freely; a write only when the first attempt certainly did not happen or its marker is not found, otherwise
it ends in WriteUncertain. docs/rest-client.md shows it in use; its parts are in bitrix24/.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import islice

from b24app.bitrix24.connection import Connection
from b24app.bitrix24.list_methods import Habits, Row
from b24app.bitrix24.list_reading import read_rows
from b24app.bitrix24.oauth import TokenSource
from b24app.bitrix24.responses import (
    Answer,
    Command,
    Outcome,
    Timing,
    read_answer,
    read_batch,
    refers,
    to_command,
)
from b24app.bitrix24.retries import Marker, is_write, settled
from b24app.deadline import within
from b24app.errors import LimitReached, PortalError, RequestWrong, UnknownRefusal, WriteUncertain
from b24app.json_values import JsonObject

__all__ = ["Answer", "Command", "Connection", "Marker", "Outcome", "RestClient", "Timing", "TokenSource"]

BATCH = 50  # how-to-call-rest-api/batch.md


class RestClient:
    """The client of one portal, for one thread; any number of them, in any process, share the portal's rate limit."""

    def __init__(self, connection: Connection, habits: Habits | None = None, *, parallel: int = 8) -> None:
        self.connection = connection
        self.habits = habits or Habits()
        self.parallel = parallel

    @property
    def requests_sent(self) -> int:
        """How many HTTP requests went to the portal."""
        return self.connection.requests_sent

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """Let everything inside wait `seconds` in all: connecting, answers, repeats and pauses together."""
        return within(seconds, self.connection.rate_limit.pace.steady)

    def call(
        self,
        method: str,
        params: JsonObject | None = None,
        *,
        write: bool | None = None,
        marker: Marker | None = None,
    ) -> Answer:
        """Call one method (general-principles.md); with `write` None the method's name decides.

        Waits at most the patience of the rate limit, in seconds; raises the PortalError family.
        """
        command = Command(method, params or {}, write)
        started = self.connection.rate_limit.pace.now()
        try:
            return self._call(command)
        except WriteUncertain:
            if marker is None:
                raise
        self.connection.rate_limit.pace.sleep(
            max(0.0, settled(started) - self.connection.rate_limit.pace.now())
        )
        found = marker.saved(self._call(marker.find).result)
        return self._call(command) if found is None else Answer(found)

    def batch(self, commands: Mapping[str, Command], *, halt: bool = False) -> dict[str, Outcome]:
        """Run any number of commands, fifty in a request (batch.md); each ends in an Answer or in its own error.

        A command that a limit refused is sent again after the wait. With `halt` nothing runs after the first error.
        Raises what concerns the whole request, such as PlanLapsed or Unreachable; but once a request of a batch with
        writes has gone through, such an error is put beside the commands it hit, so that what was written stays known.
        """
        if len(commands) > BATCH and any(map(refers, commands.values())):
            raise RequestWrong("", "references between commands work inside one request of fifty")
        outcomes: dict[str, Outcome] = {}
        waiting = iter(commands.items())
        while chunk := dict(islice(waiting, BATCH)):
            try:
                outcomes |= self._run(chunk, halt=halt)
            except PortalError as error:
                if not outcomes or not any(map(_writes, commands.values())):
                    raise
                outcomes |= dict.fromkeys(chunk, error)
                if not isinstance(error, WriteUncertain):
                    return outcomes | {key: error for key, _ in waiting}
            if halt and any(isinstance(outcomes.get(key), PortalError) for key in chunk):
                break
        return outcomes

    def rows(self, method: str, params: JsonObject | None = None, *, after: int = 0) -> Iterator[Row]:
        """Yield every row of a list, in the order of its id where the method has one; complete, or an error.

        Rows stream with flat memory. `after` resumes a keyset list behind the last row that was kept.
        """
        return read_rows(self, method, params or {}, after)

    def run_once(self, commands: Mapping[str, Command], *, halt: bool) -> dict[str, Outcome]:
        """Send at most fifty commands in one request and split the answer; nothing is sent twice for its content."""
        body = self.connection.ask(
            "batch", self.batch_params(commands, halt=halt), write=any(map(_writes, commands.values()))
        )
        return self.split(commands, body)

    def batch_params(self, commands: Mapping[str, Command], *, halt: bool) -> JsonObject:
        """The parameters of `batch`: queries encoded once, because the body is JSON (batch.md)."""
        return {
            "halt": int(halt),
            "cmd": {key: to_command(one.method, one.params) for key, one in commands.items()},
        }

    def split(self, commands: Mapping[str, Command], body: JsonObject) -> dict[str, Outcome]:
        """Split a batch's answer by command, learn from its operating times, write unknown refusals down."""
        outcomes = read_batch(body, list(commands))
        for key, outcome in outcomes.items():
            if isinstance(outcome, Answer):
                self.connection.operating.learn(commands[key].method, outcome.time)
            elif isinstance(outcome, UnknownRefusal):
                self.connection.note_unknown(commands[key], outcome)
        return outcomes

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self.connection.close()

    def _call(self, command: Command) -> Answer:
        answer = read_answer(self.connection.ask(command.method, command.params, write=_writes(command)))
        self.connection.operating.learn(command.method, answer.time)
        return answer

    def _run(self, chunk: Mapping[str, Command], *, halt: bool) -> dict[str, Outcome]:
        """Run one chunk; what a limit refused is run again while the patience lasts, then keeps its error."""
        outcomes: dict[str, Outcome] = {}
        repeats, left = self.connection.repeats(), dict(chunk)
        while left := {key: one for key, one in left.items() if not self._blocked(key, one, outcomes)}:
            self.connection.operating.wait_turn(*(one.method for one in left.values()))
            outcomes |= self.run_once(left, halt=halt)
            limited = {key: error for key in left if isinstance(error := outcomes.get(key), LimitReached)}
            if not limited or any(map(refers, chunk.values())):
                break
            left = {key: one for key, one in left.items() if key in limited or key not in outcomes}
            try:
                for key, error in limited.items():
                    self.connection.obey(error, left[key].method)
                repeats.again(next(iter(limited.values())))
            except LimitReached:
                break
        return outcomes

    def _blocked(self, key: str, command: Command, outcomes: dict[str, Outcome]) -> bool:
        if error := self.connection.operating.refusal(command.method):
            outcomes[key] = error
        return error is not None


def _writes(command: Command) -> bool:
    return is_write(command.method) if command.write is None else command.write
