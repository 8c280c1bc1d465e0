"""The last message before a portal's data is erased: what stays in the customer's storage, and how it opens without us."""

from collections.abc import Iterator

from b24app.backup.model import TargetKind
from b24app.backup.proofs.copies_left_behind import LeftCopies, read_left_copies
from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.portals.uninstall import erase
from b24app.reminders.dispatch import Dispatcher, open_dispatcher, send_waiting_of
from b24app.reminders.kinds import MessageDraft, ReminderKind
from b24app.reminders.notices import keep_notice
from b24app.services import services
from b24app.text.messages import N_, Sentence, sentence

CODE = "left_copies"
KINDS = (ReminderKind(CODE, N_("What stays of the copies")),)


def say_what_stays(leaving_id: int) -> None:
    """Notify people outside the portal of what stays in their storage, then erase everything that we have.

    The job belongs to no portal, for its row would be deleted with those of the portal.
    """
    portal_id = leaving_id
    portal = db.session.get(Portal, portal_id)
    if portal is None or not _is_to_go(portal):
        return
    with portal_scope(portal_id):
        dispatcher, left = open_dispatcher(portal), read_left_copies(portal_id)
        if left is not None:
            key = f"{CODE}:{dispatcher.now:%Y-%m-%d}"
            keep_notice(dispatcher, CODE, key, draft_left(dispatcher, left), line=CODE, outside=True)
        db.session.commit()
        send_waiting_of(dispatcher)
    erase_now("", portal_id)


def erase_now(_words: str, leaving_id: int) -> None:
    """Erase a portal that was deleted, whether the message left or not; one that came back meanwhile stays."""
    portal = db.session.get(Portal, leaving_id, populate_existing=True)
    if portal is not None and _is_to_go(portal):
        erase(portal)


def _is_to_go(portal: Portal) -> bool:
    return portal.erase_at is not None and portal.erase_at <= services().clock.now()


def draft_left(dispatcher: Dispatcher, left: LeftCopies) -> MessageDraft:
    """The message: what was erased, what stays where, how it opens, and who deletes it."""
    portal = dispatcher.portal.domain
    lines: tuple[Sentence, ...] = (
        sentence(
            N_(
                "The application was removed from the portal %(portal)s. Keys, lists and all else that we kept are erased."
            ),
            portal=portal,
        ),
        *_what_stays(left),
        sentence(
            N_(
                "They open without us: with the key that you have put away and the reader that comes with the application."
            )
        ),
        sentence(N_("We cannot delete them any more. Delete the folder yourselves when nobody needs it.")),
    )
    subject = sentence(N_("What stays of the copies of the portal %(portal)s"), portal=portal)
    return MessageDraft(subject, lines, public=True)


def _what_stays(left: LeftCopies) -> Iterator[Sentence]:
    """Whole copies, or the packs of one that never came to its end; then what is in storages of before."""
    text = N_(
        "Parts of an unfinished copy stay in your storage, %(storage)s, folder %(folder)s: %(size)s MB."
    )
    if left.newest is not None:
        text = N_(
            "Copies stay in your storage, %(storage)s, folder %(folder)s: %(copies)s, %(size)s MB, the newest of %(day)s."
        )
    place = sentence(N_("on the portal's Disk")) if left.kind == TargetKind.PORTAL_DISK else None
    if left.size:
        yield sentence(
            text,
            storage=place or left.storage or left.kind,
            folder=left.folder,
            copies=left.copies,
            size=max(1, left.size // 1_000_000),
            day=left.newest,
        )
    if left.elsewhere:
        text = N_("In a storage that you used before, folder %(folder)s, copies may lie too: %(copies)s.")
        yield sentence(text, folder=left.folder, copies=left.elsewhere)
