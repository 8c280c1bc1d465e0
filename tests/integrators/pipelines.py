"""An integrator with a client for tests of the pipeline: consent, company, a term whose window is open, moves in the CRM by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import requests
from sqlalchemy import delete, select

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.consents import ConsentChoice, end_by_client, grant
from b24app.integrators.members import IntegratorProfile, declare_integrator
from b24app.integrators.model import ClientNote
from b24app.integrators.pipeline.model import CaseProposal, PipelineClient, PipelineDeal, RenewalPipeline
from b24app.integrators.rights import Right
from b24app.jobs.model import JobRow
from b24app.renewal.case_changes import case_of, mark_stage, open_case
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import Author
from sandbox.rest.table import Row
from sandbox.user import User
from sandbox.world import World
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY

PROFILE = IntegratorProfile("ООО «Верный шаг»", "7799104520", "Нина", "help@verny-shag.example", "")
INN = "7701000017"
ENDS_ON = date(2026, 12, 20)
MARINA = Author(7, "М. Ковалёва")
ALL = frozenset(Right)


@dataclass(slots=True)
class Pair:
    """An integrator and its client, each in a portal of its own."""

    world: World
    own: Actor
    client: Actor
    run_jobs: Callable[[], int]
    consent: str = ""

    def presses(self) -> int:
        """The owner presses «Create the pipeline», and the work is done."""
        status = self.own.opens().post("/clients/pipeline").status_code
        self.run_jobs()
        return status

    def works(self, minutes: float = 0) -> None:
        """Some time goes by; the pipelines look at their clients and the work is done."""
        if minutes:
            self.world.clock.advance(minutes=minutes)
        services().queue.later("follow_pipelines")
        db.session.commit()
        self.run_jobs()

    def gives(self, rights: frozenset[Right] = ALL) -> None:
        with portal_scope(self.client.portal_id):
            choice = ConsentChoice(rights, 6, prolongs=False)
            self.consent = grant(self.own.portal_id, choice, by=MARINA, at=services().clock.now()).code
            db.session.commit()

    def ends(self) -> None:
        with portal_scope(self.client.portal_id):
            end_by_client(self.consent, by=MARINA, at=services().clock.now())
            db.session.commit()

    def ends_on(self, day: date) -> None:
        with portal_scope(self.client.portal_id):
            set_paid_term("plan", day, by=MARINA, at=services().clock.now())
            db.session.commit()

    def marks(self, stage: str) -> None:
        with portal_scope(self.client.portal_id):
            term = find_paid_term("plan")
            assert term is not None
            mark_stage(
                open_case(term, services().clock.now()).id, stage, by=MARINA, at=services().clock.now()
            )
            db.session.commit()

    def reached(self) -> set[str]:
        db.session.expire_all()
        with portal_scope(self.client.portal_id):
            term = find_paid_term("plan")
            case = case_of(term) if term else None
            return {str(mark.stage) for mark in case.marks} if case else set()

    # the CRM as people see it

    @property
    def pipelines(self) -> list[Row]:
        rows = self.own.portal.tables["category"].all()
        return [row for row in rows if row["entityTypeId"] == 2 and row["name"] == "Продления"]

    @property
    def stages(self) -> list[Row]:
        entity = f"DEAL_STAGE_{self.pipelines[0]['id']}"
        rows = [row for row in self.own.portal.tables["status"].all() if row["ENTITY_ID"] == entity]
        return sorted(rows, key=lambda row: int(row["SORT"]))

    @property
    def deals(self) -> list[Row]:
        table = self.own.portal.tables["deal"]
        found = [table.get(number) for number in table.ids if table.changed(number)]
        return [row for row in found if row and row["originatorId"] == "renewal"]

    @property
    def deal(self) -> Row:
        (row,) = self.deals
        return row

    @property
    def stage(self) -> str:
        return next(row["NAME"] for row in self.stages if row["STATUS_ID"] == self.deal["stageId"])

    @property
    def comments(self) -> list[str]:
        table = self.own.portal.tables.get("comment")
        rows = table.all() if table else []
        return [row["COMMENT"] for row in rows if row["ENTITY_ID"] == str(self.deal["id"])]

    def drags(self, name: str, user: User | None = None) -> None:
        """A person moves the deal to the stage of this name; the portal tells of it."""
        code = next(row["STATUS_ID"] for row in self.stages if row["NAME"] == name)
        self.changes(user, stageId=code)

    def changes(self, user: User | None = None, **fields: Any) -> None:
        self.calls("crm.item.update", user, entityTypeId=2, id=self.deal["id"], fields=fields)

    def calls(self, method: str, user: User | None = None, **params: Any) -> Any:
        """A call as a person of the integrator makes it in the portal's own pages."""
        db.session.commit()
        base = self.own.portal.webhook(user or self.own.portal.employee, ["crm"])
        session = requests.Session()
        session.mount("https://", self.world.adapter())
        answered = session.post(f"{base}{method}", json=params).json()
        assert "error" not in answered, answered
        return answered

    # what is stored

    @property
    def line(self) -> RenewalPipeline:
        db.session.expire_all()
        with portal_scope(self.own.portal_id):
            return db.session.scalars(select(RenewalPipeline)).one()

    @property
    def rows(self) -> list[PipelineDeal]:
        db.session.expire_all()
        with every_portal():
            return list(db.session.scalars(select(PipelineDeal).order_by(PipelineDeal.id)))

    @property
    def proposals(self) -> list[CaseProposal]:
        db.session.expire_all()
        with every_portal():
            return list(db.session.scalars(select(CaseProposal).order_by(CaseProposal.id)))


def a_pair(world: World, own: Actor, client: Actor, run_jobs: Callable[[], int]) -> Pair:
    """`own` is declared an integrator's; the client gives everything and is known there by name and INN."""
    pair = Pair(world, own, client, run_jobs)
    with portal_scope(own.portal_id):
        declare_integrator(PROFILE, by=Author(own.portal.admin.id, "Н. Рябова"), at=DAY_OF_THE_STORY)
        note = ClientNote(
            client_id=client.portal_id, name="Тёплая сторона", inn=INN, changed_at=DAY_OF_THE_STORY
        )
        db.session.add(note)
        db.session.commit()
    pair.gives()
    pair.ends_on(ENDS_ON)
    with_company(own, 3, INN)
    run_jobs()
    return pair


def with_company(own: Actor, company_id: int, inn: str) -> None:
    """A company of the CRM has requisites with this INN."""
    from sandbox.shop.relations import relation_table

    table = relation_table(own.portal, "requisite")
    number = table.next_id()
    table.add(
        {
            "ID": str(number),
            "ENTITY_TYPE_ID": "4",
            "ENTITY_ID": str(company_id),
            "PRESET_ID": "1",
            "RQ_INN": inn,
        }
    )


def forget_pipeline(pair: Pair) -> None:
    """As it was before the press, in the CRM and with us."""
    portal, tables = pair.own.portal, pair.own.portal.tables
    for row in pair.deals:
        tables["deal"].delete(row["id"])
    for row in pair.pipelines:
        portal.remove("pipeline", row["id"])
    for installation in portal.installations.values():
        installation.events[:] = [one for one in installation.events if one.event != "ONCRMDEALUPDATE"]
    with every_portal():
        for table in (PipelineDeal, PipelineClient, RenewalPipeline, CaseProposal, JobRow):
            db.session.execute(delete(table))
        db.session.commit()
