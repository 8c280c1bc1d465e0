"""The text of a message of alerts when it leaves: those of its alerts that are red still and that its reader may see still."""

from collections.abc import Sequence

from sqlalchemy import select

from b24app.database import db
from b24app.integrators.alerts.alert_causes import TITLES, AlertCause, may_hear, right_of
from b24app.integrators.alerts.alert_readers import ALERT_SEEN
from b24app.integrators.alerts.client_sight import board_at, rows_of
from b24app.integrators.alerts.leaving_messages import (
    MessageReader,
    MessageWords,
    NamedClient,
    put_into,
    reader_of,
    write_down,
)
from b24app.integrators.alerts.model import AlertTelling, ClientAlert
from b24app.integrators.alerts.red_causes import may_know
from b24app.integrators.board import ClientRow
from b24app.reminders.channels import Message, NothingLeft, Recipient
from b24app.reminders.kinds.client_messages import ALERTS
from b24app.reminders.late_writing import writes
from b24app.text.messages import N_, NN_, Sentence, sentence

MOST_LINES = 20
ORDER = list(AlertCause)
SUBJECT_ONE = N_("%(client)s: %(what)s")
SUBJECT = NN_("Something happened at %(count)s client", "Something happened at %(count)s clients")
SINCE = N_("%(client)s: %(what)s, since %(moment)s")
UNREAD = N_("Nobody has opened it for hours: so it comes to you.")
MORE = NN_("and %(count)s more in the list", "and %(count)s more in the list")
BRIEF = NN_(
    "Which client it is stands in the application.", "Which clients they are stands in the application."
)
NamedAlert = tuple[ClientAlert, ClientRow]


@writes(ALERTS)
def write_alerts(message: Message, to: Recipient, channel: str) -> Message:
    """The text of one message; raises NothingLeft where all is green again or may be shown no more."""
    reader = reader_of(message, to, channel)
    found, unread = _alerts_of(message.key.partition(":")[2], reader)
    if not found or not reader.wishes.alerts_on:
        raise NothingLeft
    shown = found[:MOST_LINES]
    named = (NamedClient(row.client_id, row.code, right_of(alert.cause)) for alert, row in shown)
    write_down(reader, named, ALERT_SEEN)
    return put_into(message, _words(found, unread=unread))


def _alerts_of(key: str, reader: MessageReader) -> tuple[Sequence[NamedAlert], bool]:
    """The alerts of a message that are not over, each with its client as the reader sees it now."""
    lines = db.session.execute(
        select(ClientAlert, AlertTelling.escalated)
        .join(AlertTelling, AlertTelling.alert_id == ClientAlert.id)
        .where(AlertTelling.key == key, ClientAlert.ended_at.is_(None))
        .order_by(ClientAlert.id)
    ).all()
    rows = rows_of(board_at(reader.seat, reader.now), {alert.client_id for alert, _ in lines})
    found = [
        (alert, rows[alert.client_id])
        for alert, _ in lines
        if alert.client_id in rows
        and may_know(rows[alert.client_id], alert.cause)
        and may_hear(reader.seat.role, alert.cause)
    ]
    found.sort(key=lambda one: (ORDER.index(AlertCause(one[0].cause)), one[1].name))
    return found, any(escalated for _, escalated in lines)


def _words(found: Sequence[NamedAlert], *, unread: bool) -> MessageWords:
    clients = {row.client_id for _, row in found}
    (first, row) = found[0]
    subject = sentence(SUBJECT, count=len(clients))
    if len(found) == 1:
        subject = sentence(SUBJECT_ONE, client=row.name, what=_what(first))
    lines = [_line(alert, row) for alert, row in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        lines.append(sentence(MORE, count=len(found) - MOST_LINES))
    if unread:
        lines.insert(0, sentence(UNREAD))
    return MessageWords(
        subject, tuple(lines), sentence(BRIEF, count=len(clients)), sentence(SUBJECT, count=len(clients))
    )


def _line(alert: ClientAlert, row: ClientRow) -> Sentence:
    return sentence(SINCE, client=row.name, what=_what(alert), moment=alert.opened_at)


def _what(alert: ClientAlert) -> Sentence:
    return sentence(TITLES[AlertCause(alert.cause)])
