"""Decisions about differences: an acceptance is of one value and ends by its day, agreement closes everything by itself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from b24app.database import db, every_portal, portal_scope
from b24app.integrators.audit import list_lines
from b24app.integrators.board_conditions import BoardConditions, BoardField, BoardView, Condition
from b24app.integrators.client_groups import add_group, put_in
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.standards.deviation_query import ACCEPTED, DIFFERS, MET, NOT_KNOWN
from b24app.integrators.standards.model import DecisionEnd, DecisionKind, DeviationDecision, FoundValue
from b24app.services import services
from tests.integrators.boards import add_client, declare
from tests.integrators.standard_story import Story

pytestmark = pytest.mark.dialect


@pytest.fixture
def broken(story: Story) -> Story:
    """The client's cash registers are off."""
    story.breaks()
    return story


def test_an_accepted_value_is_no_open_difference_and_says_who_and_why(broken: Story):
    answer = broken.accepts()
    assert answer.status_code == 200
    assert broken.state("cash_register") == ACCEPTED
    assert "принято до 15" in answer.text
    assert "Так решил клиент: Ждём кассу" in answer.text
    (row,) = broken.decisions()
    assert (row.kind, row.until, row.by_id) == (
        DecisionKind.ACCEPTED,
        date(2026, 12, 15),
        broken.own.portal.admin.id,
    )


def test_it_comes_back_the_day_after(broken: Story):
    broken.accepts(until="2026-12-01")
    digest = broken.values()["cash_register"].digest
    days = (date(2026, 12, 1) - broken.today).days
    broken.world.clock.advance(days=days)
    broken.finds("cash_register", number=0)
    same_value(broken, digest)
    assert broken.state("cash_register") == ACCEPTED
    broken.world.clock.advance(days=1)
    broken.finds("cash_register", number=0)
    same_value(broken, digest)
    assert broken.state("cash_register") == DIFFERS
    broken.world.clock.advance(days=-1)
    broken.finds("cash_register", number=0)
    same_value(broken, digest)
    assert broken.state("cash_register") == ACCEPTED, "a clock that ran ahead has ended nothing"


def same_value(story: Story, digest: str) -> None:
    """The value that was accepted is found again."""
    with portal_scope(story.client.portal_id):
        db.session.execute(update(FoundValue).where(FoundValue.code == "cash_register").values(digest=digest))
        db.session.commit()


@pytest.mark.parametrize("ahead", [{"at": timedelta(days=300)}, {"until": timedelta(days=800)}])
def test_an_acceptance_that_a_clock_ahead_wrote_holds_nothing(broken: Story, ahead: dict[str, timedelta]):
    broken.accepts()
    now = services().clock.now()
    values = {name: now + step if name == "at" else (now + step).date() for name, step in ahead.items()}
    with every_portal():
        db.session.execute(update(DeviationDecision).values(**values))
        db.session.commit()
    assert broken.state("cash_register") == DIFFERS


def test_another_wrong_value_is_not_covered(broken: Story):
    broken.accepts()
    for row in broken.client.portal.tables["cashbox"].all():
        broken.client.portal.tables["cashbox"].delete(row["ID"])
    broken.checks()
    assert broken.values()["cash_register"].number == -1
    assert broken.state("cash_register") == DIFFERS


def test_another_expected_value_is_not_covered(broken: Story):
    broken.accepts("administrators")
    broken.accepts("copy_age")
    assert broken.state("copy_age") == ACCEPTED
    broken.opens().post(
        f"/clients/standards/{broken.standard_id}", name="Другой", use_copy_age="yes", expected_copy_age="48"
    )
    assert broken.state("copy_age") == DIFFERS


def test_it_closes_by_itself_with_the_moment_when_the_value_agrees(broken: Story):
    broken.accepts()
    broken.world.clock.advance(hours=2)
    broken.mends()
    (row,) = broken.decisions()
    assert row.closed_at is not None
    assert (row.end, abs(row.closed_at - services().clock.now()) < timedelta(hours=1)) == (
        DecisionEnd.MET,
        True,
    )
    assert broken.state("cash_register") == MET
    broken.breaks()
    assert broken.state("cash_register") == DIFFERS, "the same loss again is told again"


def test_nothing_closes_by_a_value_that_is_not_shown(broken: Story):
    broken.accepts()
    broken.given(Right.TERMS)
    broken.mends()
    assert broken.decisions()[0].closed_at is None
    assert broken.state("cash_register") == NOT_KNOWN


def test_what_is_not_known_closes_nothing(broken: Story):
    broken.accepts()
    broken.client.portal.refuse_next("insufficient_scope", method="sale.cashbox.list", times=None)
    broken.checks()
    assert broken.values()["cash_register"].lack == "scope"
    assert broken.decisions()[0].closed_at is None
    assert broken.state("cash_register") == NOT_KNOWN


def test_it_is_taken_back_where_it_was_made(broken: Story):
    broken.accepts()
    assert broken.presses("back").status_code == 200
    assert broken.state("cash_register") == DIFFERS
    assert broken.decisions()[0].end == DecisionEnd.WITHDRAWN
    assert broken.presses("back").status_code == 200


