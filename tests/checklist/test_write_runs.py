"""Test writes: off by default, one at a time, marked, read back, deleted and swept whatever happens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from b24app.checklist.engine.run_jobs import rejudge
from b24app.checklist.engine.runs import latest_run, verdicts_of_run
from b24app.checklist.engine.verdict import Level, Verdict
from b24app.checklist.model import WriteRun
from b24app.checklist.test_writes.stored_outcomes import outcomes, read_write_outcomes, steps_of
from b24app.checklist.test_writes.write_outcome import WriteKind, WriteOutcome, WriteStep
from b24app.checklist.test_writes.write_runs import (
    latest_write_run,
    read_switch,
    start_write_run,
    turn_switch,
)
from b24app.checklist.test_writes.write_sequence import Gate, StepLog, WritesOff, write_once
from b24app.checklist.test_writes.written_objects import WrittenDeal, find_deals, find_storage
from b24app.comparison.after_activation import schedule_after_activation
from b24app.database import db, portal_scope
from b24app.portals.client_factory import open_client
from b24app.portals.model import Portal as Row
from b24app.services import services
from b24app.terms.term import Author
from sandbox.portal import Portal
from sandbox.world import World
from tests.actors import Actor

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]
ANNA = Author(1, "Анна")
WRITES = {
    "crm.item.import",
    "crm.item.add",
    "crm.item.delete",
    "disk.storage.getForApp",
    "disk.storage.uploadFile",
    "disk.file.delete",
}
ALL_STEPS = [
    WriteStep.PLACE,
    WriteStep.SWEPT,
    WriteStep.MADE,
    WriteStep.READ,
    WriteStep.DELETED,
    WriteStep.GONE,
    WriteStep.CLEAN,
]


def sent(world: World) -> list[str]:
    """Every method that reached a portal, alone or inside a batch."""
    return [name for record in world.requests for name in record.commands]


def marked(portal: Portal) -> list[Any]:
    """Whatever of ours lies in the portal."""
    deals = [row for row in portal.tables["deal"].all() if row["originatorId"] == "b24check"]
    files = [row for row in portal.tables["disk_object"].all() if row["NAME"].startswith("B24-CHECK-")]
    return deals + files


def allow() -> None:
    turn_switch(on=True, by=ANNA, at=services().clock.now())


def leave_a_deal(portal: Portal, mark: str = "old", title: str = "[B24-CHECK] old") -> int:
    table = portal.tables["deal"]
    first = table.get(table.ids[0])
    number = table.next_id()
    table.add({**first, "id": number, "title": title, "originatorId": "b24check", "originId": mark})
    return int(number)


@pytest.fixture
def tried(first_checks: Actor, run_jobs: Jobs) -> Callable[[], dict[WriteKind, WriteOutcome]]:
    """Try once in north, with the switch on, and tell how it went."""
    north = first_checks

    def act() -> dict[WriteKind, WriteOutcome]:
        with portal_scope(north.portal_id):
            allow()
            start_write_run(by=ANNA, at=services().clock.now())
            run_jobs()
            db.session.expire_all()
            return {one.kind: one for one in outcomes(latest_write_run())}

    return act


def verdict(north: Actor, code: str) -> Verdict:
    with portal_scope(north.portal_id):
        run = latest_run(finished=True)
        assert run is not None
        return verdicts_of_run(run.id)[code]


Try = Callable[[], dict[WriteKind, WriteOutcome]]


def test_nobody_has_allowed_test_writes_at_first(north: Actor) -> None:
    with portal_scope(north.portal_id):
        assert not read_switch().on
        with pytest.raises(WritesOff):
            start_write_run(by=ANNA, at=services().clock.now())


def test_with_the_switch_off_nothing_that_writes_reaches_the_portal(
    north: Actor, world: World, run_jobs: Jobs
) -> None:
    with portal_scope(north.portal_id):
        allow()
        start_write_run(by=ANNA, at=services().clock.now())
        turn_switch(on=False, by=ANNA, at=services().clock.now())
        run_jobs()
        row = latest_write_run()
        assert row is not None
        assert (row.state, row.active) == ("failed", None)
    assert not WRITES & set(sent(world))
    assert marked(north.portal) == []


def test_who_switched_and_when_is_kept(north: Actor, world: World) -> None:
    with portal_scope(north.portal_id):
        allow()
        turn_switch(on=True, by=Author(2, "Пётр"), at=services().clock.now())
        switch = read_switch()
    assert (switch.on, switch.by, switch.at) == (True, "Анна", world.clock.now())


def test_a_deal_and_a_file_are_made_read_and_deleted(north: Actor, tried: Try, world: World) -> None:
    before = (len(north.portal.tables["deal"]), len(north.portal.tables["disk_object"]))
    found = tried()
    for kind in WriteKind:
        assert [step.step for step in found[kind].steps] == ALL_STEPS
        assert found[kind].level is Level.PASS
    assert (len(north.portal.tables["deal"]), len(north.portal.tables["disk_object"])) == before
    assert "crm.item.add" not in sent(world)
    assert verdict(north, "deals_can_be_made").level is Level.PASS
    assert verdict(north, "disk_takes_files").level is Level.PASS


def test_leftovers_of_a_broken_test_write_are_swept_first(north: Actor, tried: Try) -> None:
    leave_a_deal(north.portal)
    swept = next(step for step in tried()[WriteKind.DEAL].steps if step.step is WriteStep.SWEPT)
    assert swept.number == 1
    assert marked(north.portal) == []


def test_what_only_looks_like_ours_is_never_deleted(north: Actor, tried: Try) -> None:
    foreign = leave_a_deal(north.portal, title="Заказ из 1С")
    tried()
    assert north.portal.tables["deal"].get(foreign) is not None


def test_a_pipeline_kept_for_tests_takes_the_deal(north: Actor, tried: Try) -> None:
    pipeline = next(row for row in north.portal.tables["category"] if row["id"])
    pipeline["name"] = "[B24-CHECK] проба"
    north.portal.withhold_right(north.portal.admin, "crm_delete")
    tried()
    assert [row["categoryId"] for row in marked(north.portal)] == [pipeline["id"]]


@pytest.mark.parametrize("kind", ["cut", "html"])
@pytest.mark.parametrize(
    "method", ["crm.item.import", "crm.item.delete", "disk.storage.uploadFile", "disk.file.delete"]
)
def test_a_lost_answer_is_looked_for_and_nothing_stays_twice(
    north: Actor, tried: Try, world: World, method: str, kind: Any
) -> None:
    north.portal.answer_next(kind, method=method)
    assert {one.level for one in tried().values()} == {Level.PASS}
    made = sent(world).count("crm.item.import"), sent(world).count("disk.storage.uploadFile")
    assert made == (1, 1) or kind == "html"
    assert marked(north.portal) == []


def test_a_write_that_stays_uncertain_is_swept_afterwards(north: Actor, tried: Try) -> None:
    north.portal.answer_next("html", method="crm.item.import")
    north.portal.answer_next("cut", method="crm.item.import")
    found = tried()[WriteKind.DEAL]
    assert found.level is Level.UNKNOWN
    assert (found.steps[-1].step, found.steps[-1].number) == (WriteStep.CLEAN, 1)
    assert marked(north.portal) == []


def test_a_number_that_answers_with_something_else_is_left_alone(
    north: Actor,
) -> None:
    foreign = leave_a_deal(north.portal, title="Заказ из 1С")
    tape = StepLog(WriteKind.DEAL, north.portal.world.clock.now, *(lambda *_: None,) * 3)
    gate = Gate(open_client(north.portal_id), lambda: True, lambda: True)
    assert not find_deals(gate).read(foreign, "old")
    write_once(lambda: Misled(find_deals(gate), foreign), "a-mark", tape)
    assert WriteStep.DELETED not in [step.step for step in tape.steps]
    assert north.portal.tables["deal"].get(foreign) is not None


@dataclass
class Misled:
    """Deals of a portal that answers to the import with the number of another deal."""

    deals: WrittenDeal
    number: int

    def leftovers(self) -> list[int]:
        return self.deals.leftovers()

    def make(self, mark: str) -> int:
        self.deals.make(mark)
        return self.number

    def read(self, number: int, mark: str) -> bool:
        return self.deals.read(number, mark)

    def delete(self, number: int) -> None:
        self.deals.delete(number)


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("CREATE_DYNAMIC_ITEM_RESTRICTED", Level.FAIL),
        ("CRM_FIELD_ERROR_REQUIRED", Level.WARN),
        ("ACCESS_DENIED", Level.UNKNOWN),
        ("SOMETHING_NEW", Level.FAIL),
    ],
)
def test_a_refused_deal_is_judged_by_what_the_portal_said(
    north: Actor, tried: Try, code: str, level: Level
) -> None:
    north.portal.refuse_next(code, method="crm.item.import")
    found = tried()
    assert found[WriteKind.DEAL].level is level
    assert verdict(north, "deals_can_be_made").level is level
    assert found[WriteKind.DISK].level is Level.PASS


def test_a_full_disk_is_a_failure_with_the_portals_words(north: Actor, tried: Try) -> None:
    north.portal.fill_disk()
    tried()
    said = verdict(north, "disk_takes_files")
    assert said.level is Level.FAIL
    assert "ERROR_COULD_NOT_SAVE_FILE" in str(said.evidence)
    assert verdict(north, "deals_can_be_made").level is Level.PASS


def test_what_could_not_be_deleted_is_named(north: Actor, tried: Try) -> None:
    north.portal.withhold_right(north.portal.admin, "crm_delete")
    found = tried()[WriteKind.DEAL]
    (left,) = marked(north.portal)
    assert (found.level, found.left_behind) == (Level.WARN, left["id"])
    north.portal.grant_right(north.portal.admin, "crm_delete")
    assert tried()[WriteKind.DEAL].left_behind is None
    assert marked(north.portal) == []


def test_pipelines_that_are_not_shown_are_no_obstacle(north: Actor, tried: Try) -> None:
    north.portal.refuse_next("ACCESS_DENIED", method="crm.category.list")
    assert tried()[WriteKind.DEAL].level is Level.PASS


def test_what_is_said_to_be_gone_is_looked_at_again(north: Actor, tried: Try) -> None:
    north.portal.refuse_next("NOT_FOUND", method="crm.item.delete")
    north.portal.refuse_next("ERROR_NOT_FOUND", method="disk.file.delete")
    for found in tried().values():
        assert [step.step for step in found.steps if not step.ok] == [WriteStep.GONE]
        assert (found.level, found.left_behind) == (Level.WARN, None)
    assert marked(north.portal) == []


def test_without_the_right_to_import_nothing_is_said(north: Actor, tried: Try) -> None:
    north.portal.withhold_right(north.portal.admin, "crm_import")
    tried()
    assert verdict(north, "deals_can_be_made").level is Level.UNKNOWN


def test_a_lapsed_portal_tells_nothing_about_deals(north: Actor, tried: Try) -> None:
    north.portal.lapse_to_free()
    assert {one.level for one in tried().values()} == {Level.UNKNOWN}


def test_two_test_writes_at_once_are_impossible(north: Actor, run_jobs: Jobs) -> None:
    run_jobs()
    with portal_scope(north.portal_id):
        allow()
        assert start_write_run(by=ANNA, at=services().clock.now()) == start_write_run(
            by=Author(2, "Пётр"), at=services().clock.now()
        )
        assert run_jobs() == 1
        assert len(db.session.scalars(select(WriteRun)).all()) == 1


def test_a_test_write_given_up_stops_before_its_next_step(north: Actor, world: World, run_jobs: Jobs) -> None:
    run_jobs()
    with portal_scope(north.portal_id):
        allow()
        first = start_write_run(by=ANNA, at=services().clock.now())
        world.clock.advance(minutes=31)
        second = start_write_run(by=ANNA, at=services().clock.now())
        assert first != second
        run_jobs()
        rows = {row.id: (row.state, len(steps_of(row))) for row in db.session.scalars(select(WriteRun))}
    assert rows == {first: ("failed", 0), second: ("done", 14)}


def test_another_portal_knows_nothing_of_it(north: Actor, south: Actor, tried: Try) -> None:
    tried()
    with portal_scope(south.portal_id):
        assert (read_switch().on, latest_write_run(), read_write_outcomes().rows) == (False, None, ())


def test_an_outcome_grows_old_and_an_activation_makes_it_old_at_once(
    north: Actor, tried: Try, world: World
) -> None:
    tried()
    world.clock.advance(days=1)
    with portal_scope(north.portal_id):
        schedule_after_activation(world.clock.now())
        db.session.commit()
        rejudge()
    assert verdict(north, "deals_can_be_made").level is Level.UNKNOWN
    tried()
    assert verdict(north, "deals_can_be_made").level is Level.PASS
    world.clock.advance(days=8)
    with portal_scope(north.portal_id):
        rejudge()
    assert verdict(north, "disk_takes_files").level is Level.UNKNOWN


def test_without_a_permission_the_check_says_which(north: Actor, tried: Try) -> None:
    row = db.session.get_one(Row, north.portal_id)
    row.scopes = [scope for scope in row.scopes if scope != "disk"]
    db.session.commit()
    assert set(tried()) == {WriteKind.DEAL}
    said = verdict(north, "disk_takes_files")
    assert (said.level, said.sentence.values["needs"]) == (Level.UNKNOWN, "disk")


def test_before_anybody_tried_the_checks_say_how(north: Actor, run_jobs: Jobs) -> None:
    run_jobs()
    for code in ("deals_can_be_made", "disk_takes_files"):
        said = verdict(north, code)
        assert said.level is Level.UNKNOWN
        assert said.detail is not None


def test_switched_off_in_the_middle_nothing_more_is_made_and_what_was_made_goes(
    north: Actor, world: World
) -> None:
    left = leave_a_deal(north.portal)
    closed = Gate(open_client(north.portal_id), may_make=lambda: False, is_mine=lambda: True)
    tape = StepLog(WriteKind.DEAL, world.clock.now, *(lambda *_: None,) * 3)
    write_once(lambda: find_deals(closed), "a-mark", tape)
    assert [(step.step, step.ok) for step in tape.steps][1:3] == [
        (WriteStep.SWEPT, True),
        (WriteStep.MADE, False),
    ]
    assert "crm.item.import" not in sent(world)
    assert north.portal.tables["deal"].get(left) is None


def test_a_test_write_that_lost_its_turn_sends_nothing_at_all(north: Actor, world: World) -> None:
    lost = Gate(open_client(north.portal_id), may_make=lambda: True, is_mine=lambda: False)
    before = len(world.requests)
    for act in (lambda: find_deals(lost), lambda: find_storage(lost), lambda: WrittenDeal(lost, 1).delete(1)):
        with pytest.raises(WritesOff):
            act()
    assert len(world.requests) == before


@pytest.mark.dialect
def test_the_table_itself_holds_one_test_write_at_a_time(north: Actor) -> None:
    with portal_scope(north.portal_id):
        allow()
        start_write_run(by=ANNA, at=services().clock.now())
        first = latest_write_run()
        assert first is not None
        again = {"portal_id": first.portal_id, "active": True, "mark": "b", "created_at": first.created_at}
        db.session.add(WriteRun(**again, asked_by=1, asked_by_name="Анна"))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
