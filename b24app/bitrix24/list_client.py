"""What reading a list asks of the client of a portal (b24app/rest_client.py)."""

from collections.abc import Mapping
from typing import Any, Protocol

from b24app.bitrix24.connection import Connection
from b24app.bitrix24.list_methods import Habits
from b24app.bitrix24.responses import Answer, Command, Outcome


class ListClient(Protocol):
    """Calls, batches, and the connection by which stretches are read at once."""

    line: Connection
    habits: Habits
    lanes: int

    def call(
        self, method: str, params: Mapping[str, Any] | None = None, *, write: bool | None = None
    ) -> Answer:
        """Call one method."""
        ...

    def batch(self, commands: Mapping[str, Command], *, halt: bool = False) -> dict[str, Outcome]:
        """Run any number of commands, fifty in a request."""
        ...

    def batch_params(self, commands: Mapping[str, Command], *, halt: bool) -> dict[str, Any]:
        """The parameters of one `batch`."""
        ...

    def split(self, commands: Mapping[str, Command], body: dict[str, Any]) -> dict[str, Outcome]:
        """Split the answer of one `batch` by command."""
        ...
