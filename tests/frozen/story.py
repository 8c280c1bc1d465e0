"""A life of `north` that leaves a row in every table, told through what the pages themselves call."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from b24app.bitrix24.model import PagingHabit, WireBucket, WirePause
from b24app.checklist.engine.mutes_and_owners import mute, name_owner
from b24app.checklist.model import DiskCount
from b24app.checklist.questions.answers import RegisterDraft, answer_question, register_application
from b24app.checklist.test_writes.write_runs import start_write_run, turn_switch
from b24app.comparison.acceptance import accept_change
from b24app.comparison.after_activation import schedule_after_activation
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.database import db, portal_scope
from b24app.portals.model import AvailabilityRecord
from b24app.reminders.kinds.employee_messages import report_to_administrator
from b24app.reminders.reminder_jobs import remind_portal
from b24app.reminders.reminder_settings import set_channel, set_schedule
from b24app.renewal.activation import start_reconciliation
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.renewal.documents import keep_paper
from b24app.renewal.renewal_stages import Role, Stage
from b24app.renewal.signed_links import make_link
from b24app.renewal.situation_reading import set_role
from b24app.terms.corrections import correct_fact
from b24app.terms.date_suggestions import Suggestion, keep_suggestions
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import change_profile
from b24app.terms.term import Author, Term
from b24app.terms.usage_records import record_usage
from tests.actors import Actor
from tests.worlds import DAY_OF_THE_STORY as AT

MARINA = Author(1, "Марина Ковалёва")
PNG = b"\x89PNG\r\n\x1a\n the receipt of the test order"
PDF = b"%PDF-1.7\n the invoice\n%%EOF"


def live_through(north: Actor, run_jobs: Callable[[], int]) -> None:
    """Everything that people write down, mark, send and try in a renewal of this portal."""
    with portal_scope(north.portal_id):
        plan = _write_terms()
        _renew(plan)
        _name_people()
        _watch(north)
        _look_closely()
        db.session.commit()
    run_jobs()
    with portal_scope(north.portal_id):
        remind_portal(north.portal_id)
        schedule_after_activation(AT)
        db.session.commit()


def _write_terms() -> Term:
    change_profile(by=MARINA, at=AT, route="partner", portal_name="Северный магазин", average_order=1200)
    set_paid_term("marketplace", date(2027, 1, 20), by=MARINA, at=AT)
    record_usage("orders", 140, on=date(2026, 10, 1), at=AT)
    record_usage("users", 30, on=date(2026, 11, 29), at=AT)
    correct_fact("policy:cloud", "critical_days", "5", reason="наш договор", by=MARINA, at=AT)
    keep_suggestions((Suggestion("marketplace", date(2027, 2, 1), "app.info"),), AT)
    return set_paid_term("plan", date(2026, 12, 23), by=MARINA, at=AT, pays_by="partner", price=13990)


def _renew(plan: Term) -> None:
    case = open_case(plan, AT)
    mark_stage(case.id, Stage.INVOICE_REQUESTED, by=MARINA, at=AT - timedelta(days=6), on=date(2026, 11, 24))
    keep_paper("invoice", "Счёт 1184.pdf", PDF, case_id=case.id, by=MARINA, at=AT)


def _name_people() -> None:
    set_role(Role.RESPONSIBLE, user_id=1, name="Марина Ковалёва", email="marina@north.example")
    set_role(Role.PAYER, user_id=2, name="Олег Дроздов")
    set_schedule((30, 23, 14, 7, 3, 1))
    set_channel("notification", enabled=True)
    set_channel("task", enabled=True)
    name_owner("area:delivery", "Олег Дроздов", 2, by=MARINA, at=AT)
    for purpose in ("status", "report", "calendar"):
        make_link(purpose, by=MARINA, at=AT, expires_on=date(2027, 3, 1) if purpose == "report" else None)
    report_to_administrator("other", "Не открывается заказ", by=Author(2, "Олег Дроздов"), at=AT)


def _watch(north: Actor) -> None:
    pulse = db.session.scalars(select(AvailabilityRecord)).one()
    pulse.refused_from, pulse.back_at = AT - timedelta(days=2), AT - timedelta(days=1)
    start_reconciliation(AT - timedelta(days=2), AT - timedelta(days=1), by=MARINA, at=AT)
    db.session.add(DiskCount(size=10**9, files=40, folders=3, whole=True, counted_at=AT))
    db.session.add(PagingHabit(method="sonet_group.get", mode="offset"))
    db.session.add(WireBucket(name=f"{north.portal.member_id}:other", level=0.0, moment=AT.timestamp()))
    db.session.add(WirePause(name=f"{north.portal.member_id}:other", method="crm.item.list", until=0.0))


def _look_closely() -> None:
    answer_question("ask_test_payment", "yes", value="1184", file=("чек.png", PNG), by=MARINA, at=AT)
    answer_question("ask_backup", "no", note="спросить подрядчика", by=MARINA, at=AT)
    register_application(
        RegisterDraft("outgoing_webhook", "Склад", host="https://stock.example/hook", owner_id=1),
        by=MARINA,
        at=AT,
    )
    mute("area:backup", "не пользуемся", date(2026, 12, 20), by=MARINA, at=AT)
    view = compare_with_baseline()
    line = view.lines[0].change
    accept_change(
        view.after.id, line.kind.code, line.key, reason="on_purpose", explanation="закрыли", by=MARINA, at=AT
    )
    turn_switch(on=True, by=MARINA, at=AT)
    start_write_run(by=MARINA, at=AT)
