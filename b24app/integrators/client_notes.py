"""What an integrator keeps of a client for itself: its name, INN, who is responsible, notes; no other integrator sees it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.database import db
from b24app.errors import BadInput
from b24app.input_limits import check_inn, check_text, one_line
from b24app.integrators.members import list_members
from b24app.integrators.model import ClientNote
from b24app.single_rows import single_row
from b24app.terms.profile import get_profile
from b24app.text.messages import N_

LONGEST_NAME, LONGEST_NOTES = 255, 4000


@dataclass(frozen=True, slots=True)
class NoteView:
    """What is kept of one client."""

    name: str = ""
    inn: str = ""
    responsible_id: int | None = None
    notes: str = ""


def read_note(client_id: int) -> NoteView:
    """What the portal in scope keeps of a client."""
    row = db.session.scalar(select(ClientNote).where(ClientNote.client_id == client_id))
    return NoteView(row.name, row.inn, row.responsible_id, row.notes) if row else NoteView()


def keep_note(client_id: int, note: NoteView, *, at: datetime) -> None:
    """Keep the name, INN, responsible person and notes of a client; raises BadInput by field."""
    name = one_line(check_text(note.name, "name", LONGEST_NAME))
    inn = check_inn(note.inn, "inn", abroad=get_profile().is_abroad)
    row = _row(client_id, at)
    row.name, row.inn, row.notes = name, inn, check_text(note.notes, "notes", LONGEST_NOTES)
    row.responsible_id = check_member(note.responsible_id)
    row.search, row.changed_at = f"{name} {inn}".lower(), at
    db.session.flush()


def set_responsible(client_id: int, user_id: int | None, *, at: datetime) -> bool:
    """Set who is responsible for a client; False when it was so already."""
    row = _row(client_id, at)
    if row.responsible_id == user_id:
        return False
    row.responsible_id, row.changed_at = user_id, at
    db.session.flush()
    return True


def check_member(user_id: int | None) -> int | None:
    """A person who works with clients; raises BadInput for anybody else."""
    if user_id is not None and user_id not in {one.user_id for one in list_members()}:
        raise BadInput(N_("This person does not work with clients: give him a role first."), "responsible")
    return user_id


def _row(client_id: int, at: datetime) -> ClientNote:
    return single_row(ClientNote, client_id=client_id, begins={"changed_at": at})
