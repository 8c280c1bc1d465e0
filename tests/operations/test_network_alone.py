"""No database transaction is open while the network is asked, by any job and any opening; the transport refuses it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from b24app import network
from b24app.bitrix24.oauth import ask_for_tokens
from b24app.bitrix24.transport import Limits, post
from b24app.checklist.engine import outside_checks
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.runs import start_run
from b24app.checklist.test_writes.write_runs import start_write_run, turn_switch
from b24app.database import TransactionOpen, db, every_portal, portal_scope
from b24app.guard import Guard
from b24app.jobs.job import load_jobs
from b24app.network import demand_leave
from b24app.placements import load_placements
from b24app.portals.model import EventIn, Portal
from b24app.reminders import model
from b24app.reminders.channels import load_channels
from b24app.reminders.channels.email import MailServer
from b24app.reminders.channels.email import send as send_mail
from b24app.reminders.channels.webhook import send as send_hook
from b24app.reminders.reminder_settings import set_channel
from b24app.renewal.activation import start_reconciliation
from b24app.reports.report_making import WantedReport, ask_report
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor

pytestmark = pytest.mark.usefixtures("first_checks")
Jobs = Callable[[], int]
ANNA = Author(1, "Анна")
OF_A_PORTAL = {
    "access_back", "access_lost", "ask_people", "bind_portal", "count_disk", "hear_echo", "installed", "learn_portal",
    "look_at_disk", "plan_changed", "portal_answers", "portal_back", "probe_portal", "remind_portal", "review_rights",
    "send_notice", "send_waiting", "start_daily_run", "sweep_test_writes", "tell_checks", "tell_denied", "watch_messages",
}  # fmt: skip
OF_NOBODY = {
    "erase_due", "keep_queue", "probe_blocked", "prune_calls", "prune_reports", "prune_test_events", "refresh_dormant",
    "remind_everyone", "send_due", "start_due_repeats",
}  # fmt: skip
OF_A_ROW: dict[str, Callable[[int], object]] = {
    "perform_run": lambda _id: start_run(at=services().clock.now()),
    "perform_rerun": lambda _id: rerun(a_run(), "pay_system_for_orders"),
    "restore_own": lambda id_: services().queue.later("restore_own", id_, a_run(), "own_widgets_bound"),
    "restore_and_run": lambda _id: start_run(at=services().clock.now(), job="restore_and_run"),
    "perform_probe": lambda _id: start_write_run(by=ANNA, at=services().clock.now()),
    "reconcile": lambda _id: start_reconciliation(
        services().clock.now() - timedelta(days=2), services().clock.now(), by=ANNA, at=services().clock.now()
    ),
    "try_channel": lambda id_: [
        services().queue.later("try_channel", id_, code, 1) for code in sorted(load_channels())
    ],
    "pass_report": lambda id_: services().queue.later("pass_report", id_, a_report()),
    "make_report": lambda id_: ask_report(id_, WantedReport("pdf", "ru", "Europe/Moscow", False)),
    "take_event": lambda _id: None,
}
OFFLINE = {"hear_echo", "make_report", "tell_checks", "tell_denied"}


def a_run() -> int:
    from b24app.checklist.engine.runs import latest_run

    run = latest_run(finished=True)
    assert run is not None
    return run.id


def a_report() -> int:
    row = model.EmployeeReport(
        reason="other",
        text="Не печатает чек",
        user_id=7,
        user_name="Пётр",
        reported_at=services().clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a transaction was open, for everything that was about to leave for the network."""
    noted: list[bool] = []
    witness = [lambda: noted.append(db.session().in_transaction()), *network._demands]
    monkeypatch.setattr(network, "_demands", witness)
    return noted


@pytest.fixture
def shop(north: Actor, run_jobs: Jobs) -> Actor:
    """A portal in which every job finds something to do."""
    run_jobs()
    with portal_scope(north.portal_id):
        now = services().clock.now()
        set_paid_term("plan", date(2026, 12, 5), by=ANNA, at=now)
        turn_switch(on=True, by=ANNA, at=now)
        for code in ("notification", "task", "feed"):
            set_channel(code, enabled=True)
        db.session.commit()
    run_jobs()
    return north


