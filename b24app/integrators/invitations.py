"""Invitations: what an integrator asks of a client, by a code of eight characters that a client's administrator answers once."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from b24app.database import changed_rows, current_portal_id, db, every_portal
from b24app.errors import BadInput, NotFound
from b24app.input_limits import check_inn, check_text, one_line
from b24app.integrators.model import Invitation
from b24app.integrators.rights import Right, in_order, read_rights
from b24app.services import services
from b24app.terms.profile import get_profile
from b24app.terms.term import Author
from b24app.text.messages import N_

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I and L, U: a code that is read aloud or from paper is not mistaken."""
LENGTH = 8
LONGEST_NAME = 255
LIVES = timedelta(days=30)
TAKEN_BACK_WITHIN = timedelta(minutes=10)
MONTHS = (3, 6, 12)
GRANTED, REFUSED, WITHDRAWN = "granted", "refused", "withdrawn"


@dataclass(frozen=True, slots=True)
class InvitationView:
    """One invitation; `answer` is empty while it waits."""

    id: int
    integrator_id: int
    code: str
    digest: str
    client_name: str
    client_inn: str
    client_portal_id: int | None
    rights: tuple[Right, ...]
    months: int
    made_by: str
    made_by_id: int
    made_at: datetime
    expires_at: datetime
    answer: str
    answered_at: datetime | None

    def waits(self, now: datetime) -> bool:
        """Whether it may be answered still."""
        return not self.answer and now < self.expires_at


def invite(
    rights: frozenset[Right],
    months: int,
    *,
    by: Author,
    at: datetime,
    client_name: str = "",
    client_inn: str = "",
    client_portal_id: int | None = None,
) -> InvitationView:
    """Ask a client for rights; the portal in scope is the integrator's. Of a present client the newest request alone waits. Raises BadInput by field."""
    if not rights:
        raise BadInput(N_("Ask for one right at least."), "rights")
    if months not in MONTHS:
        raise BadInput(N_("Choose 3, 6 or 12 months."), "months")
    if client_portal_id is not None:
        withdraw_asks(current_portal_id(), client_portal_id, at)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    row = Invitation(
        code=code,
        digest=digest_of(code),
        client_name=one_line(check_text(client_name, "client_name", LONGEST_NAME)),
        client_inn=check_inn(client_inn, "client_inn", abroad=get_profile().is_abroad),
        client_portal_id=client_portal_id,
        rights=[str(right) for right in in_order(rights)],
        months=months,
        made_by=by.name,
        made_by_id=by.user_id or 0,
        made_at=at,
        expires_at=at + LIVES,
    )
    db.session.add(row)
    db.session.flush()
    return _view(row)


def digest_of(code: str) -> str:
    """The digest by which an invitation is found: case, spaces and hyphens of the typed code do not matter."""
    plain = "".join(code.upper().split()).replace("-", "")
    key = services().settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"invitation {plain}".encode(errors="replace"), hashlib.sha256).hexdigest()


def list_invitations() -> tuple[InvitationView, ...]:
    """All that the portal in scope has asked, newest first."""
    rows = db.session.scalars(select(Invitation).order_by(Invitation.id.desc()))
    return tuple(_view(row) for row in rows)


def find_by_code(code: str) -> InvitationView | None:
    """The invitation of a code, whoever made it, answered or not."""
    return find_by_digest(digest_of(code))


def find_by_digest(digest: str) -> InvitationView | None:
    """The invitation of a digest that we have sealed ourselves: SQLite may reuse a number, a digest never comes again."""
    with every_portal():
        row = db.session.scalar(select(Invitation).where(Invitation.digest == digest))
        return _view(row) if row else None


def asked_of(client_portal_id: int, now: datetime) -> tuple[InvitationView, ...]:
    """What integrators ask of this client without a code, because they look after it already."""
    with every_portal():
        rows = db.session.scalars(
            select(Invitation)
            .where(Invitation.client_portal_id == client_portal_id, Invitation.answer == "")
            .where(Invitation.expires_at > now)
            .order_by(Invitation.id)
        )
        return tuple(_view(row) for row in rows)


