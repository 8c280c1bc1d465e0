"""Stores results of runs: a fact once in a portal however many runs saw it, the verdicts of a run together."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypeAlias

from pydantic_core import from_json, to_json
from sqlalchemy import bindparam, select, text, update

from b24app.checklist.engine.stored_facts import FactContent, dump_verdict, load_verdict
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.model import KeptFact, RunResult
from b24app.database import current_portal_id, db
from b24app.json_values import Json, is_object
from b24app.stored_values import Packed

KeptVerdicts: TypeAlias = dict[str, Json]
BEGIN = text(
    "INSERT INTO run_result (run_id, portal_id, facts) VALUES (:run_id, :portal_id, '{}') ON CONFLICT DO NOTHING"
)
KEEP = text(
    "INSERT INTO kept_fact (portal_id, digest, refused, content) VALUES (:portal_id, :digest, :refused, :content)"
    " ON CONFLICT (portal_id, digest) DO NOTHING"
).bindparams(bindparam("content", type_=Packed()))


def write_result(
    run_id: int,
    *,
    facts: Mapping[str, FactContent],
    verdicts: Mapping[str, Verdict],
    at: datetime,
    unread: Collection[str] = (),
) -> Counter[str]:
    """Add facts and verdicts to those of a run, newer ones replace older; returns its levels.

    A verdict of `unread` stays as it was, with the moment when the portal was asked for it in vain.

    Two workers may write one run, and one fact of two runs: the second waits for the first and keeps both.
    """
    db.session.execute(BEGIN, {"run_id": run_id, "portal_id": current_portal_id()})
    mine = select(RunResult.facts, RunResult.verdicts).where(RunResult.run_id == run_id)
    found = db.session.execute(mine.with_for_update()).one()
    kept = _open(found.verdicts)
    kept |= {code: _kept_verdict(one, at) for code, one in verdicts.items()}
    kept |= {code: _marked_unread(kept[code], at) for code in unread if code in kept}
    changed = {"facts": found.facts | _keep(facts), "verdicts": to_json(kept)}
    ours = update(RunResult).where(RunResult.run_id == run_id).execution_options(synchronize_session=False)
    db.session.execute(ours.values(**changed))
    return Counter(_level_of(one) for one in kept.values())


def _keep(facts: Mapping[str, FactContent]) -> dict[str, int]:
    """The number of each fact; only facts that this portal has not stored yet are written, in one order for all workers."""
    wanted = {row.digest: row for row in facts.values()}
    known = _numbers(wanted)
    portal_id = current_portal_id()
    new = [
        {"portal_id": portal_id, "digest": digest, "refused": row.refused, "content": row.content}
        for digest, row in sorted(wanted.items())
        if digest not in known
    ]
    if new:
        db.session.execute(KEEP, new)
        known |= _numbers(wanted)
    return {name: known[row.digest] for name, row in facts.items()}


def _numbers(digests: Collection[bytes]) -> dict[bytes, int]:
    """The numbers of kept facts, locked until our commit: a worker that deletes unused ones waits, and then finds them in use."""
    query = select(KeptFact.digest, KeptFact.id).where(KeptFact.digest.in_(digests))
    return {
        bytes(digest): number
        for digest, number in db.session.execute(query.with_for_update(key_share=True, read=True))
    }


def read_facts(run_id: int, names: Collection[str] | None = None) -> dict[str, FactContent]:
    """The facts of a run as they are kept, by name: all of them, or the named ones."""
    numbers = numbers_of_facts(run_id)
    if names is not None:
        numbers = {name: number for name, number in numbers.items() if name in names}
    query = select(KeptFact.id, KeptFact.content, KeptFact.refused).where(
        KeptFact.id.in_(set(numbers.values()))
    )
    kept = (
        {row.id: FactContent(row.content, row.refused) for row in db.session.execute(query)}
        if numbers
        else {}
    )
    return {name: kept[number] for name, number in numbers.items() if number in kept}


def numbers_of_facts(run_id: int) -> Mapping[str, int]:
    """The numbers of a run's facts: equal numbers are equal facts."""
    return db.session.scalar(select(RunResult.facts).where(RunResult.run_id == run_id)) or {}


def read_verdicts(run_id: int, codes: Collection[str] | None = None) -> dict[str, Verdict]:
    """The verdicts of a run by their codes: all of them, or the named ones."""
    return {
        code: load_verdict(_part(one, "verdict"))
        for code, one in _verdicts_of(run_id).items()
        if codes is None or code in codes
    }


def levels_of_run(run_id: int) -> dict[str, str]:
    """The level of each verdict of a run as it is kept; the verdicts themselves are not read for it."""
    return {code: _level_of(one) for code, one in _verdicts_of(run_id).items()}


def moments_of_verdicts(run_id: int) -> dict[str, datetime]:
    """When each check of a run was judged last."""
    return _moments(run_id, "judged_at")


def moments_unread(run_id: int) -> dict[str, datetime]:
    """When the portal was asked for a check of a run in vain, after its verdict."""
    return _moments(run_id, "unread_at")


def _moments(run_id: int, part: str) -> dict[str, datetime]:
    moments = {code: _part(one, part) for code, one in _verdicts_of(run_id).items()}
    return {code: datetime.fromisoformat(at) for code, at in moments.items() if isinstance(at, str)}


def _verdicts_of(run_id: int) -> KeptVerdicts:
    return _open(db.session.scalar(select(RunResult.verdicts).where(RunResult.run_id == run_id)))


def _open(packed: bytes | None) -> KeptVerdicts:
    """Unpack stored verdicts; empty for a missing row or one of another release."""
    try:
        found = from_json(packed) if packed else {}
    except ValueError:
        return {}
    return dict(found) if is_object(found) else {}


def _kept_verdict(one: Verdict, at: datetime) -> Json:
    return {"judged_at": at.isoformat(), "verdict": dump_verdict(one)}


def _marked_unread(one: Json, at: datetime) -> Json:
    return {**one, "unread_at": at.isoformat()} if is_object(one) else one


def _part(one: Json, name: str) -> Json:
    return one.get(name) if is_object(one) else None


def _level_of(one: Json) -> str:
    verdict = _part(one, "verdict")
    return str(_part(verdict, "level"))
