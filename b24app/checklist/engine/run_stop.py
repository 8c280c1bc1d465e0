"""Stops a run on a person's request: before each request it checks, and sends no more to the portal."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from b24app.bitrix24.responses import Command, Outcome
from b24app.checklist.engine.gather import BatchClient
from b24app.checklist.engine.runs import step
from b24app.checklist.model import Run, RunState
from b24app.database import db


class Stopped(Exception):
    """The run was stopped by a person: nothing more may be asked of the portal."""


@dataclass(frozen=True, slots=True)
class StoppableClient:
    """The client of one run: before each request it checks whether the run is still under way."""

    run_id: int
    client: BatchClient

    @property
    def requests_sent(self) -> int:
        """How many requests went through."""
        return int(getattr(self.client, "requests_sent", 0))

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        """Send the commands as one request, unless the run was stopped."""
        refuse_stopped(self.run_id)
        return self.client.batch(commands)


def refuse_stopped(run_id: int) -> None:
    """Raises Stopped when a person has stopped the run; leaves no transaction open."""
    with step():
        state = db.session.scalar(select(Run.state).where(Run.id == run_id))
    if state == RunState.STOPPED:
        raise Stopped
