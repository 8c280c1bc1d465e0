"""A deal moved by hand: a proposal in the client's renewal, or the way back with a comment; what we wrote ourselves proposes nothing."""

import contextlib
import re

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.integrators.pipeline.deal_updates import follow_client
from b24app.integrators.rights import Right
from b24app.portals.model import EventIn
from sandbox.world import World
from tests.actors import Actor
from tests.at_once import at_once
from tests.backup.dying_worker import Countdown, Killed, dying
from tests.integrators.pipelines import ENDS_ON, Pair


def shown(pair: Pair) -> str:
    return pair.client.opens().get("/renewal").text


def answer(pair: Pair, verb: str, **form: str) -> int:
    (open_one,) = [one for one in pair.proposals if one.state == "open"]
    return pair.client.opens().post(f"/renewal/proposals/{open_one.id}/{verb}", **form).status_code


def test_a_moved_deal_is_a_proposal_with_its_author(line: Pair):
    line.drags("Счёт", line.own.portal.employee)
    line.run_jobs()
    page = shown(line)
    person = line.own.portal.employee
    assert "Предложено в CRM интегратора ООО «Верный шаг»" in page
    assert f"{person.name} {person.last_name}" in page
    assert "Счёт заказан" in page
    assert line.reached() == set()
    assert line.stage == "Счёт"


@pytest.mark.parametrize(
    ("stage", "marks"),
    [("Счёт", {"invoice_requested"}), ("Оплата", {"paid", "activation_awaited"})],
)
def test_accepted_it_is_a_mark_and_the_deal_stays(line: Pair, stage: str, marks: set[str]):
    line.drags(stage)
    line.run_jobs()
    assert answer(line, "accept") == 200
    line.works(minutes=1)
    assert (line.reached(), line.stage, line.comments) == (marks, stage, [])
    assert [one.state for one in line.proposals] == ["accepted"]
    assert "Предложено" not in shown(line)


def test_an_accepted_mark_may_be_taken_back_and_the_deal_follows(line: Pair):
    line.drags("Оплата")
    line.run_jobs()
    (open_one,) = line.proposals
    answered = line.client.opens().post(f"/renewal/proposals/{open_one.id}/accept")
    undo = re.search(r"/renewal/unmark/paid\?case=\d+", answered.text)
    assert undo is not None
    assert line.client.opens().post(undo[0]).status_code == 200
    line.works(minutes=1)
    assert (line.reached(), line.stage) == (set(), "Окно")


def test_a_coupon_is_kept_by_the_proposal_itself(line: Pair):
    line.marks("paid")
    line.works()
    line.drags("Купон")
    line.run_jobs()
    assert answer(line, "accept") == 200
    line.works(minutes=1)
    line.works(minutes=1)
    assert (line.stage, line.comments) == ("Купон", [])
    line.marks("active")
    line.works()
    assert line.stage == "Активирован"


def test_declined_the_deal_returns_with_a_comment(line: Pair):
    line.drags("Оплата")
    line.run_jobs()
    assert answer(line, "decline") == 200
    line.run_jobs()
    line.works(minutes=2)
    assert (line.stage, line.reached()) == ("Окно", set())
    (comment,) = line.comments
    assert "Предложение отклонили" in comment


def test_a_refusal_asks_for_a_reason(line: Pair):
    line.drags("Отказ")
    line.run_jobs()
    assert answer(line, "accept") == 422
    assert [one.state for one in line.proposals] == ["open"]
    assert answer(line, "accept", reason="Закрывают магазин") == 200
    line.works(minutes=1)
    assert (line.stage, line.comments) == ("Отказ", [])
    line.drags("Счёт")
    line.run_jobs()
    assert answer(line, "accept") == 200
    line.works(minutes=1)
    assert (line.stage, line.reached()) == ("Счёт", {"invoice_requested"})


@pytest.mark.parametrize("stage", ["Активирован", "Проверен"])
def test_what_needs_evidence_returns_with_a_comment_that_says_why(line: Pair, stage: str):
    line.drags(stage)
    line.run_jobs()
    assert (line.stage, line.proposals, line.reached()) == ("Окно", [], set())
    (comment,) = line.comments
    assert "когда на портале клиента появится новый срок" in comment


def test_what_is_marked_already_is_not_moved_back(line: Pair):
    line.marks("paid")
    line.works()
    for stage in ("Счёт", "Отказ"):
        line.drags(stage)
        line.run_jobs()
    assert (line.stage, line.proposals) == ("Оплата", [])
    assert len(line.comments) == 2
    assert "уже отмечено «Оплачено»" in line.comments[0]


