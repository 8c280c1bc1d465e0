"""The page for a visitor without rights: until when the portal is paid, who is responsible, what opens for him."""

from b24app.database import portal_scope
from b24app.frames.page_token import Frame
from b24app.portals.people import find_administrator
from b24app.renewal.renewal_stages import Holder, Role
from b24app.renewal.situation_reading import main_situation
from b24app.services import services
from b24app.web.filters import today
from b24app.web.page_drawing import frame_values


def no_rights_values(frame: Frame) -> dict[str, object]:
    """What states/no_rights.html is drawn from; nothing of an administrator's pages."""
    with portal_scope(frame.portal_id):
        situation, administrator = main_situation(services().clock.now(), today()), find_administrator()
    ends_on = situation.term.ends_on if situation and situation.days_left >= 0 else None
    named = situation.who(Role.RESPONSIBLE) if situation else None
    who = named or (Holder(Role.RESPONSIBLE, *administrator) if administrator else None)
    return frame_values(frame) | {"no_rights": True, "paid_until": ends_on, "who": who}
