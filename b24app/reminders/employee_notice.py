"""The notice to employees: how it will read, and whether it has been posted today."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from b24app.database import db
from b24app.reminders import model
from b24app.reminders.dispatch import Dispatcher
from b24app.reminders.message_texts import MessageDraft, team_notice
from b24app.renewal.renewal_state import situation_of
from b24app.terms.stored_terms import timeline_view


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of today; `state` is that of its delivery, empty while it was not sent."""

    draft: MessageDraft
    state: str
    sent_at: datetime | None


def notice_of(dispatcher: Dispatcher) -> Notice | None:
    """What employees would read today; None until the end of the main term is known."""
    main = timeline_view(dispatcher.now, dispatcher.today).main
    if main is None or main.term.ends_on is None:
        return None
    found = _delivery(f"notice:{main.term.id}:{dispatcher.today}")
    draft = team_notice(situation_of(main, dispatcher.now, dispatcher.today))
    return Notice(draft, found.state if found else "", found.sent_at if found else None)


def _delivery(key: str) -> model.Delivery | None:
    query = (
        select(model.Delivery)
        .join(model.Reminder, model.Reminder.id == model.Delivery.reminder_id)
        .where(model.Reminder.key == key)
    )
    return db.session.scalar(query)
