"""Stopping a run: a person's press is stored, and the worker looks at it before each request."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from b24app.bitrix24.responses import Command
from b24app.checklist.engine.gather import BatchClient, Outcome
from b24app.checklist.model import ACTIVE, Run, RunState
from b24app.database import db
from b24app.errors import NotFound
from b24app.services import services


class Stopped(Exception):
    """The run was stopped by a person: nothing more may be asked of the portal."""


def stop_run(run_id: int, user_name: str = "") -> bool:
    """Stop a run that waits or goes on; False when it had ended before. What it gathered is kept but never used."""
    if db.session.scalar(select(Run.id).where(Run.id == run_id)) is None:
        raise NotFound("run")
    values = {"state": RunState.STOPPED, "phase": "done", "finished_at": services().clock.now()}
    stopped = db.session.execute(
        update(Run)
        .where(Run.id == run_id, Run.state.in_(ACTIVE))
        .values(**values, stopped_by=user_name[:255])
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return bool(getattr(stopped, "rowcount", 0))


def refuse_stopped(run_id: int) -> None:
    """Raise Stopped when somebody has stopped the run; leaves no transaction open."""
    state = db.session.scalar(select(Run.state).where(Run.id == run_id))
    db.session.commit()
    if state == RunState.STOPPED:
        raise Stopped


@dataclass(frozen=True, slots=True)
class StoppableClient:
    """The door of one run: before each request it asks whether the run still goes on."""

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