def test_a_stage_that_is_switched_off_returns(line: Pair):
    assert line.own.opens().post("/clients/pipeline/by-hand/paid/off").status_code == 200
    line.drags("Оплата")
    line.run_jobs()
    assert (line.stage, line.proposals) == ("Окно", [])
    assert "вручную запрещено" in line.comments[0]


def test_our_own_moves_propose_nothing_however_often_they_are_told(line: Pair):
    line.marks("invoice_requested")
    line.works()
    line.marks("paid")
    line.works()
    line.changes(opportunity=5)
    line.run_jobs()
    line.works(minutes=1)
    assert (line.stage, line.proposals, line.comments) == ("Оплата", [], [])


def test_an_event_that_comes_while_we_write_is_our_own(app: Flask, line: Pair):
    line.marks("paid")
    own_id, client_id = line.own.portal_id, line.client.portal_id
    line.works()
    at_once(app, lambda: follow_client(own_id, client_id), lambda: line_job(line))
    assert (line.stage, line.proposals) == ("Оплата", [])


def line_job(line: Pair) -> None:
    follow_client(line.own.portal_id, line.client.portal_id)


def test_a_mark_made_while_a_proposal_waits_wins(line: Pair):
    line.drags("Купон")
    line.run_jobs()
    line.marks("invoice_requested")
    line.works()
    assert line.stage == "Счёт"
    assert [one.state for one in line.proposals] == ["overtaken"]


def test_moved_back_before_the_answer_nothing_is_left_to_answer(line: Pair):
    line.drags("Оплата")
    line.run_jobs()
    line.drags("Окно")
    line.run_jobs()
    assert "Предложено" not in shown(line)
    assert (line.stage, line.comments) == ("Окно", [])


def test_moved_on_the_newer_proposal_takes_the_place_of_the_older(line: Pair):
    line.drags("Счёт")
    line.run_jobs()
    line.drags("Оплата")
    line.run_jobs()
    assert [(one.stage, one.state) for one in line.proposals] == [("paid", "open")]


def test_an_event_that_was_lost_is_noticed_at_the_next_look(line: Pair):
    line.world.deliver = lambda _url, _form: 0
    line.drags("Счёт")
    line.run_jobs()
    assert line.proposals == []
    line.ends_on(ENDS_ON.replace(day=21))
    line.works()
    assert [one.stage for one in line.proposals] == ["invoice"]


def test_an_event_about_somebody_elses_deal_asks_nothing(line: Pair):
    other = line.own.portal.tables["deal"].ids[0]
    line.calls("crm.item.update", entityTypeId=2, id=other, fields={"opportunity": 5})
    before = line.world.traffic.hits
    line.run_jobs()
    assert line.world.traffic.hits == before


def test_a_forged_event_is_refused(line: Pair):
    form = {
        "event": "ONCRMDEALUPDATE",
        "data[FIELDS][ID]": "1",
        "ts": "1",
        "auth[member_id]": line.own.portal.member_id,
    }
    form |= {"auth[application_token]": "forged", "auth[domain]": line.own.host}
    count = db.session.query(EventIn).count()
    assert line.own.client.post("/events", data=form).status_code in (200, 403)
    db.session.rollback()
    assert db.session.query(EventIn).count() == count


def test_a_stage_that_people_added_says_nothing(line: Pair):
    entity = f"DEAL_STAGE_{line.line.category_id}"
    fields = {"ENTITY_ID": entity, "STATUS_ID": "CALL", "NAME": "Позвонить", "SORT": 15, "SEMANTICS": ""}
    line.calls("crm.status.add", line.own.portal.admin, fields=fields)
    line.drags("Позвонить")
    line.run_jobs()
    assert (line.stage, line.proposals, line.comments) == ("Позвонить", [], [])
    line.marks("paid")
    line.works()
    assert line.stage == "Оплата"


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_who_may_not_answer(line: Pair, verb: str, run_jobs: object):
    line.drags("Счёт")
    line.run_jobs()
    path = f"/renewal/proposals/{line.proposals[0].id}/{verb}"
    assert line.client.opens(user=line.client.portal.employee).post(path).status_code == 403
    assert line.own.opens().post(path).status_code == 404
    assert line.client.opens().post(f"/renewal/proposals/999/{verb}").status_code == 404
    assert [one.state for one in line.proposals] == ["open"]
    assert run_jobs


