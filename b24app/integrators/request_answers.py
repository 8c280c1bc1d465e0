"""What a client's administrator answers to an invitation: found by its code, granted or declined once."""

from datetime import datetime

from b24app.database import current_portal_id, db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.client_names import client_name
from b24app.integrators.code_tries import give_try_back, take_try
from b24app.integrators.consents import ConsentChoice, ConsentView, grant, present_integrator
from b24app.integrators.invitations import (
    GRANTED,
    REFUSED,
    InvitationView,
    answer,
    find_by_code,
    take_back_refusal,
)
from b24app.integrators.model import ClientNote, IntegratorRecord
from b24app.integrators.rights import Right, in_order
from b24app.services import services
from b24app.single_rows import single_row
from b24app.terms.term import Author
from b24app.text.messages import N_

ANSWERED = N_("Another administrator has answered this already: look at what stands here now.")
NO_SUCH = N_("There is no such request: check the code, or ask the integrator for a new one.")
TOO_OFTEN = N_("Ten wrong codes were entered here. Wait an hour and try again.")
OWN = N_("This is a code of your own portal: nobody gives access to himself.")

UNDO_SECONDS = 20
"""A refusal that is taken back within this time is reported to nobody."""


def asker_of(invitation: InvitationView) -> IntegratorRecord | None:
    """Who asks, as long as it has the application and is an integrator still."""
    return present_integrator(invitation.integrator_id)


def open_code(code: str, at: datetime) -> InvitationView:
    """The invitation of a code that was entered in the portal in scope. Raises BadInput; a wrong one counts.

    The caller keeps the count whatever comes of it.
    """
    if not code.strip():
        raise BadInput(N_("Enter the code that the integrator has sent you."), "code")
    if not take_try(at):
        raise BadInput(TOO_OFTEN, "code")
    found = find_by_code(code)
    if found is None or not is_for(found, current_portal_id()) or asker_of(found) is None:
        raise BadInput(NO_SUCH, "code")
    give_try_back()
    if found.integrator_id == current_portal_id():
        raise BadInput(OWN, "code")
    return found


def is_for(invitation: InvitationView, portal_id: int) -> bool:
    """Whether a portal may see an invitation: one that was sent, or answered, elsewhere is not its own."""
    return invitation.client_portal_id in (None, portal_id)


def accept(invitation: InvitationView, choice: ConsentChoice, *, by: Author, at: datetime) -> ConsentView:
    """Give what was chosen, once: the later one of two administrators gets BadInput. Raises BadInput, NotFound."""
    if asker_of(invitation) is None or not is_for(invitation, current_portal_id()):
        raise NotFound
    here = current_portal_id()
    if not answer(invitation, GRANTED, here, at, name=client_name(here)):
        raise BadInput(ANSWERED, "ask")
    given = grant(invitation.integrator_id, choice, by=by, at=at)
    _remember_client(invitation, at)
    return given


def _remember_client(invitation: InvitationView, at: datetime) -> None:
    """Keep in the integrator's portal its name for the client, and who has invited him, where nothing is kept yet."""
    client_id = current_portal_id()
    with portal_scope(invitation.integrator_id):
        begins = {"changed_at": at, "responsible_id": invitation.made_by_id or None}
        row = single_row(ClientNote, begins=begins, client_id=client_id)
        row.name = row.name or invitation.client_name
        row.inn = row.inn or invitation.client_inn
        db.session.flush()


def decline(invitation: InvitationView, *, by: Author, at: datetime) -> None:
    """Decline an invitation; the asker is notified. Raises BadInput for what was answered already."""
    if not answer(invitation, REFUSED, current_portal_id(), at):
        raise BadInput(ANSWERED, "ask")
    _note(invitation, by, Deed.DECLINED, at)


def take_decline_back(invitation: InvitationView, *, by: Author, at: datetime) -> None:
    """Let the request wait again. Raises NotFound where it was not declined here."""
    if not take_back_refusal(invitation.id, current_portal_id(), at):
        raise NotFound
    _note(invitation, by, Deed.ASKED, at)


def _note(invitation: InvitationView, by: Author, deed: Deed, at: datetime) -> None:
    asker = asker_of(invitation)
    name = asker.name if asker else ""
    write_line(ask_code(invitation), AuditPerson(by.name, by.user_id or 0), deed, at, detail=name)
    services().queue.later("tell_consents", current_portal_id(), delay=UNDO_SECONDS)


def note_request(
    client_id: int, consent_code: str, who: AuditPerson, rights: frozenset[Right], at: datetime
) -> None:
    """Write into a client's journal that its integrator asks for rights."""
    with portal_scope(client_id):
        write_line(consent_code, who, Deed.REQUESTED, at, detail=" ".join(in_order(rights)))


def ask_code(invitation: InvitationView) -> str:
    """What the journal has in the place of a consent's code while there is none: the beginning of a digest."""
    return f"ask {invitation.digest[:28]}"
