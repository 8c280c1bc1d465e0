"""Erasure by the administrator without removing the application: everything at once, of this portal alone, by his own press."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import BackupCopy, CopyPack, CopyState, TargetKind
from b24app.bitrix24.call_log import CallEntry
from b24app.bitrix24.call_log_database import DatabaseLog
from b24app.bitrix24.model import CallLogEntry
from b24app.database import db, every_portal, portal_scope
from b24app.errors import BadInput
from b24app.frames.page_token import Frame
from b24app.integrators.consents import consents_of
from b24app.jobs.model import JobRow
from b24app.legal.erasure import digest_of, is_address_of
from b24app.legal.model import ErasureRecord
from b24app.pages.settings import data_page
from b24app.portals.model import EventIn, InstallStatus, Portal, find_portal
from b24app.services import services
from sandbox.application import ApplicationCard
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.bad_wires import BAD_PORTALS, BadWire
from tests.integrators.looking import looks_after
from tests.portals.rows import row
from tests.portals.test_uninstall import rows_of_portals

pytestmark = pytest.mark.dialect
RunJobs = Callable[[], int]


@pytest.fixture
def card(world: World) -> ApplicationCard:
    return next(iter(world.applications.values()))


def erase(opened: Opened, address: str):
    return opened.post("/settings/data/erase", address=address)


def records() -> list[ErasureRecord]:
    db.session.expire_all()
    return list(db.session.scalars(select(ErasureRecord)))


def is_there(actor: Actor) -> bool:
    db.session.expire_all()
    return find_portal(actor.portal.member_id) is not None


def test_every_row_is_gone_with_the_press_and_no_job_is_waited_for(first_checks: Actor, north_admin: Opened):
    answer = erase(north_admin, first_checks.host)
    assert answer.status_code == 200
    assert "Всё стёрто" in answer.text
    assert not is_there(first_checks)
    assert rows_of_portals() == {}
    assert db.session.scalars(select(EventIn)).all() == []
    assert [one.key for one in db.session.scalars(select(JobRow)) if one.portal_id] == []


def test_the_page_says_how_to_remove_the_application_and_what_opening_it_does(
    first_checks: Actor, north_admin: Opened
):
    text = erase(north_admin, first_checks.host).text
    assert "/marketplace/installed/" in text
    assert "начнёт установку заново" in text


def test_an_opening_afterwards_is_a_fresh_installation(
    first_checks: Actor, north_admin: Opened, card: ApplicationCard, run_jobs: RunJobs
):
    erase(north_admin, first_checks.host)
    run_jobs()
    opened = first_checks.opens(lang="en")
    assert "What will be added to the portal" in opened.text
    assert "Accept and continue" in opened.text
    assert row(first_checks).status == InstallStatus.NEW
    assert row(first_checks).erase_at is None
    first_checks.installs()
    assert row(first_checks).status == InstallStatus.ACTIVE


def test_an_employee_who_opens_it_afterwards_reads_that_an_administrator_is_first(
    first_checks: Actor, north_admin: Opened
):
    erase(north_admin, first_checks.host)
    employee = next(user for user in first_checks.portal.users if not user.admin and user.active)
    assert first_checks.opens(user=employee).status == 403
    assert not is_there(first_checks)


def test_removing_the_application_afterwards_is_no_fault(
    first_checks: Actor, north_admin: Opened, card: ApplicationCard, run_jobs: RunJobs
):
    erase(north_admin, first_checks.host)
    first_checks.portal.uninstall(card, clean=True)
    run_jobs()
    assert not is_there(first_checks)


def test_a_page_opened_before_does_nothing_any_more(first_checks: Actor, north_admin: Opened):
    other = first_checks.opens()
    erase(north_admin, first_checks.host)
    assert other.post("/shop/run").status_code == 401
    assert erase(other, first_checks.host).status_code == 401


def test_another_portal_keeps_everything(
    first_checks: Actor, north_admin: Opened, south: Actor, run_jobs: RunJobs
):
    run_jobs()
    before = {name: count for name, count in rows_of_portals().items() if name == "document_acceptance"}
    erase(north_admin, first_checks.host)
    assert before == {"document_acceptance": 2}
    assert rows_of_portals()["document_acceptance"] == 1
    assert row(south).status == InstallStatus.ACTIVE
    assert south.opens().get("/settings/data").status_code == 200


@pytest.mark.parametrize("typed", ["", "да", "south.bitrix24.example", "north.bitrix24", "x" * 4000])
def test_another_word_than_the_address_erases_nothing_and_is_said(
    first_checks: Actor, north_admin: Opened, typed: str
):
    answer = erase(north_admin, typed)
    assert answer.status_code == 422
    assert "Введите адрес этого портала" in answer.text
    assert is_there(first_checks)
    assert records() == []


@pytest.mark.parametrize("typed", ["North.Bitrix24.example", " https://north.bitrix24.example/ "])
def test_capitals_and_what_a_browser_puts_before_it_do_not_count(typed: str):
    assert is_address_of(Portal(domain="north.bitrix24.example"), typed)


def test_it_is_written_down_that_it_was_done_without_a_name(
    first_checks: Actor, north_admin: Opened, world: World
):
    member_id = first_checks.portal.member_id
    erase(north_admin, first_checks.host)
    (record,) = records()
    assert (record.digest, record.erased_at) == (digest_of(member_id), world.clock.now())
    assert record.rows["portal"] == record.rows["document_acceptance"] == 1
    assert record.rows["run"] >= 1
    assert member_id not in repr(vars(record))
    assert first_checks.host not in repr(vars(record))


def test_the_record_of_an_erasure_goes_after_three_years(
    first_checks: Actor, north_admin: Opened, world: World
):
    from b24app.legal.data_file import prune_data_files

    erase(north_admin, first_checks.host)
    world.clock.advance(days=3 * 365)
    prune_data_files()
    db.session.commit()
    assert len(records()) == 1
    world.clock.advance(days=2)
    prune_data_files()
    db.session.commit()
    assert records() == []


def test_an_employee_erases_nothing(first_checks: Actor):
    employee = next(user for user in first_checks.portal.users if not user.admin and user.active)
    assert erase(first_checks.opens(user=employee), first_checks.host).status_code == 403
    assert is_there(first_checks)


def test_who_is_no_administrator_any_more_erases_nothing(first_checks: Actor, north_admin: Opened):
    first_checks.portal.admin.admin = False
    assert erase(north_admin, first_checks.host).status_code == 403
    assert is_there(first_checks)


def test_an_integrators_account_with_all_rights_erases_nothing(first_checks: Actor):
    answer = erase(first_checks.opens(user=first_checks.portal.integrator), first_checks.host)
    assert answer.status_code == 422
    assert "интегратор" in answer.text
    assert is_there(first_checks)


def test_an_integrator_in_the_frame_of_his_client_erases_nothing(first_checks: Actor, south: Actor):
    looking = looks_after(south, first_checks)
    looking.opens()
    assert looking.ask("POST", "/settings/data/erase").status_code == 403
    assert is_there(first_checks)
    assert is_there(south)


def test_a_portal_that_does_not_answer_erases_nothing(
    first_checks: Actor, north_admin: Opened, world: World, app: Flask
):
    """Who presses has to be told by the portal; while it is silent nothing is erased, and the page says why."""
    wire, here = BadWire(world, first_checks.host), app.extensions["services"]
    app.extensions["services"] = replace(here, http=wire.open_session)
    wire.answer = BAD_PORTALS["no connection"]
    assert erase(north_admin, first_checks.host).status_code == 502
    app.extensions["services"] = here
    assert is_there(first_checks)


def test_a_visitor_without_a_page_erases_nothing(first_checks: Actor, visitor: FlaskClient):
    answer = visitor.post("/settings/data/erase", data={"address": first_checks.host})
    assert answer.status_code == 401
    assert is_there(first_checks)


def test_what_lies_between_portals_ends_with_it(first_checks: Actor, north_admin: Opened, south: Actor):
    looks_after(south, first_checks)
    page = north_admin.get("/settings/data").text
    assert "1 доступ между этим порталом и другими" in page
    erase(north_admin, first_checks.host)
    with portal_scope(south.portal_id):
        assert consents_of(south.portal_id, services().clock.now()) == ()
    assert is_there(south)


def test_an_integrator_who_erases_his_own_portal_leaves_his_clients_whole(first_checks: Actor, south: Actor):
    looking = looks_after(south, first_checks)
    erase(looking.own, south.host)
    assert not is_there(south)
    assert is_there(first_checks)
    assert "доступ между этим порталом" not in first_checks.opens().get("/settings/data").text


def keep_a_copy(portal_id: int) -> None:
    """A whole copy of five megabytes, by our rows."""
    now = services().clock.now()
    with portal_scope(portal_id):
        plan = plan_to_change()
        plan.target_kind, plan.target_title, plan.target_since = TargetKind.WEBDAV, "Облако магазина", now
        copy = BackupCopy(
            kind="full", state=CopyState.DONE, folder="copy-1/", created_at=now, begun_at=now, read_at=now
        )
        db.session.add(copy)
        db.session.flush()
        pack = CopyPack(
            copy_id=copy.id,
            entity="deal",
            number=1,
            name="1",
            sha256="",
            plain_sha256="",
            size=5_000_000,
            rows=1,
            stored_at=now,
        )
        db.session.add(pack)
        db.session.commit()


def test_it_says_before_what_stays_in_the_storage(first_checks: Actor, north_admin: Opened, app: Flask):
    keep_a_copy(first_checks.portal_id)
    page = north_admin.get("/settings/data").text
    assert "Останется в хранилище" in page
    text = erase(north_admin, first_checks.host).text
    assert "Останется в хранилище" in text
    with every_portal():
        assert db.session.scalars(select(BackupCopy)).all() == []


def test_the_message_of_what_is_wrong_names_its_field(first_checks: Actor):
    from b24app.legal.erasure import erase_everything

    with portal_scope(first_checks.portal_id), pytest.raises(BadInput) as refused:
        erase_everything(row(first_checks), "", services().clock.now())
    assert refused.value.field == "address"


def test_a_second_press_at_the_same_moment_is_no_error_and_writes_no_second_record(
    first_checks: Actor, north_admin: Opened, monkeypatch: pytest.MonkeyPatch
):
    other, ask = first_checks.opens(), data_page.demand_own_administrator
    answers = []

    def while_another_presses(frame: Frame) -> None:
        monkeypatch.setattr(data_page, "demand_own_administrator", ask)
        ask(frame)
        answers.append(erase(other, first_checks.host))
        db.session.expire_all()

    monkeypatch.setattr(data_page, "demand_own_administrator", while_another_presses)
    late = erase(north_admin, first_checks.host)
    assert answers[0].status_code == 200
    assert late.status_code in (200, 401), late.text[:300]
    assert len(records()) == 1


def test_what_a_worker_has_in_hand_leaves_nothing_behind(
    first_checks: Actor, north_admin: Opened, run_jobs: RunJobs
):
    """Work that was asked for and not begun, and a log that is written after the press."""
    north_admin.post("/shop/run")
    log = DatabaseLog(db.engine, first_checks.portal_id)
    erase(north_admin, first_checks.host)
    log.record(CallEntry(0.0, "profile", 0.1, 200, "", 2, "{}", "{}"))
    run_jobs()
    assert rows_of_portals() == {}


@pytest.mark.parametrize("release", ["last", "this"])
def test_what_a_worker_still_writes_lands_in_no_portal_that_comes_next(
    first_checks: Actor, north_admin: Opened, stranger: Actor, release: str
):
    if release == "last" and db.engine.dialect.name == "sqlite":
        with db.engine.begin() as line:  # it knew no number but those of rows
            line.execute(text("DELETE FROM sqlite_sequence WHERE name = 'portal'"))
    log, before = DatabaseLog(db.engine, first_checks.portal_id), first_checks.portal_id
    erase(north_admin, first_checks.host)
    stranger.installs()
    assert row(stranger).id != before
    log.record(CallEntry(0.0, "of.the.erased.portal", 0.1, 200, "", 2, "{}", "{}"))
    with every_portal():
        assert "of.the.erased.portal" not in db.session.scalars(select(CallLogEntry.method)).all()