def answer(
    view: InvitationView, answer_code: str, client_portal_id: int, at: datetime, *, name: str = ""
) -> bool:
    """Keep the client's answer, and his name where none is kept; whether this one was the first: two administrators may press at once."""
    named = (view.client_name or name)[:LONGEST_NAME]
    with every_portal():
        done = db.session.execute(
            update(Invitation)
            .where(Invitation.digest == view.digest, Invitation.answer == "", Invitation.expires_at > at)
            .values(answer=answer_code, answered_at=at, client_portal_id=client_portal_id, client_name=named)
        )
    return changed_rows(done) == 1


def take_back_refusal(invitation_id: int, client_portal_id: int, at: datetime) -> bool:
    """Let an invitation that this client has refused wait again; whether there was one."""
    with every_portal():
        done = db.session.execute(
            update(Invitation)
            .where(Invitation.id == invitation_id, Invitation.answer == REFUSED, Invitation.expires_at > at)
            .where(Invitation.client_portal_id == client_portal_id)
            .values(answer="", answered_at=None)
        )
    return changed_rows(done) == 1


def withdraw_asks(integrator_id: int, client_portal_id: int, at: datetime) -> None:
    """Withdraw the open requests of an integrator to a client when the access has ended."""
    _withdraw_all(
        Invitation.portal_id == integrator_id, Invitation.client_portal_id == client_portal_id, at=at
    )


def withdraw_all_of(integrator_id: int, at: datetime) -> None:
    """An integrator that is none any more asks nobody."""
    _withdraw_all(Invitation.portal_id == integrator_id, at=at)


def withdraw_all_to(client_portal_id: int, at: datetime) -> None:
    """A client who has left is asked by nobody."""
    _withdraw_all(Invitation.client_portal_id == client_portal_id, at=at)


def _withdraw_all(*which: ColumnElement[bool], at: datetime) -> None:
    with every_portal():
        db.session.execute(
            update(Invitation).where(*which, Invitation.answer == "").values(answer=WITHDRAWN, answered_at=at)
        )


def take_withdrawal_back(invitation_id: int, living: Collection[int], at: datetime) -> None:
    """Let an invitation of the portal in scope wait again that was taken back lately; raises NotFound.

    What was asked of a present client waits again only while his access is among the `living`, and nothing newer waits.
    """
    row = db.session.scalar(select(Invitation).where(Invitation.id == invitation_id))
    if row is None or row.answer != WITHDRAWN or row.answered_at is None or row.expires_at <= at:
        raise NotFound
    client_id = row.client_portal_id
    if abs(at - row.answered_at) > TAKEN_BACK_WITHIN:
        raise NotFound
    if client_id is not None and (client_id not in living or asks_already(row.portal_id, client_id, at)):
        raise NotFound
    row.answer, row.answered_at = "", None
    db.session.flush()


def asks_already(integrator_id: int, client_portal_id: int, now: datetime) -> bool:
    """Whether an integrator's request waits at this client."""
    return any(one.integrator_id == integrator_id for one in asked_of(client_portal_id, now))


def spaced(code: str) -> str:
    """A code as it is read aloud: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def withdraw(invitation_id: int, at: datetime) -> None:
    """Take an invitation of the portal in scope back; one that was answered stays."""
    if db.session.scalar(select(Invitation.id).where(Invitation.id == invitation_id)) is None:
        raise NotFound
    db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.answer == "")
        .values(answer=WITHDRAWN, answered_at=at)
    )


def _view(row: Invitation) -> InvitationView:
    return InvitationView(
        id=row.id,
        integrator_id=row.portal_id,
        code=row.code,
        digest=row.digest,
        client_name=row.client_name,
        client_inn=row.client_inn,
        client_portal_id=row.client_portal_id,
        rights=in_order(read_rights(row.rights)),
        months=row.months,
        made_by=row.made_by,
        made_by_id=row.made_by_id,
        made_at=row.made_at,
        expires_at=row.expires_at,
        answer=row.answer,
        answered_at=row.answered_at,
    )
