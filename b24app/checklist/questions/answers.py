"""Answers of people with their files, and the register of applications: kept with name and time."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select

from b24app.checklist.model import REGISTER_KINDS, AnswerFile, QuestionAnswer, RegisterRow
from b24app.checklist.questions.question import Answered, AnswerOutcome, AttachedFile, load_questions
from b24app.database import current_portal_id, db
from b24app.errors import BadInput, NotFound
from b24app.input_limits import media_of, safe_name
from b24app.portal_rows import PortalRows
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_

MOST_FILES = 200
UNDO_WITHIN = timedelta(hours=1)


def answer_question(
    code: str,
    outcome: str,
    *,
    by: Author,
    at: datetime,
    value: str = "",
    note: str = "",
    file: tuple[str, bytes] = ("", b""),
) -> QuestionAnswer:
    """Keep a person's answer with its file, if there is one; it is valid for the period of the question."""
    question = load_questions().get(code)
    if question is None:
        raise NotFound("question")
    if outcome not in set(AnswerOutcome):
        raise BadInput(N_("Choose one of the answers."), "outcome")
    evidence = judge_file(*file)
    row = QuestionAnswer(
        code=code, outcome=outcome, value=value.strip(), note=note.strip(),
        user_id=by.user_id or 0, user_name=by.name, answered_at=at, valid_until=at + timedelta(days=question.valid_days),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    if evidence is not None:
        evidence.answer_id = row.id
        db.session.add(evidence)
    _let_checks_know()
    return row


def _is_of(row: QuestionAnswer, by: Author) -> bool:
    """Whether a person gave this answer; a person without an account in the portal is identified by name."""
    known = by.user_id is not None or row.user_name == by.name
    return row.user_id == (by.user_id or 0) and known


def take_back_answer(answer_id: int, *, by: Author, at: datetime) -> str:
    """Take the newest answer to a question back, for its author within an hour; returns the code, raises NotFound otherwise."""
    row = db.session.get(QuestionAnswer, answer_id)
    mine = row is not None and row.portal_id == current_portal_id() and _is_of(row, by)
    if row is None or not mine or at - row.answered_at > UNDO_WITHIN:
        raise NotFound("answer")
    newer = select(QuestionAnswer.id).where(QuestionAnswer.code == row.code, QuestionAnswer.id > row.id)
    if db.session.scalar(newer.limit(1)) is not None:
        raise NotFound("answer")
    code = row.code
    db.session.execute(delete(AnswerFile).where(AnswerFile.answer_id == answer_id))
    db.session.delete(row)
    db.session.flush()
    _let_checks_know()
    return code


ANSWERS = PortalRows(select(QuestionAnswer).order_by(QuestionAnswer.id))
FILES = PortalRows(select(AnswerFile), without=("content",))


def current_answers() -> dict[str, Answered]:
    """The newest answer to each question."""
    return {row.code: answer for row, answer in _answered(ANSWERS.read())}


def answer_history(code: str) -> list[Answered]:
    """All answers to a question, newest first."""
    wanted = select(QuestionAnswer).where(QuestionAnswer.code == code).order_by(QuestionAnswer.id.desc())
    return [answer for _row, answer in _answered(db.session.scalars(wanted))]


def _answered(rows: Iterable[QuestionAnswer]) -> Iterable[tuple[QuestionAnswer, Answered]]:
    files = _files()
    for row in rows:
        yield (
            row,
            Answered(
                AnswerOutcome(row.outcome), row.value, row.note, row.user_name,
                row.answered_at, row.valid_until, files.get(row.id),
            ),
        )  # fmt: skip


def judge_file(name: str, content: bytes) -> AnswerFile | None:
    """Check an uploaded file by its content, to be sealed; None when nothing was sent. Raises BadInput for a file that is not taken."""
    if not name and not content:
        return None
    media = media_of(content)
    if (db.session.scalar(select(func.count(AnswerFile.id))) or 0) >= MOST_FILES:
        raise BadInput(
            N_("There are too many files: keep the proof where it lies and write down where."), "file"
        )
    return AnswerFile(
        name=safe_name(name, media), media=media.mime,
        size=len(content), digest=hashlib.sha256(content).hexdigest(), content=content,
    )  # fmt: skip


def _files() -> dict[int, AttachedFile]:
    """Which file belongs to which answer; contents stay sealed."""
    return {
        row.answer_id: AttachedFile(row.answer_id, row.name, row.media, row.size, row.digest)
        for row in FILES.read()
    }


def give_file(answer_id: int) -> tuple[AttachedFile, bytes]:
    """The file of one answer with its content; raises NotFound."""
    content = db.session.scalar(select(AnswerFile.content).where(AnswerFile.answer_id == answer_id))
    if content is None:
        raise NotFound("file")
    return _files()[answer_id], content


@dataclass(frozen=True, slots=True)
class RegisterDraft:
    """What a person enters about an application or a webhook."""

    kind: str
    name: str
    owner_id: int | None = None
    owner_name: str = ""
    host: str = ""
    purpose: str = ""
    expires_on: date | None = None


def register_application(draft: RegisterDraft, *, by: Author, at: datetime) -> RegisterRow:
    """Store an application or a webhook; of its address only the host is kept."""
    row = _write(RegisterRow(), draft, by, at)
    db.session.add(row)
    return row


def change_registered(entry_id: int, draft: RegisterDraft, *, by: Author, at: datetime) -> RegisterRow:
    """Correct an entry; its author and moment are replaced by those of the correction."""
    return _write(get_registered(entry_id), draft, by, at)


def _write(row: RegisterRow, draft: RegisterDraft, by: Author, at: datetime) -> RegisterRow:
    if draft.kind not in REGISTER_KINDS:
        raise BadInput(N_("Choose what it is."), "kind")
    if not draft.name.strip():
        raise BadInput(N_("Give it a name."), "name")
    row.kind, row.name, row.purpose = draft.kind, draft.name.strip(), draft.purpose.strip()
    row.owner_id, row.owner_name, row.expires_on = draft.owner_id, draft.owner_name, draft.expires_on
    row.host, row.said_by, row.said_by_name, row.said_at = _host(draft.host), by.user_id or 0, by.name, at
    _let_checks_know()
    return row


def get_registered(entry_id: int) -> RegisterRow:
    """One entry of the register."""
    row = db.session.scalar(select(RegisterRow).where(RegisterRow.id == entry_id))
    if row is None:
        raise NotFound("register entry")
    return row


def registered_applications() -> list[RegisterRow]:
    """The register in the order it was written."""
    return list(db.session.scalars(select(RegisterRow).order_by(RegisterRow.id)))


def strike_from_register(entry_id: int) -> None:
    """Delete an entry of the register."""
    db.session.delete(get_registered(entry_id))
    _let_checks_know()


def _host(address: str) -> str:
    """A webhook's address holds its secret in the path, so the path is never kept."""
    return address.strip().partition("://")[2].partition("/")[0] or address.strip().partition("/")[0]


def _let_checks_know() -> None:
    """Queue a new judgement of the checks that use it, after the commit."""
    services().queue.later("tell_checks", current_portal_id())
