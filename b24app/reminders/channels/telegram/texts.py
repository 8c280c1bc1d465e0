"""The texts of the bot: the kind of a reminder and the days that are left, from what is stored.

Telegram is a foreign service: no names, no sums, no addresses of the portal, the shop or its pages are in any text.
Nothing of a composed message is used but its kind.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from b24app.database import db, portal_scope
from b24app.portals.model import Portal
from b24app.reminders.kinds import TEST, ReminderSchedule, load_kinds
from b24app.reminders.portal_schedule import subject_of
from b24app.terms.stored_terms import timeline_view
from b24app.terms.timeline import TermRow
from b24app.text.messages import N_, NN_, Sentence, sentence
from b24app.text.translation import Translator

WORKS = N_("This is a test. If you can read it, reminders come here.")
SOMETHING = N_("A reminder of the renewal.")
LOOK = N_("What to do stands in the application in the portal and in the letter.")
LEFT = NN_("%(count)s day is left, until %(day)s.", "%(count)s days are left, until %(day)s.")
LAST = N_("Today is the last paid day.")
OVER = N_("The paid term ended on %(day)s.")
UNKNOWN = N_("The end of the plan is not written down in the application yet.")
PAY_BY = N_("Pay by %(day)s.")
PAID = N_("The payment is marked: nothing to do now.")
LINKED = N_(
    "Done: reminders of the renewal will come here. Ask “how long is left” at any time; /stop ends it."
)
WRONG_CODE = N_("This code does not fit: it was used already or is older than an hour. Take a new one in the application: settings, “Channels and reminders”.")  # fmt: skip
WITHOUT_CODE = N_("This bot reminds of the renewal. To link it, open the application in your portal: settings, “Channels and reminders”, Telegram.")  # fmt: skip
STOPPED = N_("Done: nothing comes here any more. You can link this chat again in the application.")
NOT_LINKED = N_("This chat is not linked to anything.")
NUMBERED = N_("Portal %(num)s: %(words)s")


def reminder_text(message_code: str, portal: Portal, at: datetime) -> str:
    """One reminder; runs in the portal's scope."""
    translator = translator_of(portal)
    if message_code == TEST.code:
        return translator.say(sentence(WORKS))
    kind = load_kinds().get(message_code)
    first = translator.say(kind.title if kind else SOMETHING).rstrip(".")
    rest = [translator.say(line) for line in (*left_sentences(portal, at), sentence(LOOK))]
    return f"{first}.\n{' '.join(rest)}"


def left_text(portals: Sequence[Portal], at: datetime) -> str:
    """How long is left in each portal that a chat is linked to; with several they are numbered, as names must not be sent."""
    found = []
    for number, portal in enumerate(portals, 1):
        translator = translator_of(portal)
        with portal_scope(portal.id):
            words = " ".join(translator.say(line) for line in left_sentences(portal, at))
        many = sentence(NUMBERED, num=str(number), words=words)
        found.append(translator.say(many) if len(portals) > 1 else words)
    return "\n".join(found)


def left_sentences(portal: Portal, at: datetime) -> tuple[Sentence, ...]:
    """How long the plan is paid, and by when to pay; runs in the portal's scope."""
    today = at.astimezone(ZoneInfo(portal.time_zone)).date()
    row = timeline_view(at, today).main
    if row is None or row.days_left is None or row.term.ends_on is None:
        return (sentence(UNKNOWN),)
    if row.days_left < 0:
        return (sentence(OVER, day=row.term.ends_on),)
    first = sentence(LEFT, count=row.days_left, day=row.term.ends_on) if row.days_left else sentence(LAST)
    subject = subject_of(row, at, today)
    if subject is not None and subject.paid:
        return (first, sentence(PAID))
    return (first, sentence(PAY_BY, day=row.pay_by)) if row.pay_by and row.pay_by >= today else (first,)


def wakes_at(portal: Portal, quiet: tuple[int, int], at: datetime) -> datetime:
    """The end of a person's quiet hours; on the last day to pay, the last paid day and after it nothing waits."""
    local = at.astimezone(ZoneInfo(portal.time_zone))
    hours = ReminderSchedule(quiet_from=quiet[0], quiet_to=quiet[1])
    if not hours.is_quiet(local) or _is_last(timeline_view(at, local.date()).main, local):
        return at
    return hours.wakes_at(local)


def _is_last(row: TermRow | None, local: datetime) -> bool:
    """Whether the morning may be too late."""
    if row is None or row.days_left is None:
        return False
    return row.days_left <= 0 or row.pay_by == local.date()


def translator_of(portal: Portal) -> Translator:
    """The portal's own language."""
    return Translator(portal.language, portal.time_zone)


def portals_of(ids: Sequence[int]) -> list[Portal]:
    """The portals with these ids, in their order."""
    return [db.session.get_one(Portal, one) for one in ids]
