"""Messages of the copy: many objects of a kind are lost, the copy is damaged, two nights had none. By every channel, each once."""

from collections.abc import Iterable, Iterator

from b24app.backup.proofs.copy_state import CopyStanding, standing
from b24app.backup.proofs.loss_words import describe_loss, loss_clocks_line, loss_subject
from b24app.backup.proofs.missed_nights import MissedNights, find_missed_nights
from b24app.backup.proofs.open_losses import LossView, get_loss, note_reported
from b24app.backup.proofs.proof_words import copy_problem
from b24app.backup.proofs.triggers import wants_nights
from b24app.database import db, portal_scope
from b24app.reminders.dispatch import Dispatcher, send_waiting_of
from b24app.reminders.kinds import MessageDraft, ReminderKind, Screen
from b24app.reminders.notices import dispatcher_of, keep_notice
from b24app.text.messages import N_, Sentence, sentence

LOSS, DAMAGED, MISSED = "mass_loss", "copy_damaged", "copy_missed"
KINDS = (
    ReminderKind(LOSS, N_("Many objects are gone at once")),
    ReminderKind(DAMAGED, N_("The copy in the storage is damaged")),
    ReminderKind(MISSED, N_("No copy for two nights")),
)


def notify_mass_loss(portal_id: int, loss_ids: Iterable[int]) -> None:
    """Notify of losses that were not reported yet, whatever the hour: the clocks run."""
    with portal_scope(portal_id):
        dispatcher = dispatcher_of(portal_id)
        if dispatcher is None:
            return
        for loss in map(get_loss, loss_ids):
            if loss.closed_at is None:
                keep_notice(dispatcher, LOSS, _key(loss), draft_loss(dispatcher, loss))
                note_reported(loss.id, dispatcher.now)
        db.session.commit()
        send_waiting_of(dispatcher)


def notify_copy_damaged(portal_id: int) -> None:
    """Notify that the newest copy cannot be read back as it was written; once a copy."""
    with portal_scope(portal_id):
        dispatcher = dispatcher_of(portal_id)
        if dispatcher is None:
            return
        found = standing(dispatcher.now)
        if found.copy is None or not found.damaged:
            return
        keep_notice(dispatcher, DAMAGED, f"{DAMAGED}:{found.copy.id}", draft_damaged(dispatcher, found))
        db.session.commit()
        send_waiting_of(dispatcher)


def notify_missed_nights(portal_id: int) -> None:
    """Notify that no copy could be made for two nights, and why; once until there is a copy again."""
    with portal_scope(portal_id):
        dispatcher, missed = dispatcher_of(portal_id), find_missed_nights()
        if dispatcher is None or missed is None or not missed.is_long(dispatcher.now) or not wants_nights():
            return
        keep_notice(dispatcher, MISSED, f"{MISSED}:{missed.first_id}", draft_missed(dispatcher, missed))
        db.session.commit()
        send_waiting_of(dispatcher)


def _key(loss: LossView) -> str:
    """One message a loss, and one more for each number that it has grown to."""
    told = loss.numbers.get("told")
    return f"{LOSS}:{loss.id}" if told is None else f"{LOSS}:{loss.id}:{told}"


def draft_loss(dispatcher: Dispatcher, loss: LossView) -> MessageDraft:
    """The message: what is lost, how long each way to restore it is open, and where to choose."""
    lines = (
        describe_loss(loss),
        *_growth(loss),
        *loss_clocks_line(loss, dispatcher.today),
        sentence(
            N_(
                "Old copies are not thinned until you decide. Open the tab “Copy” and choose how to bring it back,"
                " or say that it was meant."
            )
        ),
    )
    return MessageDraft(loss_subject(loss, dispatcher.portal.domain), lines, screen=Screen.COPY)


def _growth(loss: LossView) -> Iterator[Sentence]:
    told = loss.numbers.get("told")
    if isinstance(told, int):
        yield sentence(N_("It has grown: the message before told of %(count)s."), count=told)


def draft_damaged(dispatcher: Dispatcher, found: CopyStanding) -> MessageDraft:
    """The message: which proof does not hold, and what to do."""
    subject = sentence(N_("The copy of the portal %(portal)s is damaged"), portal=dispatcher.portal.domain)
    return MessageDraft(subject, tuple(_damage(found)), screen=Screen.COPY)


def _damage(found: CopyStanding) -> Iterator[Sentence]:
    yield from (copy_problem(one) for one in found.damaged)
    yield sentence(
        N_(
            "Look at the storage: something was deleted or changed there. Then make a new copy before you pay."
        )
    )


def draft_missed(dispatcher: Dispatcher, missed: MissedNights) -> MessageDraft:
    """The message: since when there is no copy, why, which one is left, and what to do."""
    subject = sentence(N_("No copy of the portal %(portal)s for two nights"), portal=dispatcher.portal.domain)
    return MessageDraft(subject, tuple(_missing(missed, standing(dispatcher.now))), screen=Screen.COPY)


def _missing(missed: MissedNights, found: CopyStanding) -> Iterator[Sentence]:
    yield sentence(
        N_("Since %(day)s no copy could be made: %(reason)s"),
        day=missed.since,
        reason=sentence(missed.reason),
    )
    if found.copy is not None:
        yield sentence(
            N_("The last copy is of %(day)s. What changed since is in no copy."), day=found.copy.made_at
        )
    yield sentence(
        N_("It is tried again every night. Open the tab “Copy”, remove the cause and make a copy by hand.")
    )
