"""An integrator's people who are told of their clients: looks, what came to whom, summaries that change, members with groups."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.alerts.alert_looks import look_at_clients_of
from b24app.integrators.alerts.model import AlertTelling, ClientAlert
from b24app.integrators.alerts.week_messages import write_digests
from b24app.integrators.client_notes import set_responsible
from b24app.integrators.consents import end_by_client, list_consents
from b24app.integrators.members import set_member
from b24app.integrators.model import ClientSummary, Consent, ConsentAudit
from b24app.integrators.rights import MemberRole
from b24app.reminders.model import Delivery, Reminder
from b24app.services import services
from sandbox.user import User
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.boards import ANNA


@dataclass(slots=True)
class Telling:
    """The integrator's portal, whose people are told."""

    world: World
    own: Actor
    run_jobs: Callable[[], int]

    @property
    def owner(self) -> User:
        return self.own.portal.admin

    @property
    def manager(self) -> User:
        return self.own.portal.employee

    def joins(self, role: MemberRole, user: User | None = None) -> User:
        """A person of the portal gets a role."""
        user = user or self.manager
        with portal_scope(self.own.portal_id):
            set_member(user.id, user.full_name, role, by=ANNA, at=services().clock.now())
            db.session.commit()
        return user

    def cares(self, client_id: int, user: User | None = None) -> None:
        """A person is responsible for a client."""
        with portal_scope(self.own.portal_id):
            set_responsible(client_id, (user or self.manager).id, at=services().clock.now())
            db.session.commit()

    def looks(self, minutes: float = 0) -> None:
        """Some time goes by, the clients are looked at, what is due is sent."""
        if minutes:
            self.world.clock.advance(minutes=minutes)
        look_at_clients_of(self.own.portal_id)
        self.sends()

    def sends(self) -> None:
        """What waits is sent, as the job of every minute does."""
        services().queue.later("send_waiting", self.own.portal_id)
        db.session.commit()
        self.run_jobs()

    def digests(self) -> int:
        """The job of digests, and what it asks for."""
        kept = write_digests()
        db.session.commit()
        self.run_jobs()
        return kept

    def at(self, moment: datetime) -> None:
        """The clock stands at a moment."""
        self.world.clock.advance(seconds=(moment - services().clock.now()).total_seconds())

    def notes(self, user: User | None = None) -> list[str]:
        """What a person was told of clients by notification, as the portal shows it."""
        rows = self.own.portal.tables["notification"].all()
        ours = [row for row in rows if row["TAG"].startswith("RENEWAL|client_")]
        mine = [row for row in ours if row["USER_ID"] == (user or self.owner).id]
        return [plain(row["MESSAGE"]) for row in mine]

    @property
    def alerts(self) -> list[ClientAlert]:
        db.session.expire_all()
        with portal_scope(self.own.portal_id):
            return list(db.session.scalars(select(ClientAlert).order_by(ClientAlert.id)))

    @property
    def open(self) -> list[tuple[int, str]]:
        return [(one.client_id, str(one.cause)) for one in self.alerts if one.ended_at is None]

    @property
    def tellings(self) -> list[AlertTelling]:
        db.session.expire_all()
        with portal_scope(self.own.portal_id):
            return list(db.session.scalars(select(AlertTelling).order_by(AlertTelling.id)))

    def states(self, code: str) -> list[str]:
        """The states of the deliveries of a kind."""
        db.session.expire_all()
        with portal_scope(self.own.portal_id):
            of_kind = select(Delivery.state).join(Reminder, Reminder.id == Delivery.reminder_id)
            return list(db.session.scalars(of_kind.where(Reminder.code == code).order_by(Delivery.id)))


def plain(text: str) -> str:
    """Without spaces that do not break."""
    return text.replace("\xa0", " ")


def change(client_id: int, **seen: object) -> None:
    """The summary of a client says something else now."""
    with portal_scope(client_id):
        db.session.execute(update(ClientSummary).values(**seen))
        db.session.commit()


def ends(client_id: int) -> None:
    """The client ends the access."""
    with portal_scope(client_id):
        end_by_client(list_consents()[0].code, by=ANNA, at=services().clock.now())
        db.session.commit()


def ends_on(client_id: int, moment: datetime) -> None:
    """The access ends at this moment."""
    with portal_scope(client_id):
        db.session.execute(update(Consent).values(ends_at=moment))
        db.session.commit()


def journal(client_id: int) -> list[tuple[str, int]]:
    """What a client's journal says was looked at, and by whom."""
    db.session.expire_all()
    with every_portal():
        lines = select(ConsentAudit).where(
            ConsentAudit.portal_id == client_id, ConsentAudit.action == "looked"
        )
        return [(row.detail, row.person_id) for row in db.session.scalars(lines.order_by(ConsentAudit.id))]
