"""The estimate of a full copy: a job asks the portal and keeps the result for a day, so that no page waits for a portal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from b24app.backup.backup_plan import PLANS, plan_to_change
from b24app.backup.model import Values
from b24app.backup.reading.estimate import estimate
from b24app.clock import CLOCKS_DIFFER
from b24app.database import current_portal_id, db, portal_scope
from b24app.errors import AppError, PortalError
from b24app.services import services

HOLDS = timedelta(days=1)
AGAIN = timedelta(minutes=10)
"""After a refusal the portal is asked again, but not at every look at the page."""


@dataclass(frozen=True, slots=True)
class KeptEstimate:
    """The kept estimate from the portal's counts; without numbers when it did not answer."""

    at: datetime
    rows: int = 0
    seconds: float = 0.0
    size: int = 0
    known: bool = False


def read_estimate(now: datetime) -> KeptEstimate | None:
    """The estimate that is still valid; None when a new one is needed."""
    row = PLANS.first()
    kept = _parse(row.estimate) if row else None
    if kept is None or kept.at - now > CLOCKS_DIFFER:
        return None
    return kept if now - kept.at < (HOLDS if kept.known else AGAIN) else None


def ask_estimate() -> None:
    """Queue the job; one that waits already is not queued twice."""
    services().queue.later("estimate_copy", current_portal_id())


def estimate_copy(portal_id: int) -> None:
    """The job: count, keep what was counted, or that the portal did not answer."""
    with portal_scope(portal_id):
        db.session.rollback()
        try:
            found = estimate()
            kept: Values = {"rows": found.rows, "seconds": found.seconds, "size": found.size}
        except (PortalError, AppError):
            kept = {}
        db.session.rollback()
        plan_to_change().estimate = {"at": services().clock.now().isoformat(), **kept}
        db.session.commit()


def _parse(kept: Values) -> KeptEstimate | None:
    """Parse a kept estimate; None for one of another release in another shape: then it is made anew."""
    try:
        at = datetime.fromisoformat(kept["at"])
        if "rows" not in kept:
            return KeptEstimate(at) if at.tzinfo else None
        found = KeptEstimate(at, int(kept["rows"]), float(kept["seconds"]), int(kept["size"]), known=True)
    except (KeyError, TypeError, ValueError):
        return None
    return found if at.tzinfo else None
