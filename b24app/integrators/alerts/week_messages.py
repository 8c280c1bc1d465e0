"""The digest of a week: on Monday from nine o'clock of each person's own zone, until the end of that Monday and never after it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from b24app.database import portal_scope
from b24app.each_portal import for_each_portal
from b24app.integrators.alerts.alert_looks import integrator_ids
from b24app.integrators.alerts.alert_readers import DIGEST_SEEN
from b24app.integrators.alerts.client_sight import board_at
from b24app.integrators.alerts.digest_lines import ALL, DigestLine, digest_lines
from b24app.integrators.alerts.digest_words import NO_CLIENT, NOTHING, NOTHING_PAID
from b24app.integrators.alerts.leaving_messages import (
    MessageReader,
    MessageWords,
    put_into,
    reader_of,
    wait_until,
    write_down,
)
from b24app.integrators.alerts.member_channels import MemberMessage, is_reached, keep_for_member
from b24app.integrators.alerts.wishes import Wishes, list_wishes, zone_of
from b24app.integrators.board import tally
from b24app.integrators.members import MemberSeat, find_seat, get_integrator, list_members
from b24app.integrators.rights import MemberRole
from b24app.reminders.channels import Message, NothingLeft, Recipient
from b24app.reminders.kinds import Screen
from b24app.reminders.kinds.client_messages import WEEK
from b24app.reminders.late_writing import writes
from b24app.reminders.notices import dispatcher_of
from b24app.reminders.outbox import sent_keys
from b24app.services import services
from b24app.text.messages import N_, NN_, Sentence, sentence

BEGINS = time(9)
SUBJECT = N_("Clients: the week from %(day)s")
QUIET_SUBJECT = N_("Clients: a quiet week from %(day)s")
BRIEF = NN_(
    "%(count)s line is in the application and in the letter.",
    "%(count)s lines are in the application and in the letter.",
)
QUIET_BRIEF = N_("Nothing to tell.")
Span = tuple[datetime, datetime]


def write_digests() -> int:
    """Keep the digests whose Monday has come, each once a person and a week; the job of every few minutes."""
    return sum(found or 0 for found in for_each_portal(integrator_ids(), write_digests_of))


def write_digests_of(portal_id: int) -> int:
    """Keep the digests of one integrator; returns how many were kept."""
    with portal_scope(portal_id):
        dispatcher = dispatcher_of(portal_id)
        if dispatcher is None or get_integrator() is None:
            return 0
        wishes, kept = list_wishes(), 0
        due = [one for one in list_members() if is_monday(dispatcher.now, zone_of(one.user_id))]
        keys = {one.user_id: digest_key(one.user_id, dispatcher.now) for one in due}
        done = sent_keys(keys.values())
        for one in due:
            mine = wishes.get(one.user_id, Wishes())
            if keys[one.user_id] in done or not _wants(portal_id, one.user_id, mine):
                continue
            message = MemberMessage(WEEK, keys[one.user_id], Screen.CLIENTS, one.user_id, one.name)
            kept += keep_for_member(dispatcher, message, mine)
        if kept:
            services().queue.later("send_waiting", portal_id)
        return kept


def _wants(portal_id: int, user_id: int, wishes: Wishes) -> bool:
    there = find_seat(portal_id, user_id) is not None
    return there and wishes.digest_on and is_reached(user_id, wishes)


def digest_key(user_id: int, now: datetime) -> str:
    """The key of the digest of a person in a week of his own zone."""
    year, week, _ = now.astimezone(zone_of(user_id)).isocalendar()
    return f"{WEEK}:{user_id}:{year}-{week}"


def is_monday(now: datetime, zone: ZoneInfo) -> bool:
    """Whether it is a Monday there and nine o'clock has come."""
    begins, ends = span_of(now.astimezone(zone).date(), zone)
    return begins <= now < ends


def span_of(day: date, zone: ZoneInfo) -> Span:
    """From when until when the digest of the week of a day may leave."""
    monday = day - timedelta(days=day.weekday())
    begins = datetime.combine(monday, BEGINS, zone)
    return begins, datetime.combine(monday + timedelta(days=1), time(), zone)


@writes(WEEK)
def write_week(message: Message, to: Recipient, channel: str) -> Message:
    """The words of a digest; raises NothingLeft after its Monday, or for a quiet week whose reader wants none."""
    reader = reader_of(message, to, channel)
    monday = _monday_of(reader.about)
    if monday is None or not reader.wishes.digest_on:
        raise NothingLeft
    zone = zone_of(reader.seat.user_id)
    begins, ends = span_of(monday, zone)
    wait_until(begins, reader.local)
    if reader.now >= ends:
        raise NothingLeft
    lines = digest_lines(reader.seat, reader.now)
    if not lines and not reader.wishes.empty_on:
        raise NothingLeft
    named = dict.fromkeys(one for line in lines for one in line.named)
    write_down(reader, named, DIGEST_SEEN)
    return put_into(message, _words(reader, monday, lines))


def _monday_of(about: str) -> date | None:
    year, _, week = about.partition("-")
    try:
        return date.fromisocalendar(int(year), int(week), 1)
    except ValueError:
        return None


def _words(reader: MessageReader, monday: date, lines: Sequence[DigestLine]) -> MessageWords:
    if not lines:
        subject = sentence(QUIET_SUBJECT, day=monday)
        return MessageWords(subject, (quiet_line(reader.seat, reader.now),), sentence(QUIET_BRIEF), subject)
    subject = sentence(SUBJECT, day=monday)
    return MessageWords(subject, tuple(one.text for one in lines), sentence(BRIEF, count=len(lines)), subject)


def quiet_line(seat: MemberSeat, now: datetime) -> Sentence:
    """The text of a week without lines, which claims no more than is known."""
    if not tally(board_at(seat, now), ALL).total:
        return sentence(NO_CLIENT)
    return sentence(NOTHING_PAID if seat.role is MemberRole.ACCOUNTANT else NOTHING)
