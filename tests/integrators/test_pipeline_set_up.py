"""The pipeline in the integrator's CRM: made by one press, once whatever happens; what the portal refuses is said."""

import contextlib
from datetime import timedelta

import pytest
from flask import Flask

from b24app.checklist.facts.apps.own_events import OwnEvents, Subscription
from b24app.comparison.resources.own_parts import event
from b24app.database import db, portal_scope
from b24app.integrators.members import set_member
from b24app.integrators.pipeline.set_up import set_up_pipeline
from b24app.integrators.pipeline.stored_pipeline import ask_pipeline
from b24app.integrators.rights import MemberRole
from b24app.services import services
from b24app.terms.term import Author
from sandbox import assumptions
from tests.actors import Actor
from tests.at_once import at_once
from tests.backup.dying_worker import Countdown, Killed, dying
from tests.integrators.pipelines import Pair, forget_pipeline

NAMES = ["Окно", "Счёт", "Оплата", "Купон", "Активирован", "Проверен", "Отказ"]
NINA = Author(1, "Нина")


def is_whole(pair: Pair) -> bool:
    bound = [one for one in pair.own.portal.installation().events if one.event == "ONCRMDEALUPDATE"]
    names = [row["NAME"] for row in pair.stages]
    return (len(pair.pipelines), names, len(bound), pair.line.state) == (1, NAMES, 1, "working")


def test_before_the_press_the_page_says_what_will_be_made_and_makes_nothing(pair: Pair):
    page = pair.own.opens().get("/clients/pipeline")
    assert page.status_code == 200
    for words in (
        "Пока ничего не создано",
        "сделок, не больше",
        "без даты",
        "Создать воронку",
        "Тёплая сторона",
    ):
        assert words in page.text, words
    pair.run_jobs()
    assert pair.pipelines == []


def test_one_press_makes_the_pipeline_with_its_seven_stages(pair: Pair):
    others = [row["id"] for row in pair.own.portal.tables["category"].all()]
    assert pair.presses() == 200
    assert is_whole(pair)
    assert [row["SEMANTICS"] for row in pair.stages] == [None] * 5 + ["S", "F"]
    assert set(others) < {row["id"] for row in pair.own.portal.tables["category"].all()}
    page = pair.own.opens().get("/clients/pipeline").text
    assert "Воронка работает" in page
    assert "Открыть воронку" in page


def test_a_portal_that_gives_a_new_pipeline_no_stages_gets_all_seven(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sandbox.methods.crm_status_writes.NEW_DEAL_PIPELINE_HAS_STAGES", False)
    assert assumptions.NEW_DEAL_PIPELINE_HAS_STAGES
    pair.presses()
    assert is_whole(pair)


def test_pressed_twice_nothing_is_doubled_and_names_that_people_gave_stay(line: Pair):
    first = line.stages[0]
    line.own.portal.tables["status"].update(first["ID"], NAME="Начало")
    opened = line.own.opens()
    for _ in range(2):
        assert opened.post("/clients/pipeline").status_code == 200
    line.run_jobs()
    assert [row["NAME"] for row in line.stages] == ["Начало", *NAMES[1:]]
    assert (len(line.pipelines), len(line.deals)) == (1, 1)


def test_a_pipeline_of_the_same_name_that_was_there_is_left_alone(pair: Pair):
    pair.calls("crm.category.add", pair.own.portal.admin, entityTypeId=2, fields={"name": "Продления"})
    before = pair.pipelines[0]["id"]
    pair.presses()
    assert len(pair.pipelines) == 2
    assert pair.line.category_id not in (None, before)


@pytest.mark.cases
@pytest.mark.parametrize("moment", ["before", "after", "commit"])
def test_killed_at_any_moment_it_is_finished_and_nothing_is_doubled(app: Flask, pair: Pair, moment: str):
    number, died = 0, True
    while died:
        number += 1
        with portal_scope(pair.own.portal_id):
            ask_pipeline(by=NINA, at=services().clock.now())
            db.session.commit()
        died = dies(app, pair, moment, number).died
        for _ in range(3):
            set_up_pipeline(pair.own.portal_id)
            db.session.commit()
            pair.world.clock.advance(seconds=63)
        assert is_whole(pair), (moment, number)
        forget_pipeline(pair)
    assert number > 12


def dies(app: Flask, pair: Pair, moment: str, number: int) -> Countdown:
    own_id = pair.own.portal_id
    with dying(app, pair.world, moment, number) as countdown, contextlib.suppress(Killed):
        set_up_pipeline(own_id)
        db.session.commit()
    db.session.remove()
    return countdown


@pytest.mark.parametrize("kind", ["truncated", "cut", "empty", "html"])
@pytest.mark.parametrize("method", ["crm.category.add", "crm.status.add", "crm.status.update", "event.bind"])
def test_an_answer_that_is_lost_doubles_nothing(pair: Pair, kind: str, method: str):
    pair.own.portal.answer_next(kind, method=method)
    pair.presses()
    for _ in range(3):
        pair.world.clock.advance(minutes=2)
        pair.run_jobs()
    assert is_whole(pair)


def test_two_workers_at_once_make_one_pipeline(app: Flask, pair: Pair):
    own_id = pair.own.portal_id
    with portal_scope(own_id):
        ask_pipeline(by=NINA, at=services().clock.now())
        db.session.commit()
    at_once(app, lambda: set_up_pipeline(own_id), lambda: set_up_pipeline(own_id))
    pair.world.clock.advance(minutes=2)
    pair.run_jobs()
    assert is_whole(pair)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("scope", "не дали разрешение «crm»"),
        ("right", "должен быть администратором CRM"),
        ("limit", "Возможно, на вашем тарифе нет места"),
        ("plan", "не даёт создать ещё одну воронку"),
    ],
)
def test_what_the_portal_refuses_is_said_and_tried_again_by_a_press(pair: Pair, trouble: str, words: str):
    portal = pair.own.portal
    card = next(iter(pair.world.applications.values()))
    if trouble == "scope":
        portal.withhold_scope(card, "crm")
    elif trouble == "right":
        portal.withhold_right(portal.admin, "crm_admin")
    else:
        code = "RESTRICTED" if trouble == "limit" else "wrong_license"
        portal.refuse_next(code, method="crm.category.add", status=400)
    pair.presses()
    page = pair.own.opens().get("/clients/pipeline").text
    assert words in page
    assert pair.pipelines == []
    portal.grant_scope(card, "crm")
    portal.grant_right(portal.admin, "crm_admin")
    pair.presses()
    assert is_whole(pair)


