"""Files that go with answers as evidence: judged by content, kept sealed, given back only as a download."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select

from b24app.checklist.model import AnswerFile
from b24app.checklist.questions.question import AttachedFile
from b24app.database import current_portal_id, db
from b24app.errors import BadInput, NotFound
from b24app.input_limits import Media, media_of, safe_name
from b24app.text.messages import N_

MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be kept: what it really is, its clean name, and its content."""

    media: Media
    name: str
    content: bytes


def judge_file(name: str, content: bytes) -> CheckedFile | None:
    """Say what a sent file is; None when nothing was sent, BadInput for what is not taken."""
    if not name and not content:
        return None
    media = media_of(content)
    if (db.session.scalar(select(func.count(AnswerFile.id))) or 0) >= MOST_FILES:
        raise BadInput(
            N_("There are too many files: keep the proof where it lies and write down where."), "file"
        )
    return CheckedFile(media, safe_name(name, media), content)


def keep_file(answer_id: int, file: CheckedFile) -> None:
    """Seal a judged file with an answer; the caller commits both."""
    row = AnswerFile(
        portal_id=current_portal_id(), answer_id=answer_id, name=file.name, media=file.media.mime
    )
    row.size, row.content = len(file.content), file.content
    row.digest = hashlib.sha256(file.content).hexdigest()
    db.session.add(row)


def files_by_answer() -> dict[int, AttachedFile]:
    """What lies with which answer; contents stay sealed."""
    wanted = select(
        AnswerFile.answer_id, AnswerFile.name, AnswerFile.media, AnswerFile.size, AnswerFile.digest
    )
    return {row.answer_id: AttachedFile(*row) for row in db.session.execute(wanted)}


def give_file(answer_id: int) -> tuple[AttachedFile, bytes]:
    """The file of one answer with its content; raises NotFound."""
    content = db.session.scalar(select(AnswerFile.content).where(AnswerFile.answer_id == answer_id))
    if content is None:
        raise NotFound("file")
    return files_by_answer()[answer_id], content
