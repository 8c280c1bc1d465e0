"""No database transaction is open while the network is asked, by any job and any opening; the transport refuses it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from b24app import network
from b24app.backup.archive.keys import public_key_of, throw_away_identity
from b24app.backup.backup_plan import plan_to_change
from b24app.backup.model import CopyKind, TargetKind
from b24app.backup.reading.copy_verbs import start_copy
from b24app.backup.restore.model import Restore, RestoreState
from b24app.backup.restore.plan import RestoreChoice, RestorePlan, RestoreSource, dump_plan
from b24app.backup.restore.planning import prepare
from b24app.backup.targets.target_check import ask_check, keep_typed
from b24app.bitrix24.oauth import ask_for_tokens
from b24app.bitrix24.transport import Limits, post
from b24app.checklist.engine import outside_checks
from b24app.checklist.engine.run_jobs import rerun
from b24app.checklist.engine.runs import start_run
from b24app.checklist.test_writes.write_runs import start_write_run, turn_switch
from b24app.database import TransactionOpen, db, every_portal, portal_scope
from b24app.guard import Guard
from b24app.integrators.bulk_plan import BulkPlan
from b24app.integrators.bulk_work import begin_work
from b24app.integrators.members import IntegratorProfile, declare_integrator
from b24app.integrators.pipeline.stored_pipeline import ask_pipeline
from b24app.integrators.webhooks.model import WebhookAddress
from b24app.integrators.webhooks.webhook_addresses import add_webhook, send_test
from b24app.jobs.job import load_jobs
from b24app.legal.data_file import ask_data_file
from b24app.network import demand_leave
from b24app.placements import load_placements
from b24app.portals.model import EventIn, Portal, every_scope
from b24app.reminders import model
from b24app.reminders.channels import load_channels
from b24app.reminders.channels.email import MailServer
from b24app.reminders.channels.email import send as send_mail
from b24app.reminders.channels.telegram.bot_api import Bot, call
from b24app.reminders.channels.webhook import send as send_hook
from b24app.reminders.check_tasks import give_task
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
RESTORED = (RestoreChoice("measure", "measure", "4", "Piece", row={"code": 796, "symbol": "pc"}),)
OF_A_PORTAL = {
    "access_back", "access_lost", "ask_people", "ask_portal", "bind_portal", "count_disk", "estimate_copy", "hear_echo", "installed", "keep_settings", "keep_settings_of_baseline", "learn_portal",
    "look_at_disk", "plan_changed", "portal_answers", "portal_back", "probe_portal", "remind_portal", "review_rights",
    "look_for_losses", "look_at_deletions", "tell_losses", "tell_copy_damaged", "tell_missed_nights", "copy_by_night", "look_at_storage", "thin_copies",
    "send_notice", "send_waiting", "start_daily_run", "store_exports", "sweep_test_writes", "tell_checks", "tell_consents", "tell_date_requests", "tell_denied", "watch_messages",
    "follow_pipeline",
    "watch_clients",
    "make_client_reports",
    "look_at_clients_of",
}  # fmt: skip
OF_NOBODY = {
    "erase_due", "keep_queue", "poll_telegram", "probe_blocked", "prune_calls", "prune_reports", "prune_test_events", "refresh_dormant",
    "remind_everyone", "send_due", "start_due_repeats", "copies_after_activation",
    "prune_data_files",
    "forget_download_parts", "forget_lapsed_keys", "remake_summaries", "look_after_consents", "remind_date_requests",
    "follow_pipelines",
    "watch_webhooks", "prune_webhooks",
    "begin_reports", "send_client_reports",
    "look_at_clients",
    "write_client_digests",
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
    "make_copy": lambda _: a_copy(),
    "pass_report": lambda id_: services().queue.later("pass_report", id_, a_report()),
    "make_report": lambda id_: ask_report(id_, WantedReport("pdf", "ru", "Europe/Moscow", False)),
    "make_data_file": lambda id_: ask_data_file(id_, 1, services().clock.now()),
    "list_changes": lambda id_: services().queue.later("list_changes", id_, a_run()),
    "take_event": lambda _id: None,
    "erase_with_words": lambda id_: services().queue.later("erase_with_words", id_),
    "set_check_task": lambda _id: give_task(
        "pay_system_for_orders", (1, "Анна"), date(2026, 12, 2), by=ANNA, at=services().clock.now()
    ),
    "check_target": lambda _id: ask_check(
        keep_typed({"kind": "portal_disk"}, by=ANNA, at=services().clock.now())
    ),
    "plan_restore": lambda _id: prepare(
        RESTORED, source=RestoreSource.COMPARISON, title="Piece", by=ANNA, at=services().clock.now()
    ),
    "put_back": lambda _id: services().queue.later("put_back", a_restore()),
    "work_on_clients": lambda _id: a_work(),
    "keep_deviation_task": lambda id_: services().queue.later("keep_deviation_task", id_, 1),
    "set_up_pipeline": lambda _id: a_pipeline(),
    "follow_client": lambda id_: services().queue.later("follow_client", id_, id_),
    "follow_alert_task": lambda id_: services().queue.later("follow_alert_task", id_, 1),
    "look_at_deal": lambda id_: services().queue.later("look_at_deal", id_, 1),
    "send_webhooks": lambda id_: services().queue.later("send_webhooks", id_, a_webhook()),
    "tell_webhook_off": lambda id_: services().queue.later("tell_webhook_off", id_, 1),
    "drop_check_task": lambda id_: services().queue.later("drop_check_task", id_, 1),
}
OF_THE_COPY = {
    "erase_with_words",
    "tell_losses",
    "tell_copy_damaged",
    "tell_missed_nights",
    "copy_by_night",
    "look_at_storage",
    "thin_copies",
}
"""Their network is that of the jobs they ask for, or of a copy that there is not: tests/backup has them at work."""
OF_CLIENTS = {
    "follow_client", "follow_pipeline", "look_at_deal", "keep_deviation_task", "look_at_clients_of", "follow_alert_task",
}  # fmt: skip
"""Their network is that of a pipeline, a standard or alerts with clients: tests/integrators has them at work."""
OFFLINE = (
    OF_THE_COPY
    | OF_CLIENTS
    | {
        "make_client_reports",
        "work_on_clients",
        "hear_echo",
        "make_data_file",
        "make_report",
        "store_exports",
        "tell_checks",
        "tell_consents",
        "tell_date_requests",
        "tell_denied",
        "tell_webhook_off",
        "watch_clients",
    }
)


def a_pipeline() -> None:
    """The pipeline of an integrator that somebody has pressed for."""
    profile = IntegratorProfile("ООО «Верный шаг»", "7799104520", "Нина", "help@verny-shag.example", "")
    declare_integrator(profile, by=ANNA, at=services().clock.now())
    ask_pipeline(by=ANNA, at=services().clock.now())


def a_webhook() -> int:
    """An address with a test message that waits for it; by now it leads inside, so that nothing leaves."""
    profile = IntegratorProfile("ООО «Верный шаг»", "7799104520", "Нина", "help@verny-shag.example", "")
    now = services().clock.now()
    declare_integrator(profile, by=ANNA, at=now)
    _secret, number = add_webhook("https://8.8.8.8/", ["run.finished"], by=ANNA, at=now)
    send_test(number, now)
    db.session.get_one(WebhookAddress, number).url = "https://10.0.0.1/"
    return number


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


def a_restore() -> int:
    """A restore that somebody has pressed for."""
    now = services().clock.now()
    plan = dump_plan(RestorePlan(RestoreSource.COMPARISON, RESTORED, read_at=now))
    row = Restore(
        state=RestoreState.WAITING, active=True, source=RestoreSource.COMPARISON, title="Piece", asked_by=1,
        asked_by_name="Анна", created_at=now, plan=plan,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row.id


def a_work() -> None:
    """Work on many clients; its network is that of the runs that it asks for."""
    begin_work(BulkPlan("check", (), ()), None, by=ANNA, at=services().clock.now())


def a_copy() -> None:
    """A copy into a folder."""
    now = services().clock.now()
    plan = plan_to_change()
    plan.recipient, plan.key_kept_at = public_key_of(throw_away_identity()), now
    plan.target_kind, plan.target = TargetKind.FOLDER, '{"kind": "folder"}'
    start_copy(CopyKind.MANUAL, by=ANNA, at=now)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a transaction was open, for everything that was about to leave for the network.

    What is sent ahead leaves in a thread of its own, whose answer no transaction waits for.
    """
    noted: list[bool] = []

    def note() -> None:
        noted.append(db.session().in_transaction() and not network.sent_ahead.get())

    witness = [note, *network._demands]
    monkeypatch.setattr(network, "_demands", witness)
    return noted


