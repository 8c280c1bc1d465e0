"""Answers of people and the register of applications: kept with name and time."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select

from b24app.checklist.model import REGISTER_KINDS, QuestionAnswer, RegisterRow
from b24app.checklist.questions.evidence import files_by_answer, judge_file, keep_file
from b24app.checklist.questions.question import Answered, AnswerOutcome, AttachedFile, by_code
from b24app.database import current_portal_id, db
from b24app.errors import BadInput, NotFound
from b24app.services import services
from b24app.text.messages import N_


def answer_question(
    code: str,
    outcome: str,
    *,
    user_id: int,
    user_name: str,
    value: str = "",
    note: str = "",
    file: tuple[str, bytes] = ("", b""),
) -> QuestionAnswer:
    """Keep a person's answer with its file, if there is one; it holds for as long as the question says."""
    question = by_code().get(code)
    if question is None:
        raise NotFound("question")
    if outcome not in set(AnswerOutcome):
        raise BadInput(N_("Choose one of the answers."), "outcome")
    proof, now = judge_file(*file), services().clock.now()
    row = QuestionAnswer(
        portal_id=current_portal_id(),
        code=code,
        outcome=outcome,
        value=value.strip(),
        note=note.strip(),
        user_id=user_id,
        user_name=user_name,
        answered_at=now,
        valid_until=now + timedelta(days=question.valid_days),
    )
    db.session.add(row)
    db.session.flush()
    if proof is not None:
        keep_file(row.id, proof)
    _keep()
    return row


def current_answers() -> dict[str, Answered]:
    """The newest answer to each question."""
    rows = db.session.scalars(select(QuestionAnswer).order_by(QuestionAnswer.id))
    files = files_by_answer()
    return {row.code: _answered(row, files) for row in rows}


def answer_history(code: str) -> list[Answered]:
    """All answers to a question, newest first."""
    wanted = select(QuestionAnswer).where(QuestionAnswer.code == code).order_by(QuestionAnswer.id.desc())
    files = files_by_answer()
    return [_answered(row, files) for row in db.session.scalars(wanted)]


def _answered(row: QuestionAnswer, files: Mapping[int, AttachedFile]) -> Answered:
    return Answered(
        AnswerOutcome(row.outcome),
        row.value,
        row.note,
        row.user_name,
        row.answered_at,
        row.valid_until,
        files.get(row.id),
    )


def register_application(
    kind: str,
    name: str,
    *,
    user_id: int,
    user_name: str,
    owner_id: int | None = None,
    owner_name: str = "",
    host: str = "",
    purpose: str = "",
    expires_on: date | None = None,
) -> RegisterRow:
    """Write down an application or a webhook; of its address only the host is kept."""
    _refuse_nameless(kind, name)
    row = RegisterRow(
        portal_id=current_portal_id(),
        kind=kind,
        name=name.strip(),
        owner_id=owner_id,
        owner_name=owner_name,
        host=_host(host),
        purpose=purpose.strip(),
        expires_on=expires_on,
        said_by=user_id,
        said_by_name=user_name,
        said_at=services().clock.now(),
    )
    db.session.add(row)
    _keep()
    return row


def change_registered(
    entry_id: int,
    kind: str,
    name: str,
    *,
    user_id: int,
    user_name: str,
    owner_id: int | None = None,
    owner_name: str = "",
    host: str = "",
    purpose: str = "",
    expires_on: date | None = None,
) -> RegisterRow:
    """Correct an entry; who corrected it and when is kept in place of who wrote it."""
    row = get_registered(entry_id)
    _refuse_nameless(kind, name)
    row.kind, row.name, row.host, row.purpose = kind, name.strip(), _host(host), purpose.strip()
    row.owner_id, row.owner_name, row.expires_on = owner_id, owner_name, expires_on
    row.said_by, row.said_by_name, row.said_at = user_id, user_name, services().clock.now()
    _keep()
    return row


def get_registered(entry_id: int) -> RegisterRow:
    """One entry of the register."""
    row = db.session.scalar(select(RegisterRow).where(RegisterRow.id == entry_id))
    if row is None:
        raise NotFound("register entry")
    return row


def _refuse_nameless(kind: str, name: str) -> None:
    if kind not in REGISTER_KINDS:
        raise BadInput(N_("Choose what it is."), "kind")
    if not name.strip():
        raise BadInput(N_("Give it a name."), "name")


def registered_applications() -> list[RegisterRow]:
    """The register in the order it was written."""
    return list(db.session.scalars(select(RegisterRow).order_by(RegisterRow.id)))


def strike_from_register(entry_id: int) -> None:
    """Take an entry out of the register."""
    db.session.delete(get_registered(entry_id))
    _keep()


def _host(address: str) -> str:
    """A webhook's address holds its secret in the path, so the path is never kept."""
    return address.strip().partition("://")[2].partition("/")[0] or address.strip().partition("/")[0]


def _keep() -> None:
    """Commit, and let the checks that stand on it say so."""
    services().queue.later("tell_checks", current_portal_id())
    db.session.commit()