def test_a_portal_that_is_silent_is_said_to_be_so(pair: Pair):
    opened = pair.own.opens()
    assert opened.post("/clients/pipeline").status_code == 200
    pair.own.portal.answer_next("silent", times=None)
    for _ in range(12):
        pair.run_jobs()
        pair.world.clock.advance(minutes=20)
    assert pair.line.state in ("failed", "waiting")
    pair.own.portal.forgive()
    pair.world.clock.advance(hours=3)
    pair.run_jobs()
    pair.presses()
    assert is_whole(pair)


def test_a_pipeline_that_was_deleted_is_said_and_made_anew_with_its_deals(line: Pair):
    line.own.portal.tables["deal"].update(line.deal["id"], categoryId=0, stageId="NEW")
    line.own.portal.remove("pipeline", line.line.category_id)
    line.world.clock.advance(days=1)
    line.ends_on(line.rows[0].ends_on + timedelta(days=1))
    line.works()
    line.gives()
    assert line.line.state == "gone"
    page = line.own.opens().get("/clients/pipeline").text
    assert "Воронку удалили в CRM" in page
    assert "Создать заново" in page
    line.works(minutes=5)
    assert line.pipelines == []
    assert line.presses() == 200
    assert is_whole(line)
    assert (len(line.deals), line.stage) == (1, "Окно")


def test_an_empty_pipeline_that_was_deleted_is_noticed_with_the_next_deal(pair: Pair):
    pair.ends()
    pair.presses()
    pair.own.portal.remove("pipeline", pair.line.category_id)
    pair.gives()
    pair.works()
    assert (pair.line.state, pair.deals) == ("gone", [])
    pair.presses()
    assert is_whole(pair)
    assert len(pair.deals) == 1


@pytest.mark.parametrize("path", ["/clients/pipeline", "/clients/pipeline/companies"])
def test_only_owners_see_it(line: Pair, path: str):
    user = line.own.portal.employee
    with portal_scope(line.own.portal_id):
        set_member(user.id, "Анна", MemberRole.MANAGER, by=NINA, at=services().clock.now())
        db.session.commit()
    assert line.own.opens(user=user).get(path).status_code == 403
    assert line.client.opens().get(path).status_code == 403


def test_an_owner_who_is_no_administrator_of_the_portal_may_not_press(pair: Pair):
    user = pair.own.portal.employee
    with portal_scope(pair.own.portal_id):
        set_member(user.id, "Анна", MemberRole.OWNER, by=NINA, at=services().clock.now())
        db.session.commit()
    assert pair.own.opens(user=user).post("/clients/pipeline").status_code == 403
    pair.run_jobs()
    assert pair.pipelines == []


def test_another_portals_page_presses_nothing_here(pair: Pair, south: Actor):
    assert south.opens().post("/clients/pipeline").status_code == 403
    pair.run_jobs()
    assert pair.pipelines == []


def test_bad_switches_are_refused(line: Pair):
    opened = line.own.opens()
    assert opened.post("/clients/pipeline/by-hand/active/on").status_code == 422
    assert opened.post("/clients/pipeline/by-hand/nothing/on").status_code == 422
    assert opened.post("/clients/pipeline/by-hand/paid/maybe").status_code == 404
    assert opened.post("/clients/pipeline/by-hand/paid/off").status_code == 200
    assert "paid" not in line.line.by_hand


def test_the_event_is_bound_again_after_an_update_of_the_application(line: Pair):
    card = next(iter(line.world.applications.values()))
    line.own.portal.update_application(card, 3)
    line.run_jobs()
    assert is_whole(line)


def test_the_subscription_of_the_pipeline_is_no_change_of_the_portal():
    rows = (
        Subscription("ONAPPTEST", "https://renewal.example/events"),
        Subscription("ONCRMDEALUPDATE", "https://renewal.example/events"),
    )
    assert [key.partition(":")[0] for key, _ in event(OwnEvents(rows))] == ["ONAPPTEST"]