def test_a_new_acceptance_takes_the_place_of_the_old_one(broken: Story):
    broken.accepts()
    broken.accepts(until="2026-12-20", reason="other")
    assert [(row.closed_at is None, row.reason) for row in broken.decisions()] == [
        (False, "client_decided"),
        (True, "other"),
    ]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": ""}, "Выберите причину"),
        ({"until": "2020-01-01"}, "Выберите день"),
        ({"until": "2028-12-15"}, "Выберите день"),
        ({"until": "завтра"}, "дат"),
        ({"note": "х" * 501}, ""),
    ],
)
def test_bad_input_changes_nothing_and_keeps_the_panel_open(broken: Story, form: dict[str, str], words: str):
    answer = broken.accepts(**form)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert 'name="reason"' in answer.text
    assert broken.decisions() == []


def test_only_a_value_that_differs_is_decided(story: Story):
    assert story.accepts("cash_register").status_code == 404, "it agrees"
    assert story.accepts("administrators").status_code == 404, "it is not known"
    assert story.accepts("nonsense").status_code == 404
    assert story.presses("accept", code="gone", reason="other", until="2026-12-15").status_code == 404
    assert story.decisions() == []


def test_the_clients_journal_holds_the_deed(broken: Story):
    broken.accepts()
    with portal_scope(broken.client.portal_id):
        line = list_lines()[0]
    assert (line.action, line.right, line.detail) == ("acted", "see_checks", "/clients/standards")


@pytest.mark.parametrize("role", [MemberRole.VIEWER, MemberRole.ACCOUNTANT])
def test_who_only_looks_decides_nothing(broken: Story, role: MemberRole):
    broken.role(role)
    assert broken.accepts().status_code == 403
    assert broken.hands_on().status_code == 403
    assert broken.presses("back").status_code == 403
    assert broken.decisions() == []


def test_a_manager_decides_for_his_own_clients_alone(broken: Story):
    broken.role(MemberRole.MANAGER)
    assert broken.accepts().status_code == 404
    with portal_scope(broken.own.portal_id):
        put_in(add_group("Мои", broken.own.portal.admin.id), broken.client.portal_id)
        db.session.commit()
    assert broken.accepts().status_code == 200


def test_another_integrator_has_no_part_in_it(broken: Story):
    broken.accepts()
    declare(broken.client)
    stranger = broken.client.opens()
    for what in ("accept", "task", "back"):
        path = f"/clients/standards/{broken.standard_id}/{broken.code}/cash_register/{what}"
        assert stranger.post(path, reason="other", until="2026-12-15", user="1").status_code == 404, what
    assert stranger.get("/clients/standards", standard=str(broken.standard_id)).status_code == 404
    assert broken.decisions()[0].closed_at is None


def test_two_standards_decide_apart(broken: Story):
    first = broken.standard_id
    broken.accepts()
    broken.standard({"cash_register": 1})
    assert broken.state("cash_register") == DIFFERS
    broken.standard_id = first
    assert broken.state("cash_register") == ACCEPTED


def test_after_the_access_ended_nothing_is_decided(broken: Story):
    broken.accepts()
    broken.ends()
    for what in ("accept", "task", "back"):
        assert broken.presses(what, reason="other", until="2026-12-15", user="1").status_code == 404
    assert broken.client.host not in broken.opens().get("/clients/standards").text


def test_a_rule_that_goes_takes_its_decisions_along(broken: Story):
    broken.accepts()
    broken.opens().post(
        f"/clients/standards/{broken.standard_id}",
        name="Без кассы",
        use_left_webhooks="yes",
        expected_left_webhooks="0",
    )
    assert broken.decisions()[0].end == DecisionEnd.WITHDRAWN


def test_groups_are_included_and_excluded(broken: Story):
    app_id = add_client_of(broken)
    with portal_scope(broken.own.portal_id):
        group = add_group("Магазины")
        put_in(group, broken.client.portal_id)
        db.session.commit()
    wanted = Condition(BoardField.GROUP, str(group))
    for excluded, whose in ((False, broken.client.portal_id), (True, app_id)):
        chosen = Condition(wanted.field, wanted.value, excluded)
        broken.standard(
            {"cash_register": 1} if excluded else {"cash_register": 1, "crm_leads": 1},
            BoardConditions(BoardView.ALL, (chosen,)),
        )
        assert {row.client_id for row in broken.rows()} == {whose}
        counts = broken.counts()["cash_register"]
        assert counts.met + counts.differs + counts.unknown == 1


def add_client_of(story: Story) -> int:
    """Another client whose values were never read."""
    from flask import current_app

    return add_client(current_app._get_current_object(), 5, story.own.portal_id)


def test_a_client_that_was_not_counted_yet_is_not_known(story: Story):
    other = add_client_of(story)
    assert {row.state for row in story.rows() if row.client_id == other} == {NOT_KNOWN}
    assert story.counts()["cash_register"].unknown == 1
