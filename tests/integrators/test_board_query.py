"""The board's query: what a consent and a role do not give is not there, conditions include and exclude, pages follow each other."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.integrators.board import (
    ended_lately,
    find_client,
    plans_seen,
    read_chosen,
    read_page,
    tally,
    tally_year,
)
from b24app.integrators.board_conditions import (
    BoardConditions,
    BoardField,
    BoardView,
    Condition,
    read_conditions,
)
from b24app.integrators.board_filters import NONE
from b24app.integrators.board_query import BoardAt
from b24app.integrators.client_groups import add_group, put_in
from b24app.integrators.client_notes import NoteView, keep_note, set_responsible
from b24app.integrators.consents import end_by_client, list_consents
from b24app.integrators.members import find_seat
from b24app.integrators.rights import MemberRole, Right
from b24app.services import services
from sandbox.world import World
from tests.actors import Actor
from tests.integrators.boards import ANNA, add_client, declare

pytestmark = pytest.mark.dialect
MONDAY = date(2026, 11, 30)
EVERYBODY = BoardConditions(BoardView.ALL)


@pytest.fixture
def home(app: Flask, south: Actor) -> Actor:
    return declare(south)


def board(home: Actor, role: MemberRole = MemberRole.OWNER) -> BoardAt:
    seat = find_seat(home.portal_id, home.portal.admin.id)
    assert seat is not None
    from dataclasses import replace

    now = services().clock.now()
    return BoardAt(replace(seat, role=role), now, MONDAY)


def names(rows) -> list[str]:
    return [row.name for row in rows]


def only(*chosen: Condition) -> BoardConditions:
    return BoardConditions(BoardView.ALL, chosen)


def test_what_a_consent_does_not_give_is_not_there(app: Flask, home: Actor) -> None:
    seen = {
        "ends_on": date(2026, 12, 4),
        "act_on": MONDAY,
        "amount": Decimal(83880),
        "broke_count": 2,
        "blockers": 2,
    }
    add_client(app, 1, home.portal_id, frozenset({Right.TERMS}), **seen)
    add_client(app, 2, home.portal_id, frozenset({Right.CHECKS}), **seen)
    add_client(app, 3, home.portal_id, frozenset({Right.PAPERS}), **seen)
    terms, checks, papers = sorted(read_page(board(home), EVERYBODY), key=lambda row: row.name)
    assert (terms.ends_on, terms.amount, terms.blockers, terms.reason) == (
        date(2026, 12, 4),
        None,
        None,
        "pay",
    )
    assert (checks.ends_on, checks.stage, checks.blockers, checks.reason) == (None, None, 2, "broke")
    assert (papers.ends_on, papers.amount, papers.act_on, papers.reason) == (None, None, None, "")


def test_a_role_without_papers_sees_no_sums(app: Flask, home: Actor) -> None:
    add_client(app, 1, home.portal_id, amount=Decimal(83880), act_on=MONDAY)
    assert read_page(board(home), EVERYBODY)[0].amount == Decimal(83880)
    assert read_page(board(home, MemberRole.ENGINEER), EVERYBODY)[0].amount is None
    assert read_page(board(home, MemberRole.ACCOUNTANT), EVERYBODY)[0].blockers is None


def test_a_manager_sees_own_clients_and_groups(app: Flask, home: Actor) -> None:
    first, second, _third = (add_client(app, n, home.portal_id) for n in (1, 2, 3))
    me = home.portal.admin.id
    with portal_scope(home.portal_id):
        set_responsible(first, me, at=services().clock.now())
        put_in(add_group("Опт", me), second)
        db.session.commit()
    assert names(read_page(board(home, MemberRole.MANAGER), EVERYBODY)) == ["Клиент 1", "Клиент 2"]
    assert tally(board(home, MemberRole.MANAGER), EVERYBODY).total == 2


def test_an_ended_consent_is_gone_at_once_and_only_its_name_stays(
    app: Flask, home: Actor, world: World
) -> None:
    client_id = add_client(app, 1, home.portal_id, act_on=MONDAY)
    with portal_scope(client_id):
        code = list_consents()[0].code
        end_by_client(code, by=ANNA, at=services().clock.now())
        db.session.commit()
    at = board(home)
    assert (read_page(at, EVERYBODY), tally(at, EVERYBODY).total, find_client(at, code)) == ((), 0, None)
    assert ended_lately(at) == ("client-1.bitrix24.example",)
    world.clock.advance(days=31)
    assert ended_lately(board(home)) == ()


def test_another_integrator_sees_nothing_of_it(app: Flask, home: Actor, north: Actor) -> None:
    client_id = add_client(app, 1, home.portal_id)
    with portal_scope(home.portal_id):
        keep_note(client_id, NoteView("Наш", "7799104520", None, "тайна"), at=services().clock.now())
        db.session.commit()
    declare(north)
    assert read_page(board(north), EVERYBODY) == ()
    assert names(read_page(board(home), EVERYBODY)) == ["Наш"]


def test_everything_may_be_included_and_excluded(app: Flask, home: Actor) -> None:
    one = add_client(
        app, 1, home.portal_id, plan_code="std", act_on=MONDAY, copied_at=None, copy_set_up=False
    )
    now = services().clock.now()
    two = add_client(app, 2, home.portal_id, plan_code="pro", stage="invoice", money="paid", act_on=MONDAY,
                     act_reason="date", access="silent", date_state="unknown", copied_at=now, copy_verified=True,
                     copy_set_up=True)  # fmt: skip
    with portal_scope(home.portal_id):
        group = add_group("Опт")
        put_in(group, two)
        set_responsible(two, 7, at=now)
        keep_note(one, NoteView("Тёплая Сторона", "7799104520"), at=now)
        db.session.commit()
    of_the_second = (
        (BoardField.PLAN, "pro"), (BoardField.GROUP, str(group)), (BoardField.PERSON, "7"), (BoardField.STAGE, "invoice"), (BoardField.MONEY, "paid"),
        (BoardField.REASON, "date"), (BoardField.ACCESS, "silent"), (BoardField.DATE, "unknown"), (BoardField.COPY, "fresh"), (BoardField.TEXT, "КЛИЕНТ client-2"),
    )  # fmt: skip
    at = board(home)
    for field, value in of_the_second:
        assert names(read_page(at, only(Condition(field, value)))) == ["Клиент 2"], field
        assert names(read_page(at, only(Condition(field, value, excluded=True)))) == ["Тёплая Сторона"], field
    for field, value in (
        (BoardField.GROUP, "none"),
        (BoardField.PERSON, "none"),
        (BoardField.COPY, "none"),
        (BoardField.TEXT, "ТЁПЛАЯ 7799"),
    ):
        assert names(read_page(at, only(Condition(field, value)))) == ["Тёплая Сторона"], field
    both = only(
        Condition(BoardField.PLAN, "pro"),
        Condition(BoardField.PLAN, "std"),
        Condition(BoardField.STAGE, "invoice", excluded=True),
    )
    assert names(read_page(at, both)) == ["Тёплая Сторона"]


def test_a_condition_tells_nothing_of_what_is_not_given(app: Flask, home: Actor) -> None:
    add_client(
        app,
        1,
        home.portal_id,
        frozenset({Right.CHECKS}),
        plan_code="pro",
        money="paid",
        ends_on=date(2026, 12, 4),
    )
    at = board(home)
    for field, value in (
        (BoardField.PLAN, "pro"),
        (BoardField.MONEY, "paid"),
        (BoardField.DATE, "confirmed"),
        (BoardField.STAGE, "payment"),
    ):
        assert read_page(at, only(Condition(field, value))) == (), field
        assert len(read_page(at, only(Condition(field, value, excluded=True)))) == 1, field
    assert plans_seen(at) == {}


def test_nothing_to_do_is_said_only_of_whose_terms_are_seen(app: Flask, home: Actor) -> None:
    add_client(app, 1, home.portal_id, act_reason="")
    add_client(app, 2, home.portal_id, frozenset({Right.CHECKS}), act_reason="")
    nothing = only(Condition(BoardField.REASON, NONE))
    assert names(read_page(board(home), nothing)) == ["Клиент 1"]


def test_pages_follow_each_other_without_gap_or_double(app: Flask, home: Actor) -> None:
    for number in range(7):
        add_client(
            app, number, home.portal_id, act_on=MONDAY + timedelta(days=number % 3) if number % 4 else None
        )
    seen, after = [], ""
    while True:
        rows = read_page(board(home), EVERYBODY, after, most=2)
        seen += names(rows[:2])
        if len(rows) <= 2:
            break
        after = rows[1].cursor
    assert sorted(seen) == [f"Клиент {n}" for n in range(7)]
    assert read_page(board(home), EVERYBODY, "nonsense", most=2)


def test_counts_are_those_of_the_rows(app: Flask, home: Actor) -> None:
    add_client(app, 1, home.portal_id, act_on=MONDAY - timedelta(days=3))
    add_client(app, 2, home.portal_id, act_on=date(2026, 12, 4), act_reason="date", date_state="unknown")
    add_client(app, 3, home.portal_id, act_on=date(2026, 12, 9), broke_count=1, usage=95)
    add_client(app, 4, home.portal_id, act_on=date(2026, 12, 8), money="paid")
    at = board(home)
    found = tally(at, BoardConditions(BoardView.WEEK))
    for view in (
        BoardView.WEEK,
        BoardView.MONEY,
        BoardView.BROKE,
        BoardView.NO_DATE,
        BoardView.GROWTH,
        BoardView.ALL,
    ):
        assert found.by_view[view] == len(read_page(at, BoardConditions(view))), view
    assert found.reasons(date(2026, 12, 6)) == {"broke": 1, "pay": 1, "date": 1, "finish": 0}
    assert found.until(MONDAY) == 2


def test_a_year_is_counted_by_the_last_day_to_pay(app: Flask, home: Actor) -> None:
    day = date(2026, 12, 25)
    add_client(app, 1, home.portal_id, pay_by=day, amount=Decimal(100))
    add_client(app, 2, home.portal_id, pay_by=day, amount=Decimal(50), estimate=True)
    add_client(app, 3, home.portal_id, pay_by=date(2028, 1, 1))
    found = tally_year(board(home), EVERYBODY)
    assert {key: (one.clients, one.amount, one.estimates) for key, one in found.items()} == {
        (day, "RUB"): (2, Decimal(150), 1)
    }
    assert names(read_page(board(home), only(Condition(BoardField.PAY, "2026-12-25")))) == [
        "Клиент 1",
        "Клиент 2",
    ]


def test_ticked_ones_are_those_of_living_consents(app: Flask, home: Actor, north: Actor) -> None:
    add_client(app, 1, home.portal_id)
    declare(north)
    theirs = add_client(app, 2, north.portal_id)
    with portal_scope(theirs):
        code = list_consents()[0].code
    assert read_chosen(board(home), EVERYBODY, {code, "nonsense"}) == ()


def test_an_old_answer_is_no_sign_of_life(app: Flask, home: Actor, world: World) -> None:
    add_client(app, 1, home.portal_id)
    assert read_page(board(home), EVERYBODY)[0].access == "alive"
    world.clock.advance(days=3)
    assert read_page(board(home), EVERYBODY)[0].access == "late"
    world.clock.advance(days=-9)
    assert [row.access for row in read_page(board(home), EVERYBODY)] == ["late"]


def test_addresses_are_read_and_written_alike() -> None:
    pairs = (
        ("view", "money"),
        ("plan", "std"),
        ("not_group", "3"),
        ("days", "2026-12-07..2026-12-11"),
        ("odd", "1"),
    )
    found = read_conditions(pairs)
    assert read_conditions(found.pairs) == read_conditions(found.pairs)
    assert dict(found.pairs) == dict(pairs[:4])
    assert read_conditions([("view", "nonsense"), ("days", "yesterday"), ("plan", " ")]) == BoardConditions()
    wanted = Condition(BoardField.PLAN, "std")
    assert found.plus(Condition(BoardField.PLAN, "std", excluded=True)).of(BoardField.PLAN) == ()
    assert found.without(wanted).of(BoardField.PLAN) == ()
    assert found.with_view(BoardView.WEEK).of(BoardField.DAYS) == ()
