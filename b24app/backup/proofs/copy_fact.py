"""The state of the copy as the checks read it."""

from datetime import datetime, timedelta

from sqlalchemy import select

from b24app.backup.proofs.copy_state import ProofCode, standing
from b24app.backup.proofs.model import WatchedCounts
from b24app.backup.proofs.open_alarms import count_open_alarms
from b24app.backup.proofs.proof_words import PROOF_TITLES
from b24app.checklist.engine.own_facts import OwnCopy
from b24app.clock import CLOCKS_DIFFER
from b24app.database import db

WATCHED_WITHIN = timedelta(hours=50)
"""The look of the night before still counts while this night's one is not done yet, or failed once."""


def read_copy_fact(at: datetime) -> OwnCopy:
    """The one definition of a verified copy, for the checks."""
    found = standing(at)
    return OwnCopy(
        set_up=found.set_up,
        made_at=found.copy.made_at if found.copy else None,
        verified=found.verified,
        damaged=bool(found.damaged),
        missing=tuple(PROOF_TITLES[one.code] for one in found.missing),
        why=found.missing[0].problem if found.missing else "",
        former_key=found.former_key,
        fresh=all(one.code is not ProofCode.FRESH for one in found.missing),
        without=tuple(one.title for one in found.without),
        without_rights=any(one.mendable for one in found.without),
        being_made=found.under_way is not None,
        losses=count_open_alarms(),
        unwatched=not _was_watched(at),
    )


def _was_watched(at: datetime) -> bool:
    """Whether the portal was looked at for losses lately; a moment in the future does not count."""
    counted_at = db.session.scalar(select(WatchedCounts.counted_at))
    return counted_at is not None and -CLOCKS_DIFFER <= at - counted_at <= WATCHED_WITHIN
