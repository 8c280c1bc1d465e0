"""A job: its name, its work, its lane, how long it may take and what its own row stores when it is given up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import signature

from b24app.discovery import import_all
from b24app.services import JobArgument

Work = Callable[..., object]
Ids = tuple[JobArgument, ...]
ATTEMPTS = 5
SECONDS = 150.0


class Lane(StrEnum):
    """Which slots of a worker a job waits for; a person never waits behind the night."""

    PEOPLE = "people"
    EVENTS = "events"
    REMINDERS = "reminders"
    NIGHTLY = "nightly"
    CHAT = "chat"
    WEBHOOKS = "webhooks"


@dataclass(frozen=True, slots=True)
class Job:
    """Durable work by its name, which never changes; it takes ids alone and may be begun again after a kill.

    `hour` and `minute` of a crontab (UTC) let it run by itself; `night` lets it run once a night in every active portal,
    whose id it takes. A heavy job is alone among the heavy ones of its portal. After `deadline` seconds, counted from
    the claim, a job is given up. `failed` marks its own row, with a message id; `unfinished` finds the ids of rows that
    wait for a job, each in the scope of its portal unless they name it, so that a row whose job is lost is worked on
    all the same.
    """

    name: str
    work: Work
    hour: str = ""
    minute: str = ""
    lane: Lane = Lane.EVENTS
    heavy: bool = False
    night: bool = False
    deadline: float = SECONDS
    failed: Callable[..., object] | None = None
    unfinished: Callable[[], Iterable[Ids]] | None = None

    @property
    def takes_portal(self) -> bool:
        """Whether its first argument is the id of a portal."""
        return next(iter(signature(self.work).parameters), "") == "portal_id"


def load_jobs() -> Mapping[str, Job]:
    """Import every file of `jobs/` and return the JOBS that each declares, by name; a name used twice is refused."""
    found: dict[str, Job] = {}
    for module in import_all("b24app.jobs"):
        for job in vars(module).get("JOBS", ()):
            if found.setdefault(job.name, job) is not job:
                msg = f"two jobs are called {job.name!r}"
                raise LookupError(msg)
    return found
