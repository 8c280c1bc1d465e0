"""An integrator with a client and a standard: values read from the sandbox's shop, decisions, tasks of the integrator's portal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from werkzeug.test import TestResponse

from b24app.checklist.engine.runs import start_run
from b24app.database import db, every_portal, portal_scope
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.board_query import BoardAt
from b24app.integrators.consents import change_rights, end_by_client, list_consents
from b24app.integrators.members import MemberSeat, find_seat, set_member
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.standards.deviation_list import DeviationRow, list_deviations
from b24app.integrators.standards.deviation_query import LineCount, count_standard
from b24app.integrators.standards.model import DeviationDecision, FoundValue
from b24app.integrators.standards.stored_standards import add_standard, find_standard
from b24app.integrators.summaries import remake, remake_changed
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, consent, declare

EVERYBODY = BoardConditions(BoardView.ALL)
USUAL = {"cash_register": 1, "pay_test_mode": 0, "copy_age": 24, "administrators": 2, "left_webhooks": 0}


@dataclass(slots=True)
class Story:
    """Both portals, and what people do with a standard."""

    world: World
    own: Actor
    client: Actor
    run_jobs: Callable[[], int]
    code: str
    standard_id: int = 0

    @property
    def seat(self) -> MemberSeat:
        found = find_seat(self.own.portal_id, self.own.portal.admin.id)
        assert found is not None
        return found

    @property
    def today(self) -> date:
        return services().clock.now().date()

    def opens(self) -> Opened:
        return self.own.opens()

    def standard(self, expected: Mapping[str, int] = USUAL, conditions: BoardConditions = EVERYBODY) -> int:
        with portal_scope(self.own.portal_id):
            now = services().clock.now()
            self.standard_id = add_standard(
                f"Стандарт {len(expected)}", conditions, expected, by=ANNA, at=now
            )
            db.session.commit()
        return self.standard_id

    def checks(self) -> None:
        """The client's portal is asked again, and its summary made."""
        with portal_scope(self.client.portal_id):
            start_run(at=services().clock.now())
            db.session.commit()
        self.run_jobs()
        self.reads()

    def reads(self) -> None:
        """The summary of the client is made anew, with its found values."""
        remake_changed()
        remake(self.client.portal_id)
        db.session.commit()

    def values(self) -> dict[str, FoundValue]:
        db.session.expire_all()
        with portal_scope(self.client.portal_id):
            return {row.code: row for row in db.session.scalars(select(FoundValue))}

    def finds(self, code: str, **values: Any) -> None:
        """Another value is found, as if the job had read it now."""
        now = services().clock.now()
        found = {"lack": "", "read_at": now, "since": now, "digest": str(values), "names": [], **values}
        with portal_scope(self.client.portal_id):
            db.session.execute(
                update(FoundValue)
                .where(FoundValue.code == code)
                .values(**{**found, "digest": found["digest"][:16]})
            )
            db.session.commit()

    def counts(self) -> dict[str, LineCount]:
        at = BoardAt(self.seat, services().clock.now(), self.today)
        with portal_scope(self.own.portal_id):
            found = count_standard(at, find_standard(self.standard_id)).lines
        db.session.commit()
        return found

    def rows(self, shown: str = "all") -> list[DeviationRow]:
        at = BoardAt(self.seat, services().clock.now(), self.today)
        with portal_scope(self.own.portal_id):
            found = list(list_deviations(at, find_standard(self.standard_id), shown))
        db.session.commit()
        return found

    def state(self, code: str) -> int:
        """How a rule of the client stands; 1 where it agrees."""
        return next((row.state for row in self.rows() if row.code == code), 1)

    def presses(self, what: str, rule: str = "cash_register", code: str = "", **form: str) -> TestResponse:
        return self.opens().post(
            f"/clients/standards/{self.standard_id}/{code or self.code}/{rule}/{what}", **form
        )

    def accepts(self, rule: str = "cash_register", until: str = "2026-12-15", **form: str) -> TestResponse:
        return self.presses(
            "accept", rule, **{"reason": "client_decided", "until": until, "note": "Ждём кассу", **form}
        )

    def hands_on(self, rule: str = "cash_register", user: int = 0, until: str = "2026-12-15") -> TestResponse:
        return self.presses("task", rule, user=str(user or self.own.portal.admin.id), until=until)

    def decisions(self) -> list[DeviationDecision]:
        db.session.expire_all()
        with every_portal():
            return list(db.session.scalars(select(DeviationDecision).order_by(DeviationDecision.id)))

    def tasks(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self.own.portal.tables["task"].all() if "Касса" in row["title"]]

    def breaks(self) -> None:
        """The cash registers of the client are switched off, and that is read."""
        for row in self.client.portal.tables["cashbox"].all():
            self.client.portal.tables["cashbox"].update(row["ID"], ACTIVE="N")
        self.checks()

    def mends(self) -> None:
        for row in self.client.portal.tables["cashbox"].all():
            self.client.portal.tables["cashbox"].update(row["ID"], ACTIVE="Y")
        self.checks()

    def given(self, *rights: Right) -> None:
        with portal_scope(self.client.portal_id):
            change_rights(self.code, frozenset(rights), by=ANNA, at=services().clock.now(), own=True)
            db.session.commit()

    def ends(self) -> None:
        with portal_scope(self.client.portal_id):
            end_by_client(self.code, by=ANNA, at=services().clock.now())
            db.session.commit()

    def role(self, role: MemberRole, user_id: int = 0) -> None:
        now = services().clock.now()
        with portal_scope(self.own.portal_id):
            set_member(99, "Хозяин", MemberRole.OWNER, by=ANNA, at=now)
            set_member(user_id or self.own.portal.admin.id, "Н. Рябова", role, by=ANNA, at=now)
            db.session.commit()


def begin_story(world: World, client: Actor, own: Actor, run_jobs: Callable[[], int]) -> Story:
    """The integrator is declared, the client has given everything, its values are read."""
    declare(own)
    consent(client.portal_id, own.portal_id)
    with portal_scope(client.portal_id):
        code = list_consents()[0].code
    story = Story(world, own, client, run_jobs, code)
    story.run_jobs()
    story.reads()
    return story