def test_every_job_has_been_thought_of() -> None:
    assert set(load_jobs()) == OF_A_PORTAL | OF_NOBODY | set(OF_A_ROW)


@pytest.mark.parametrize("name", sorted(OF_A_PORTAL | OF_NOBODY | set(OF_A_ROW)))
def test_a_job_asks_the_network_outside_of_any_transaction(
    shop: Actor, sent: list[bool], run_jobs: Jobs, world: World, name: str
) -> None:
    if name == "refresh_dormant":
        world.clock.advance(days=160)
    with portal_scope(shop.portal_id):
        if name in OF_A_PORTAL:
            services().queue.later(name, shop.portal_id)
        elif name in OF_NOBODY:
            services().queue.later(name)
        else:
            OF_A_ROW[name](shop.portal_id)
        run_jobs()
    assert not any(sent)


def test_jobs_that_ask_a_portal_do_ask_it(shop: Actor, sent: list[bool], run_jobs: Jobs) -> None:
    """A walk that sends nothing proves nothing."""
    silent = set()
    for name in sorted((OF_A_PORTAL | set(OF_A_ROW)) - OFFLINE - {"take_event"}):
        before = len(sent)
        with portal_scope(shop.portal_id):
            if name in OF_A_PORTAL:
                services().queue.later(name, shop.portal_id)
            else:
                OF_A_ROW[name](shop.portal_id)
            run_jobs()
        if len(sent) == before:
            silent.add(name)
    # asked lately, nothing waits, checked and counted today
    assert silent <= {
        "access_back", "access_lost", "ask_people", "installed", "look_at_disk", "pass_report", "plan_changed", "portal_answers",
        "send_waiting", "watch_messages",
    }  # fmt: skip


def test_events_are_confirmed_outside_of_any_transaction(
    sent: list[bool], south: Actor, run_jobs: Jobs
) -> None:
    run_jobs()
    south.portal.uninstall(next(iter(south.portal.world.applications.values())), clean=False)
    run_jobs()
    with every_portal():
        assert db.session.query(EventIn).filter(EventIn.done_at.is_not(None)).count() > 1
    assert len(sent) > 5
    assert not any(sent)


def test_openings_of_every_place_and_person_are_verified_outside_of_any_transaction(
    sent: list[bool], north: Actor
) -> None:
    for placement in ("DEFAULT", *load_placements()):
        for user in (north.portal.admin, north.portal.employee):
            before = len(sent)
            assert north.opens(placement, user=user).status == 200
            assert len(sent) > before
    assert not any(sent)


def test_the_wizard_binds_outside_of_any_transaction(sent: list[bool], stranger: Actor) -> None:
    stranger.installs()
    assert len(sent) > 2
    assert not any(sent)


def _post() -> object:
    return post(services().http(), "https://north.bitrix24.example/rest/profile", b"{}", Limits())


def _tokens() -> object:
    return ask_for_tokens(
        services().http(), "https://oauth.bitrix24.tech", ("a", "b"), grant_type="refresh_token"
    )


def _mail() -> object:
    return send_mail(MailServer("127.0.0.1", 9), a_message(), "a@example.com", "", services().clock.now())


def _hook() -> object:
    return send_hook("https://hook.example/", "s", a_message(), services().clock.now(), portal="p")


def _look() -> object:
    guard = Guard()
    return outside_checks.visit(guard, guard.judge("https://shop.example/"), True)


def a_message() -> Any:
    from b24app.reminders.channels import Message

    return Message(
        key="k",
        tag="t",
        subject="s",
        lines=(),
        link="",
        link_text="",
        outside="",
        outside_text="",
        deadline=None,
    )


@pytest.mark.parametrize("way", [_post, _tokens, _mail, _hook, _look])
def test_every_way_out_refuses_to_leave_in_a_transaction(north: Actor, way: Callable[[], object]) -> None:
    db.session.get(Portal, north.portal_id)
    assert db.session().in_transaction()
    with pytest.raises(TransactionOpen):
        way()


def test_a_script_without_the_application_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_demands", [])
    demand_leave()


@pytest.fixture(autouse=True)
def _no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not refused would dial; nothing here may."""
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda *_, **__: pytest.fail("it left"))
