"""One notice to the people responsible when a run shows that something got worse."""

from collections.abc import Collection, Sequence

from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.portals.people import dismissed_ids
from b24app.reminders.dispatch import address_message, compose, open_dispatcher, send_waiting_of
from b24app.reminders.kinds import MessageDraft, Planned, ReminderKind, Screen
from b24app.reminders.outbox import keep_due, sent_keys
from b24app.reminders.recipients import people_of
from b24app.reminders.reminder_settings import get_schedule
from b24app.renewal.renewal_stages import Holder, Role
from b24app.renewal.situation_reading import list_roles
from b24app.text.messages import N_, NN_, Sentence, sentence

CODE = "worse"
KINDS = (ReminderKind(CODE, N_("Checks got worse"), quiet=True),)
MOST_LINES = 8
BEFORE, AFTER = (Role.RESPONSIBLE,), (Role.RESPONSIBLE, Role.ACTIVATOR)


def warn_responsible(
    portal_id: int,
    key: str,
    lines: Sequence[Sentence],
    *,
    after: bool = False,
    owners: Collection[Holder] = (),
) -> bool:
    """Send one message for this key, ever, also to the checks' own people: at once, or after the quiet hours.

    True when it is new.
    """
    with portal_scope(portal_id):
        dispatcher, schedule = open_dispatcher(db.session.get_one(Portal, portal_id)), get_schedule()
        item = Planned(key, key, CODE, dispatcher.today, 0, AFTER if after else BEFORE)
        if sent_keys([key]):
            return False
        message = compose(dispatcher, draft_warning(lines, after=after), key, key)
        gone = dismissed_ids()
        here = [one for one in owners if one.user_id not in gone]
        people = {one.user_id or one.name: one for one in (*here, *people_of(item.roles, list_roles()))}
        messages = address_message(message, CODE, people.values())
        kept = keep_due(item, messages, None, dispatcher.now, schedule.wakes_at(dispatcher.local))
        db.session.commit()
        if kept and not schedule.is_quiet(dispatcher.local):
            send_waiting_of(dispatcher)
        return kept


def draft_warning(lines: Sequence[Sentence], *, after: bool) -> MessageDraft:
    """The message: how many checks, which of them, and the page that lists them."""
    subject = sentence(
        NN_("Checks of the shop: %(count)s got worse", "Checks of the shop: %(count)s got worse"),
        count=len(lines),
    )
    shown = list(lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        rest = NN_("and %(count)s more on the page", "and %(count)s more on the page")
        shown.append(sentence(rest, count=len(lines) - MOST_LINES))
    return MessageDraft(subject, tuple(shown), screen=Screen.AFTER if after else Screen.CHECKLIST)


def describe_worse(title: Sentence, line: Sentence | None, *, blocking: bool) -> Sentence:
    """One line of the message: how grave it is, the title of the check, and why."""
    word = sentence(N_("Blocking") if blocking else N_("Note"))
    if line:
        return sentence("%(word)s: %(title)s. %(line)s", word=word, title=title, line=line)
    return sentence("%(word)s: %(title)s", word=word, title=title)