@pytest.mark.parametrize(("rights", "status"), [(frozenset(Right), 200), (frozenset({Right.TERMS}), 403)])
def test_an_integrator_answers_when_the_client_lets_it_act(line: Pair, rights: frozenset[Right], status: int):
    from dataclasses import replace

    from b24app.frames.page_token import restore_frame, sign_frame

    line.gives(rights)
    line.drags("Счёт")
    line.run_jobs()
    opened = line.own.opens()
    frame = replace(restore_frame(opened.token), consent_code=line.consent)
    headers = {"X-Frame-Token": sign_frame(frame), "X-Client": line.consent, "HX-Request": "true"}
    answer = opened.client.post(f"/renewal/proposals/{line.proposals[0].id}/accept", headers=headers)
    assert answer.status_code == status
    assert bool(line.reached()) is (status == 200)


def test_two_answers_at_the_same_moment_are_one(line: Pair):
    line.drags("Счёт")
    line.run_jobs()
    path = f"/renewal/proposals/{line.proposals[0].id}"
    opened = line.client.opens()
    assert opened.post(f"{path}/decline").status_code == 200
    assert opened.post(f"{path}/accept").status_code == 404
    assert line.reached() == set()


def test_of_an_ended_consent_no_proposal_is_left(line: Pair):
    line.drags("Счёт")
    line.run_jobs()
    line.ends()
    assert "Предложено" not in shown(line)
    path = f"/renewal/proposals/{line.proposals[0].id}/accept"
    assert line.client.opens().post(path).status_code == 404


def test_an_integrator_without_a_pipeline_is_not_listened_to(world: World, line: Pair, south: Actor):
    from b24app.integrators.members import end_declaration
    from b24app.services import services

    with portal_scope(line.own.portal_id):
        end_declaration(services().clock.now())
        db.session.commit()
    line.drags("Счёт")
    line.run_jobs()
    assert line.proposals == []
    assert world
    assert south


class TestComment:
    """Why a deal returned is said once, whatever happens to the answers."""

    @pytest.mark.parametrize("kind", ["truncated", "cut", "html"])
    @pytest.mark.parametrize("method", ["crm.timeline.comment.add", "crm.item.update"])
    def test_an_answer_that_is_lost_makes_no_second_comment(self, line: Pair, kind: str, method: str):
        line.drags("Проверен")
        line.own.portal.answer_next(kind, method=method)
        line.run_jobs()
        for _ in range(3):
            line.works(minutes=2)
        assert (line.stage, len(line.comments), line.proposals) == ("Окно", 1, [])

    @pytest.mark.cases
    @pytest.mark.parametrize("moment", ["before", "after", "commit"])
    def test_killed_at_any_moment_it_returns_with_one_comment(self, app: Flask, line: Pair, moment: str):
        number, died, said = 0, True, 0
        while died:
            number += 1
            db.session.commit()
            line.world.deliver = lambda _url, _form: 0
            line.drags("Проверен")
            died = self.dies(app, line, moment, number).died
            for _ in range(3):
                line.world.clock.advance(seconds=63)
                line_job(line)
                db.session.commit()
            said += 1
            assert (line.stage, len(line.comments), line.proposals) == ("Окно", said, []), (moment, number)
        assert number > 3

    def dies(self, app: Flask, line: Pair, moment: str, number: int) -> Countdown:
        own_id, client_id = line.own.portal_id, line.client.portal_id
        with dying(app, line.world, moment, number) as countdown, contextlib.suppress(Killed):
            follow_client(own_id, client_id)
            db.session.commit()
        db.session.remove()
        return countdown


@pytest.mark.cases
@pytest.mark.parametrize("moment", ["before", "after", "commit"])
def test_killed_at_any_moment_a_move_is_one_proposal(app: Flask, line: Pair, moment: str):
    number, died = 0, True
    while died:
        number += 1
        line.world.deliver = lambda _url, _form: 0
        line.drags("Счёт" if number % 2 else "Оплата")
        died = TestComment().dies(app, line, moment, number).died
        line_job(line)
        db.session.commit()
        line.world.clock.advance(minutes=1)
        states = [one.state for one in line.proposals]
        assert (states, len(line.comments)) == (["open"], 0), (moment, number)
        assert line.proposals[0].stage == ("invoice" if number % 2 else "paid")
    assert number > 2
