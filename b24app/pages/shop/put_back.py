"""The state before a mute or a giving, for the address of «Undo», and putting it back."""

from collections.abc import Mapping
from datetime import date, datetime

from b24app.checklist.engine.mutes_and_owners import (
    Owner,
    mute,
    mutes_in_force,
    name_owner,
    named_owners,
    unmute,
)
from b24app.checklist.model import Mute
from b24app.errors import NotFound
from b24app.terms.term import Author
from b24app.web.sealed_undo import open_for_undo, seal_for_undo


def muted_before(row: Mute | None) -> str:
    """The query that lets «Undo» put the mute of before back; none where there was none."""
    if row is None:
        return ""
    return _sealed(
        {
            "target": row.target,
            "reason": row.reason,
            "until": row.until.isoformat(),
            "user_id": row.user_id,
            "name": row.user_name,
            "at": row.muted_at.isoformat(),
        }
    )


def owned_before(owner: Owner | None) -> str:
    """The query that lets «Undo» name the person of before again."""
    if owner is None:
        return ""
    return _sealed({"target": owner.target, "name": owner.name, "user_id": owner.user_id})


def put_mute_back(target: str, sealed: str) -> None:
    """End a mute; the one of before counts again, as long as its day has not passed."""
    unmute(target)
    if not sealed:
        return
    kept = _opened(target, sealed)
    at = datetime.fromisoformat(str(kept["at"]))
    by = Author(int(str(kept["user_id"])), str(kept["name"]))
    mute(target, str(kept["reason"]), date.fromisoformat(str(kept["until"])), by=by, at=at)


def put_owner_back(target: str, sealed: str, *, by: Author, at: datetime) -> None:
    """Name the person of before again."""
    if sealed and target not in named_owners():
        kept = _opened(target, sealed)
        person = kept["user_id"]
        name_owner(target, str(kept["name"]), int(str(person)) if person is not None else None, by=by, at=at)


def mute_of(target: str) -> Mute | None:
    """The mute of this very check or area."""
    return mutes_in_force().get(target)


def _sealed(kept: Mapping[str, object]) -> str:
    return f"?before={seal_for_undo(kept)}"


def _opened(target: str, sealed: str) -> Mapping[str, object]:
    kept = open_for_undo(sealed)
    if not isinstance(kept, dict) or kept["target"] != target:
        raise NotFound("undo")
    return kept
