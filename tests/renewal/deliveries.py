"""Deliveries as tests keep them, with ways to send that record, fail, or die in the middle."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import update

from b24app.database import db
from b24app.reminders import model
from b24app.reminders.channels import HandOver, Message, Outcome, Recipient
from b24app.reminders.kinds import Planned
from b24app.reminders.outbox import DeliveryView, Outgoing, keep_due, list_deliveries
from b24app.reminders.sending import deliver_waiting
from tests.terms.conftest import AT

LETTER = Message(
    "north:key", "tag", "Тема", ("Строка",), deadline=datetime.fromisoformat("2026-12-18T18:00:00+03:00")
)
ITEM = Planned("1:2026-12-23:term:days_left:2026-12-09", "1:term", "days_left", date(2026, 12, 9), 14)
NEXT = Planned("1:2026-12-23:term:days_left:2026-12-16", "1:term", "days_left", date(2026, 12, 16), 7)
MARINA, OLEG = "marina@north.example", "oleg@north.example"
Step = Exception | type[BaseException] | None


class Killed(BaseException):
    """The process is gone: nothing after it runs, as after kill -9."""


class Recorder:
    """Sends and remembers; the first messages fail with these errors, before or after they were handed over."""

    def __init__(self, *errors: BaseException | None, after: bool = False) -> None:
        self.letters: list[Message] = []
        self.taken: list[tuple[str, str]] = []
        self.errors, self.after = list(errors), after

    def __call__(self, channel: str, letter: Message, to: Recipient, hand_over: HandOver) -> Outcome:
        error = self.errors.pop(0) if self.errors else None
        if self.after or error is None:
            hand_over()
            self.letters.append(letter)
            self.taken.append((channel, to.address))
        if error is not None:
            raise error
        return Outcome.SENT


def keep(channel: str = "email", *addresses: str, item: Planned = ITEM, at: datetime = AT) -> bool:
    found = [Outgoing(channel, Recipient(to), LETTER) for to in addresses or (MARINA,)]
    kept = keep_due(item, found, 1, at)
    db.session.commit()
    return kept


def set_all(**values: object) -> None:
    db.session.execute(update(model.Delivery).values(**values))
    db.session.commit()


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def look(recorder: Recorder, moment: datetime = AT) -> int:
    """One look of a worker at a moment; a worker that is killed in it leaves what it has committed."""
    try:
        return deliver_waiting(recorder, at(moment))
    except Killed:
        db.session.rollback()
        return 0


def line() -> DeliveryView:
    db.session.expire_all()
    return list_deliveries()[0]


def states() -> list[str]:
    return sorted(one.state for one in list_deliveries())


def value(column: object) -> object:
    return db.session.scalar(db.select(column).execution_options(populate_existing=True))
