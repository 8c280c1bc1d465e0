"""What is red at a client, by the definitions of its own pages and of the board; what cannot be seen is neither red nor green."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.runs import latest_run
from b24app.checklist.engine.verdict import Level
from b24app.database import portal_scope
from b24app.integrators.alerts.alert_causes import BY_CHECKS, SHOP_CHECKS, AlertCause
from b24app.integrators.board import ClientRow
from b24app.integrators.summary_parts import blocking_of, broke_since

SILENCE_HOLDS = timedelta(minutes=30)
"""A portal that did not answer once may answer the next minute: it counts as dark after this time."""

REFUSES = frozenset({"lost", "refused"})
GREEN = frozenset({Level.PASS, Level.WARN, Level.NA})


@dataclass(frozen=True, slots=True)
class RedCause:
    """One cause at one client, with the checks that show it."""

    client_id: int
    cause: AlertCause
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watch:
    """The moment of a look, and what is read beside the rows of the board."""

    now: datetime
    today: date
    lost: frozenset[int]
    ending: frozenset[int]


def causes_of(row: ClientRow, watch: Watch) -> Iterator[RedCause]:
    """Every cause that is red at a client and that its consent allows to be shown."""
    if row.sees_checks and (row.blockers or row.broke_count):
        yield from _of_checks(row, watch.now)
    if row.sees_copies and row.client_id in watch.lost:
        yield RedCause(row.client_id, AlertCause.LOSS)
    if is_dark(row, watch.now):
        yield RedCause(row.client_id, AlertCause.DARK)
    if is_unpaid(row):
        yield RedCause(row.client_id, AlertCause.UNPAID)
    if row.client_id in watch.ending:
        yield RedCause(row.client_id, AlertCause.CONSENT)
    if row.access == "late":
        yield RedCause(row.client_id, AlertCause.SWEEP)


def _of_checks(row: ClientRow, now: datetime) -> Iterator[RedCause]:
    blocking, broke = list(row.blocking or ()), list[str]()
    if row.broke_count or len(blocking) < (row.blockers or 0):
        blocking, broke = _read_checks(row.client_id, now)
    spoken: set[str] = set()
    for cause, codes in SHOP_CHECKS.items():
        spoken |= codes
        if found := tuple(code for code in blocking if code in codes):
            yield RedCause(row.client_id, cause, found)
    if other := tuple(code for code in broke if code not in spoken):
        yield RedCause(row.client_id, AlertCause.BROKE, other)


def _read_checks(client_id: int, now: datetime) -> tuple[list[str], list[str]]:
    """All checks of a client that block, and which of them did not a week ago; a summary names a few of them."""
    with portal_scope(client_id):
        run = latest_run(finished=True)
        if run is None:
            return [], []
        blocking = blocking_of(run)
        return blocking, broke_since(run, blocking, now) or []


def is_dark(row: ClientRow, now: datetime) -> bool:
    """Whether a portal refuses us, or has been silent for a while."""
    if row.access in REFUSES:
        return True
    return row.access == "silent" and row.access_since is not None and now - row.access_since >= SILENCE_HOLDS


def is_unpaid(row: ClientRow) -> bool:
    """Whether the end of the term has passed and nobody has paid: on the day of the client."""
    over = row.ends_on is not None and row.day is not None and row.ends_on < row.day
    return over and row.pay_by is not None


def is_green(row: ClientRow, cause: str, codes: Sequence[str]) -> bool:
    """Whether a cause that is red no more is confirmed to be well: in a portal that does not answer it is not."""
    if cause in BY_CHECKS:
        return _checks_are_green(row.client_id, codes)
    if cause in (AlertCause.DARK, AlertCause.SWEEP):
        return row.access == "alive"
    return row.day is not None or cause in (AlertCause.LOSS, AlertCause.CONSENT)


def _checks_are_green(client_id: int, codes: Sequence[str]) -> bool:
    """Whether each of these checks passes by the newest look; a muted check, or one that exists no more, counts as settled."""
    with portal_scope(client_id):
        run = latest_run(finished=True)
        if run is None:
            return False
        rows = checklist_view(run)
        found = [rows.check(code) for code in codes]
    return all(one is None or one.muted is not None or one.level in GREEN for one in found)


def may_know(row: ClientRow, cause: str) -> bool:
    """Whether what the client gave, and the person's role, allow a cause to be shown."""
    if cause in BY_CHECKS:
        return row.sees_checks
    if cause == AlertCause.LOSS:
        return row.sees_copies
    return row.sees_terms or cause != AlertCause.UNPAID
