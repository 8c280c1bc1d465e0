"""Whether the person who presses is one of the company's own: an integrator's account gives no access, and its try is kept."""

from b24app.errors import BadInput
from b24app.frames.keeping import keep
from b24app.frames.page_token import Frame
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.portals.present_rights import NotOneOfTheirs, demand_own_person
from b24app.services import services


def demand_own(frame: Frame, code: str, deed: Deed = Deed.GRANTED) -> None:
    """Refuse an account of the integrator's with words, and keep that it tried. Raises BadInput."""
    try:
        demand_own_person(frame.user_id)
    except NotOneOfTheirs as refused:
        who, at = AuditPerson(frame.user_name, frame.user_id), services().clock.now()
        keep(lambda: write_line(code, who, deed, at, refused=True))
        raise BadInput(refused.public, "who") from None
