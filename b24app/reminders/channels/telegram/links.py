"""Which people of a portal have linked a chat: the start code that ends in an hour and is used once, the chat, its end.

A chat's number is sealed, and found by a mark that nobody without our key can make. Verbs do not commit but `close_chat`.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from b24app.database import changed_rows, current_portal_id, db, every_portal, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.input_limits import one_line
from b24app.portal_rows import PortalRows
from b24app.portals.model import InstallStatus, Portal
from b24app.portals.people import dismissed_ids
from b24app.reminders.model import TelegramLink
from b24app.services import services
from b24app.single_rows import single_row
from b24app.text.messages import N_

CODE_ENDS = timedelta(hours=1)
LINKS = PortalRows(select(TelegramLink).order_by(TelegramLink.id))


@dataclass(frozen=True, slots=True)
class ChatLinkView:
    """One person of the portal: linked, with a code under way, or with a chat that was closed."""

    id: int
    portal_id: int
    user_id: int
    user_name: str
    chat: str = field(repr=False)
    linked_at: datetime | None
    ended_at: datetime | None
    error: str
    code_at: datetime | None
    quiet_from: int
    quiet_to: int

    @property
    def linked(self) -> bool:
        """Whether messages go to this chat."""
        return bool(self.chat)

    def waits(self, at: datetime) -> bool:
        """Whether a start code of this person may still be used."""
        return self.code_at is not None and at - self.code_at <= CODE_ENDS


def list_links() -> tuple[ChatLinkView, ...]:
    """Everybody of this portal who has linked a chat, or was about to."""
    return tuple(_view(row) for row in LINKS.read())


def find_link(user_id: int) -> ChatLinkView | None:
    """The link of one person of this portal, whatever its state."""
    return next((one for one in list_links() if one.user_id == user_id), None)


def make_code(user_id: int, name: str, at: datetime) -> str:
    """A start code for one person of this portal; an earlier one of the same person ends. A linked chat stays until it is used."""
    row = single_row(TelegramLink, user_id=user_id)
    code = secrets.token_urlsafe(18)
    row.user_name, row.code, row.code_at = one_line(name)[:255], _digest(code), at
    db.session.flush()
    return code


def use_code(code: str, chat: str, at: datetime) -> ChatLinkView | None:
    """Link the chat from which a start code came, in the portal and for the person it was made for.

    None for a code that is unknown, that is used already, or that is older than an hour.
    """
    with every_portal():
        row = db.session.scalar(
            select(TelegramLink)
            .join(Portal, Portal.id == TelegramLink.portal_id)
            .where(TelegramLink.code == _digest(code), Portal.status == InstallStatus.ACTIVE)
        )
        if row is None or row.code_at is None or at - row.code_at > CODE_ENDS:
            return None
        row.code, row.code_at, row.chat, row.mark = None, None, chat, mark_of(chat)
        row.linked_at, row.ended_at, row.error = at, None, ""
        db.session.flush()
        return _view(row)


def links_of_chat(chat: str) -> tuple[ChatLinkView, ...]:
    """The links of one chat over all portals, the oldest first."""
    with every_portal():
        rows = db.session.scalars(
            select(TelegramLink)
            .join(Portal, Portal.id == TelegramLink.portal_id)
            .where(TelegramLink.mark == mark_of(chat), Portal.status == InstallStatus.ACTIVE)
            .order_by(TelegramLink.id)
        ).all()
        return tuple(_view(row) for row in rows if row.chat == chat)


def working_links(chat: str) -> tuple[ChatLinkView, ...]:
    """The links of one chat in the portals where its person still works: nobody else gets a message."""
    return tuple(one for one in links_of_chat(chat) if not _is_dismissed(one))


def _is_dismissed(link: ChatLinkView) -> bool:
    with portal_scope(link.portal_id):
        return link.user_id in dismissed_ids()


def leave_chat(chat: str) -> int:
    """Forget a chat whose person sent /stop, in every portal; returns how many links ended."""
    with every_portal():
        gone = {"chat": None, "mark": "", "linked_at": None, "error": "", "ended_at": None}
        found = db.session.execute(
            update(TelegramLink)
            .where(TelegramLink.mark == mark_of(chat))
            .values(**gone)
            .execution_options(synchronize_session=False)
        )
        return changed_rows(found)


def unlink(link_id: int) -> None:
    """Forget one person's chat and code; raises NotFound for a number that this portal does not have."""
    row = _row(link_id)
    db.session.delete(row)
    db.session.flush()


def set_quiet(link_id: int, quiet_from: int, quiet_to: int) -> None:
    """When this person wants no messages; equal hours mean never."""
    if not (0 <= quiet_from <= 23 and 0 <= quiet_to <= 23):
        raise BadInput(N_("Hours go from 0 to 23."), "chat_quiet_from")
    row = _row(link_id)
    row.quiet_from, row.quiet_to = quiet_from, quiet_to
    db.session.flush()


def close_chat(user_id: int, error: str, at: datetime) -> None:
    """The person has closed the chat: end the link, and keep why. Commits, for the error that is raised then takes back all else."""
    gone = {"chat": None, "mark": "", "ended_at": at, "error": error[:300]}
    mine = update(TelegramLink).where(
        TelegramLink.portal_id == current_portal_id(), TelegramLink.user_id == user_id
    )
    db.session.execute(mine.values(**gone).execution_options(synchronize_session=False))
    db.session.commit()


def mark_of(chat: str) -> str:
    """The mark by which a chat is found: the same number makes the same mark, and a mark reveals no number."""
    key = services().settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"telegram:{chat}".encode(), hashlib.sha256).hexdigest()


def forget_old_codes(at: datetime) -> None:
    """Forget codes that nobody used, over all portals: a row that was never linked is deleted with its code."""
    with every_portal():
        old = TelegramLink.code_at < at - CODE_ENDS
        never = TelegramLink.chat.is_(None), TelegramLink.ended_at.is_(None)
        for row in db.session.scalars(
            select(TelegramLink).where(old, or_(TelegramLink.code.is_not(None), *never))
        ):
            if row.chat is None and row.ended_at is None:
                db.session.delete(row)
            else:
                row.code, row.code_at = None, None
        db.session.flush()


def _row(link_id: int) -> TelegramLink:
    row = db.session.scalar(select(TelegramLink).where(TelegramLink.id == link_id))
    if row is None:
        raise NotFound
    return row


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _view(row: TelegramLink) -> ChatLinkView:
    return ChatLinkView(
        id=row.id,
        portal_id=row.portal_id,
        user_id=row.user_id,
        user_name=row.user_name,
        chat=row.chat or "",
        linked_at=row.linked_at,
        ended_at=row.ended_at,
        error=row.error,
        code_at=row.code_at,
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
    )
