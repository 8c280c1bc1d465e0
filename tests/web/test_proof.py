"""From an activation to a verified renewal: traffic is waited for, nothing is closed before all is passed or explained."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from b24app.checklist.engine.mutes_and_owners import mute
from b24app.checklist.engine.runs import latest_run, verdicts_of_run
from b24app.checklist.engine.traffic import deadline_of
from b24app.checklist.engine.verdict import Level
from b24app.comparison.after_activation import after_steps, proof
from b24app.database import db, portal_scope
from b24app.renewal.case_changes import list_cases
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.report_taking import take_report

RunJobs = Callable[[], int]


@pytest.fixture
def renewed(first_checks: Actor, north: Actor, north_admin: Opened, run_jobs: RunJobs) -> Opened:
    """A renewed plan: the baseline was taken before, the first repeat has just been run."""
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    assert north_admin.post("/renewal/renewed", ends_on="23.12.2027").status_code == 200
    run_jobs()
    return north_admin


def explain(north: Actor) -> None:
    """Silence with a reason whatever still stands in the way."""
    with portal_scope(north.portal_id):
        left = proof()
        for row in (*left.failing, *(one.row for one in left.waiting)):
            until = DAY_OF_THE_STORY.date() + timedelta(days=30)
            mute(row.code, "known", until, by=Author(1, "Marina"), at=services().clock.now())
        db.session.commit()


def outcomes(north: Actor) -> list[str]:
    with portal_scope(north.portal_id):
        return [case.outcome for case in list_cases()]


def test_traffic_is_waited_for_with_a_deadline_on_the_page_and_in_the_report(
    north: Actor, renewed: Opened
) -> None:
    with portal_scope(north.portal_id):
        verdict = verdicts_of_run(latest_run(finished=True).id)["orders_come"]
    assert verdict.level is Level.UNKNOWN
    assert deadline_of(verdict) > DAY_OF_THE_STORY
    assert "Ждём первых заказов и оплат" in renewed.get("/shop/compare").text.replace("\u00a0", " ")
    assert "Ждём первых заказов и оплат" in renewed.get("/shop/report").text
    report = json.loads(take_report(renewed, "json").data)
    assert all("Ждём до" in one["line"] and one["until"] for one in report["waiting"])
    assert any("заказы" in one["line"] for one in report["waiting"])


def test_a_renewal_is_not_closed_while_something_waits(north: Actor, renewed: Opened) -> None:
    answer = renewed.post("/renewal/mark/mark_verified")
    assert answer.status_code == 422
    assert 'id="proof"' in answer.text
    assert outcomes(north) == [""]


def test_it_is_closed_when_all_is_passed_or_explained(north: Actor, renewed: Opened) -> None:
    explain(north)
    assert "Больше ждать нечего" in renewed.get("/shop/compare").text
    assert renewed.post("/renewal/mark/mark_verified").status_code == 200
    assert outcomes(north) == ["verified"]


def test_traffic_that_comes_ends_the_waiting(
    north: Actor, renewed: Opened, world: World, run_jobs: RunJobs
) -> None:
    world.clock.advance(days=2)
    renewed = north.opens()
    renewed.post("/shop/compare/run")
    run_jobs()
    with portal_scope(north.portal_id):
        assert verdicts_of_run(latest_run(finished=True).id)["orders_come"].level is Level.PASS


def test_a_difference_that_nobody_explained_keeps_it_open(
    north: Actor, renewed: Opened, run_jobs: RunJobs
) -> None:
    row = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", row["ID"])
    renewed.post("/shop/compare/run")
    run_jobs()
    explain(north)
    assert renewed.post("/renewal/mark/mark_verified").status_code == 422
    assert "Верните" in renewed.get("/renewal").text
    line = renewed.get("/shop/compare").text.split('class="diff" id="line-')[1].split('"')[0]
    renewed.post(f"/shop/compare/accept/{line}", reason="on_purpose")
    assert renewed.post("/renewal/mark/mark_verified").status_code == 200


def test_only_what_fails_or_got_worse_is_left_to_do(north: Actor, renewed: Opened, run_jobs: RunJobs) -> None:
    with portal_scope(north.portal_id):
        assert proof().failing == ()
    row = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", row["ID"])
    renewed.post("/shop/compare/run")
    run_jobs()
    with portal_scope(north.portal_id):
        failing = {row.code: row.level for row in proof().failing}
    assert failing["pay_systems_still_on"] is Level.FAIL
    assert set(failing.values()) <= {Level.FAIL, Level.WARN}


def test_the_comparison_is_repeated_when_it_was_promised(north: Actor, renewed: Opened) -> None:
    with portal_scope(north.portal_id):
        waits = [step.due_at - step.activated_at for step in after_steps()]
    assert waits == [timedelta(0), timedelta(minutes=15), timedelta(hours=24), timedelta(hours=72)]


def test_before_any_check_nothing_is_proved(story_only: Opened) -> None:
    text = story_only.post("/renewal/mark/mark_verified").text
    assert "Ещё не всё проверено" in text


@pytest.fixture
def story_only(north: Actor, north_admin: Opened) -> Opened:
    with portal_scope(north.portal_id):
        set_paid_term("plan", date(2026, 12, 23), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    return north_admin


@pytest.mark.parametrize(
    ("ends_on", "asked"),
    [(None, True), (date(2026, 12, 20), True), (date(2026, 12, 30), True), (date(2027, 2, 1), False)],
)
def test_the_end_of_the_subscription_is_asked_for_before_a_renewal_is_verified(
    north: Actor, renewed: Opened, ends_on: date | None, asked: bool
) -> None:
    with portal_scope(north.portal_id):
        set_paid_term("marketplace", ends_on, by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
        codes = [one.row.code for one in proof().waiting]
    assert ("other_terms_alive" in codes) is asked
    assert ("/money/terms?subscription" in renewed.post("/renewal/mark/mark_verified").text) is asked


def test_the_link_opens_the_form_of_the_subscription(north: Actor, renewed: Opened) -> None:
    assert '<option value="marketplace" selected' in renewed.get("/money/terms", subscription="").text
    with portal_scope(north.portal_id):
        term = set_paid_term("marketplace", date(2027, 2, 1), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    assert f'hx-post="/money/terms/{term.id}"' in renewed.get("/money/terms", subscription="").text


def test_by_hand_it_is_closed_too_early_only_with_a_reason(north: Actor, renewed: Opened) -> None:
    form = {"stage": "verified", "on": "2026-11-30"}
    assert renewed.post("/renewal/mark", **form, note="").status_code == 422
    assert outcomes(north) == [""]
    assert renewed.post("/renewal/mark", **form, note="подписку продлит партнёр в январе").status_code == 200
    assert outcomes(north) == ["verified"]


def test_a_loss_that_was_accepted_is_not_said_to_be_in_its_place(
    north: Actor, renewed: Opened, run_jobs: RunJobs
) -> None:
    with portal_scope(north.portal_id):  # a check that fails beside it
        set_paid_term("telephony", date(2026, 11, 20), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    row = next(row for row in north.portal.tables["paysystem"].all() if row["ACTIVE"] == "Y")
    north.portal.switch_off("pay_system", row["ID"])
    north.portal.remove("stage", "DEAL_STAGE:LOSE")  # no deal can be lost: bad whatever was accepted
    renewed.post("/shop/compare/run")
    run_jobs()
    for line in [
        part.split('"')[0] for part in renewed.get("/shop/compare").text.split('class="diff" id="line-')[1:]
    ]:
        renewed.post(f"/shop/compare/accept/{line}", reason="on_purpose")
    heads = [renewed.get("/shop/compare").text]
    with portal_scope(north.portal_id):
        for failing in proof().failing:
            mute(
                failing.code,
                "known",
                DAY_OF_THE_STORY.date() + timedelta(days=30),
                by=Author(1, "M"),
                at=DAY_OF_THE_STORY,
            )
        db.session.commit()
    heads.append(renewed.get("/shop/compare").text)
    assert "Проходят ещё не все проверки" in heads[0].replace("\u00a0", " ")
    assert "Ждём первых заказов и оплат" in heads[1].replace("\u00a0", " ")
    assert all("все объяснены" in head for head in heads)
    assert not [head for head in heads if "Настройки на месте" in head]
