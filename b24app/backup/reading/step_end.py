"""Whether other heavy work of a portal waits for the end of this step: a person's check is not kept waiting by a copy."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from b24app.database import Base, db
from b24app.services import services

LOOK_EVERY = 3.0
WAITS = "waiting"


@dataclass(slots=True)
class StepEnd:
    """Decides when a step ends: its time is over, or another job waits; called often, queries the database seldom."""

    portal_id: int
    steady: Callable[[], float]
    until: float
    waited_for: bool = False
    _looked: float = field(init=False)

    def __post_init__(self) -> None:
        self._looked = self.steady()

    def __call__(self) -> bool:
        """Whether to end now."""
        now = self.steady()
        if now - self._looked >= LOOK_EVERY or now < self._looked:
            self._looked = now
            self.waited_for = self.waited_for or somebody_waits(self.portal_id)
        return now >= self.until or self.waited_for


def somebody_waits(portal_id: int) -> bool:
    """Whether a heavy job of this portal is due that is no copy; over a connection of its own."""
    job = Base.metadata.tables["job"].c  # the table itself belongs to a higher room
    wanted = select(job.id).where(
        job.heavy_portal == portal_id,
        job.state == WAITS,
        job.name != "make_copy",
        job.due_at <= services().clock.now(),
    )
    with db.engine.connect() as connection:
        return connection.scalar(wanted.limit(1)) is not None