@pytest.fixture
def shop(north: Actor, run_jobs: Jobs, app: Flask, tmp_path: Path) -> Actor:
    """A portal in which every job finds something to do."""
    settings = services().settings.model_copy(update={"backup_folder": tmp_path})
    app.extensions["services"] = replace(services(), settings=settings)
    run_jobs()
    with portal_scope(north.portal_id):
        now = services().clock.now()
        set_paid_term("plan", date(2026, 12, 5), by=ANNA, at=now)
        turn_switch(on=True, by=ANNA, at=now)
        plan_to_change().target_kind = TargetKind.FOLDER
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
            if name == "make_copy":  # of the catalogue alone: the rest takes its time
                shop.grants("catalog")
            OF_A_ROW[name](shop.portal_id)
        run_jobs()
    assert not any(sent)


def test_jobs_that_ask_a_portal_do_ask_it(shop: Actor, sent: list[bool], run_jobs: Jobs) -> None:
    """A walk that sends nothing proves nothing."""
    silent = set()
    for name in sorted((OF_A_PORTAL | set(OF_A_ROW)) - OFFLINE - {"take_event"}):
        before = len(sent)
        with portal_scope(shop.portal_id):
            shop.grants(*(["catalog"] if name == "make_copy" else every_scope()))
            if name in OF_A_PORTAL:
                services().queue.later(name, shop.portal_id)
            else:
                OF_A_ROW[name](shop.portal_id)
            run_jobs()
        if len(sent) == before:
            silent.add(name)
    # asked lately, nothing waits, checked and counted today
    assert silent <= {
        "access_back", "access_lost", "ask_people", "ask_portal", "installed", "keep_settings_of_baseline", "list_changes", "look_at_disk", "pass_report", "plan_changed", "portal_answers",
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


def _bot() -> object:
    return call(Bot("https://api.telegram.org", "123456:ABC"), "getMe", {})


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


@pytest.mark.parametrize("way", [_post, _tokens, _mail, _hook, _bot, _look])
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
