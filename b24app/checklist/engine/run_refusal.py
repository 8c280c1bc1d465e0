"""What the portal said when it refused a whole run: its words, what they mean, and who can change it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.checklist.engine.fact_refusal import REASON_TEXTS, WHO_GRANTS, WHOLE_PORTAL, FactRefusal
from b24app.checklist.model import FactRow, Run
from b24app.database import db
from b24app.stored_values import read_kept


@dataclass(frozen=True, slots=True)
class RefusedRun:
    """The refusal as a page shows it: two message ids and the portal's own words."""

    meaning: str
    remedy: str
    words: str
    at: datetime | None


def refusal_of_run(run_id: int) -> RefusedRun | None:
    """Why the portal refused this run as a whole; None when it did not."""
    rows = db.session.execute(
        select(FactRow.refusal, Run.finished_at)
        .join(Run, Run.id == FactRow.run_id)
        .where(FactRow.run_id == run_id, FactRow.refusal.is_not(None))
        .order_by(FactRow.id)
    )
    for value, at in rows:
        no: FactRefusal | None = read_kept(FactRefusal, value)
        if no is not None and no.reason in WHOLE_PORTAL:
            words = f"{no.code}\n{no.description}".strip()
            return RefusedRun(REASON_TEXTS[no.reason], WHO_GRANTS.get(no.reason, ""), words, at)
    return None
