"""The tab that an administrator opened last, kept with the person: the application's own page opens there again."""

from sqlalchemy import update

from b24app.database import db
from b24app.frames.page_token import Frame
from b24app.portals.model import Person

TABS = ("renewal", "shop", "money")


def last_tab(frame: Frame) -> str:
    """The tab of the last visit; the first one for who has opened none, or one that this release does not have."""
    return frame.last_tab if frame.last_tab in TABS else TABS[0]


def note_tab(frame: Frame, tab: str) -> None:
    """Store the tab that was opened; past the session, for no page shows it and kept pages stay valid."""
    table = Person.__table__
    mine = table.c.portal_id == frame.portal_id, table.c.user_id == frame.user_id
    db.session.connection().execute(update(Person).where(*mine).values(last_tab=tab))
