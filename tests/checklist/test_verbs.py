"""What people do with checks: answer, silence, accept, choose a baseline, wait for the repeats."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from b24app.checklist.engine.check_numbers import CountedPlace
from b24app.checklist.engine.checklist_view import checklist_view
from b24app.checklist.engine.mutes_and_owners import (
    mute,
    mutes_in_force,
    name_owner,
    named_owners,
    unmute,
)
from b24app.checklist.engine.own_facts_reading import own_facts
from b24app.checklist.engine.runs import choose_baseline, run_history, start_run, stop_run
from b24app.checklist.engine.verdict import Level
from b24app.checklist.questions.answers import (
    RegisterDraft,
    answer_history,
    answer_question,
    current_answers,
    register_application,
    registered_applications,
    strike_from_register,
)
from b24app.checklist.test_writes.write_runs import (
    latest_write_run,
    read_switch,
    start_write_run,
    turn_switch,
)
from b24app.comparison.after_activation import (
    STEPS,
    after_steps,
    schedule_after_activation,
    start_due_repeats,
)
from b24app.comparison.stored_comparison import compare_with_baseline
from b24app.database import db, portal_scope
from b24app.errors import BadInput, NotFound
from b24app.portals.model import Portal
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author

ANNA = Author(1, "Анна")
DAY = date(2026, 11, 30)


@pytest.fixture
def portal(app: Flask) -> int:
    """A portal's row alone: these verbs ask nothing of the portal itself."""
    row = Portal(
        member_id="north",
        domain="north.example",
        client_endpoint="",
        server_endpoint="",
        application_token="t",
        installed_at=None,
        uninstalled_at=None,
        erase_at=None,
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    db.session.add(row)
    db.session.commit()
    return row.id


def test_the_newest_answer_counts_and_the_older_stays(portal: int) -> None:
    with portal_scope(portal):
        answer_question("ask_test_payment", "no", by=ANNA, at=services().clock.now())
        answer_question("ask_test_payment", "yes", value=" ТС-20417 ", by=ANNA, at=services().clock.now())
        assert current_answers()["ask_test_payment"].value == "ТС-20417"
        assert [a.outcome for a in answer_history("ask_test_payment")] == ["yes", "no"]


@pytest.mark.parametrize(
    ("code", "outcome", "error"), [("ask_x", "yes", NotFound), ("ask_forms", "perhaps", BadInput)]
)
def test_a_wrong_answer_is_refused(portal: int, code: str, outcome: str, error: type[Exception]) -> None:
    with portal_scope(portal), pytest.raises(error):
        answer_question(code, outcome, by=ANNA, at=services().clock.now())


def test_the_register_keeps_a_host_and_no_secret(portal: int) -> None:
    with portal_scope(portal):
        register_application(
            RegisterDraft("incoming_webhook", "1С", host="https://north.example/rest/1/s3cret/"),
            by=ANNA,
            at=services().clock.now(),
        )
        (row,) = registered_applications()
        assert row.host == "north.example"
        strike_from_register(row.id)
        assert registered_applications() == []


@pytest.mark.parametrize(("kind", "name"), [("virus", "1С"), ("other", " ")])
def test_the_register_refuses_nonsense(portal: int, kind: str, name: str) -> None:
    with portal_scope(portal), pytest.raises(BadInput):
        register_application(RegisterDraft(kind, name), by=ANNA, at=services().clock.now())
    with portal_scope(portal), pytest.raises(NotFound):
        strike_from_register(404)


def test_silence_has_a_reason_and_an_end(portal: int) -> None:
    with portal_scope(portal):
        mute("area:site", "Сайта нет", DAY, by=ANNA, at=services().clock.now())
        mute("ask_robots", "Роботов нет", DAY, by=ANNA, at=services().clock.now())
        view = checklist_view()
        assert view.numbers.counts[CountedPlace.MUTED] == 4
        unmute("area:site")
        assert set(mutes_in_force()) == {"ask_robots"}


@pytest.mark.parametrize(
    ("target", "reason", "until", "error"),
    [
        ("nothing", "x", DAY, NotFound),
        ("ask_forms", " ", DAY, BadInput),
        ("ask_forms", "x", DAY - timedelta(days=1), BadInput),
        ("ask_forms", "x", DAY + timedelta(days=400), BadInput),
    ],
)
def test_silence_without_sense_is_refused(
    portal: int, target: str, reason: str, until: date, error: type[Exception]
) -> None:
    with portal_scope(portal), pytest.raises(error):
        mute(target, reason, until, by=ANNA, at=services().clock.now())


def test_a_page_without_a_run_asks_only_people(portal: int) -> None:
    with portal_scope(portal):
        view = checklist_view()
        assert view.run_id is None
        assert {
            row.level for row in view.rows if row.counted_in in (CountedPlace.ASKED, CountedPlace.OPTIONAL)
        } == {Level.ASK}
        assert view.numbers.blockers == 0
        assert view.check("ask_backup") is not None
        assert not any(area.is_all_good for area in view.areas)


def test_there_is_nothing_to_compare_at_first(portal: int) -> None:
    with portal_scope(portal):
        assert compare_with_baseline() is None
        with pytest.raises(NotFound):
            choose_baseline(404, at=services().clock.now())


def test_repeats_are_planned_once_and_started_in_time(portal: int, app: Flask) -> None:
    clock = app.extensions["services"].clock
    with portal_scope(portal):
        schedule_after_activation(clock.now())
        assert len(schedule_after_activation(after_steps()[0].activated_at)) == len(STEPS)
        db.session.commit()
    start_due_repeats()
    clock.advance(minutes=16)
    start_due_repeats()
    start_due_repeats()
    with portal_scope(portal):
        assert [run.kind for run in run_history()] == ["after_15m", "after_at_once"]
        assert [step.run_id is not None for step in after_steps()] == [True, True, False, False]


@pytest.mark.parametrize(
    ("value", "made_at"),
    [
        ("24.10.2026", datetime(2026, 10, 24, tzinfo=UTC)),
        ("2026-10-24", datetime(2026, 10, 24, tzinfo=UTC)),
        ("давно", None),
    ],
)
def test_the_day_of_the_copy_is_taken_from_the_answer(
    portal: int, value: str, made_at: datetime | None
) -> None:
    with portal_scope(portal):
        answer_question("ask_backup", "yes", value=value, by=ANNA, at=services().clock.now())
        assert own_facts("ru_std")["last_backup"].made_at == made_at


def test_terms_and_limits_come_from_the_licence_room(portal: int) -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    with portal_scope(portal):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Анна"), at=now)
        register_application(RegisterDraft("other", "1С"), by=ANNA, at=services().clock.now())
        told = own_facts("ru_std")
        assert told["terms"].of("plan").ends_on == date(2026, 12, 23)
        assert told["plan_limits"].users == 50
        assert told["register"].rows[0].name == "1С"
        assert "plan_limits" not in own_facts("ru_something")


def test_no_verb_keeps_anything_by_itself(portal: int, app: Flask) -> None:
    now, queue = app.extensions["services"].clock.now(), app.extensions["services"].queue
    with portal_scope(portal):
        answer_question("ask_forms", "yes", by=ANNA, at=now)
        register_application(RegisterDraft("other", "1С"), by=ANNA, at=now)
        mute("area:site", "Сайта нет", DAY, by=ANNA, at=now)
        name_owner("area:crm", "Олег Дроздов", 2, by=ANNA, at=now)
        turn_switch(on=True, by=ANNA, at=now)
        start_write_run(by=ANNA, at=now)
        stop_run(start_run(by=ANNA, at=now), by=ANNA, at=now)
        schedule_after_activation(now)
        db.session.rollback()
        kept = current_answers(), registered_applications(), mutes_in_force(), named_owners()
        assert not any((*kept, read_switch().on, latest_write_run(), run_history(), after_steps()))
        assert queue.waiting() == 0
