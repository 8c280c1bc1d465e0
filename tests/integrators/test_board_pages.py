"""Pages of the board: drawn for who has a seat and nobody else, for every view, in both languages, in few statements."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.integrators.consents import end_by_client, list_consents
from b24app.integrators.members import set_member
from b24app.integrators.rights import MemberRole, Right
from b24app.services import services
from tests.actors import Actor, Opened
from tests.integrators.boards import ANNA, add_client, declare
from tests.statements import statements

MONDAY = date(2026, 11, 30)
VIEWS = ("week", "year", "money", "broke", "nodate", "growth", "all")
MOST_STATEMENTS = 24


@pytest.fixture
def home(app: Flask, south: Actor) -> Actor:
    return declare(south)


@pytest.fixture
def board(home: Actor) -> Opened:
    return home.opens()


def code_of(client_id: int) -> str:
    with portal_scope(client_id):
        return list_consents()[0].code


def test_an_empty_board_says_how_clients_come(board: Opened) -> None:
    page = board.get("/clients")
    assert page.status_code == 200
    assert "Пригласить клиента" in page.text


def test_five_places_stand_in_the_row_and_the_menu_is_called_like_the_one_that_is_open(board: Opened) -> None:
    row = board.get("/clients/keys").text.partition('class="sub-tabs"')[2].partition("<section")[0]
    often, _, menu = row.partition('id="places-menu"')
    assert (often.count("<a "), menu.count("<a ")) == (5, 6)
    assert "Ключи API</summary>" in menu
    assert "Ещё</summary>" in board.get("/clients/standards").text


def test_the_week_counts_by_reason_and_names_the_first(app: Flask, home: Actor, board: Opened) -> None:
    add_client(app, 1, home.portal_id, act_on=MONDAY, ends_on=date(2026, 12, 4), amount=Decimal(83880))
    add_client(
        app,
        2,
        home.portal_id,
        act_on=date(2026, 12, 4),
        act_reason="date",
        act_step="confirm_date",
        date_state="unknown",
    )
    add_client(app, 3, home.portal_id, act_on=date(2026, 12, 24))
    text = board.get("/clients").text.replace("\xa0", " ")
    assert "1 оплатить, 1 подтвердить дату" in text
    assert ("Клиент 1" in text, "Клиент 2" in text, "Клиент 3" in text) == (True, True, False)
    assert "83 880 ₽" in text
    assert "Начать с первого" in text
    assert (
        f"/clients/{code_of(add_client(app, 4, home.portal_id))}/open"
        in board.get("/clients", view="all").text
    )


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_view_is_drawn(app: Flask, home: Actor, view: str, lang: str) -> None:
    add_client(
        app,
        1,
        home.portal_id,
        pay_by=date(2026, 12, 25),
        act_on=MONDAY,
        money="paid",
        broke_count=1,
        usage=95,
    )
    add_client(app, 2, home.portal_id, frozenset({Right.TERMS}), date_state="unknown", act_on=MONDAY)
    page = home.opens(lang=lang).get("/clients", view=view)
    assert page.status_code == 200
    assert "Клиент" in page.text


def test_what_is_not_allowed_is_said_and_not_shown(app: Flask, home: Actor, board: Opened) -> None:
    secret = {
        "ends_on": date(2026, 12, 4),
        "amount": Decimal(83880),
        "said_by": "С. Тайнова",
        "plan_name": "Professional",
    }
    add_client(app, 1, home.portal_id, frozenset({Right.CHECKS}), **secret)
    text = board.get("/clients", view="all").text.replace("\xa0", " ")
    assert "не разрешено" in text
    for word in ("83 880", "Тайнова", "Профессиональный", "4 дек"):
        assert word not in text


def test_an_ended_consent_is_gone_from_every_answer(app: Flask, home: Actor, board: Opened) -> None:
    client_id = add_client(app, 1, home.portal_id, act_on=MONDAY, amount=Decimal(5))
    code = code_of(client_id)
    add_client(app, 2, home.portal_id, act_on=MONDAY)
    board.post("/clients/bulk", kind="assign", code=code, value=str(home.portal.admin.id))
    with portal_scope(client_id):
        end_by_client(code, by=ANNA, at=services().clock.now())
        db.session.commit()
    for path, query in (
        ("/clients", {}),
        ("/clients", {"view": "all", "q": "Клиент"}),
        ("/clients/rows", {"view": "all"}),
        ("/clients/bulk/1", {}),
    ):
        assert "Клиент 1" not in board.get(path, **query).text, path
    assert board.get(f"/clients/{code}/card").status_code == 404
    assert board.post("/clients/bulk/before", kind="check", code=code).status_code == 422
    assert (
        "Клиент 1"
        not in board.download("/clients/invoices.csv", all="yes", conditions="view=all", kind="invoices").text
    )
    assert "закончилось: client-1.bitrix24.example" in board.get("/clients").text


def test_who_has_no_seat_sees_nothing(app: Flask, home: Actor, north_admin: Opened) -> None:
    add_client(app, 1, home.portal_id)
    employee = home.opens(user=home.portal.employee)
    for opened in (employee, north_admin):
        for path in ("/clients", "/clients/rows", "/clients/conditions", "/clients/groups", "/clients/views"):
            assert opened.get(path).status_code == 403, path
        for path in (
            "/clients/bulk/before",
            "/clients/bulk",
            "/clients/groups",
            "/clients/views",
            "/clients/invoices.csv",
            "/clients/invoices.xlsx",
        ):
            assert opened.post(path, kind="check", all="yes").status_code == 403, path


def test_an_employee_with_a_seat_works_without_being_an_administrator(app: Flask, home: Actor) -> None:
    add_client(app, 1, home.portal_id, act_on=MONDAY)
    with portal_scope(home.portal_id):
        set_member(
            home.portal.employee.id, "Инженер", MemberRole.ENGINEER, by=ANNA, at=services().clock.now()
        )
        db.session.commit()
    page = home.opens(user=home.portal.employee).get("/clients")
    assert page.status_code == 200
    assert "Клиент 1" in page.text


def test_further_rows_come_behind_the_last_one(app: Flask, home: Actor, board: Opened) -> None:
    for number in range(33):
        add_client(app, number, home.portal_id, act_on=MONDAY + timedelta(days=number))
    text = board.get("/clients", view="all").text
    assert ("Клиент 29" in text, "Клиент 30" in text) == (True, False)
    more = text.partition('hx-get="/clients/rows?')[2].partition('"')[0].replace("&amp;", "&")
    rows = board.get(f"/clients/rows?{more}").text
    assert ("Клиент 30" in rows, "Клиент 32" in rows, "revealed" in rows) == (True, True, False)


def test_conditions_are_offered_and_shown(app: Flask, home: Actor, board: Opened) -> None:
    add_client(app, 1, home.portal_id, plan_code="std")
    offered = board.get("/clients/conditions", view="all").text
    assert "not_plan=std" in offered
    text = board.get("/clients", view="all", not_plan="std").text
    assert "кроме" in text
    assert "Таких клиентов нет" in text


def test_the_board_takes_few_statements_however_many_clients(app: Flask, home: Actor, board: Opened) -> None:
    counted = []
    for number in range(30):
        add_client(app, number, home.portal_id, act_on=MONDAY)
        if number in (1, 29):
            with statements() as asked:
                assert board.get("/clients").status_code == 200
            counted.append(len(asked))
    assert counted[0] == counted[1] <= MOST_STATEMENTS


def test_groups_are_made_renamed_filled_and_deleted(app: Flask, home: Actor, board: Opened) -> None:
    code = code_of(add_client(app, 1, home.portal_id))
    assert board.post("/clients/groups", name=" ").status_code == 422
    assert "Опт" in board.post("/clients/groups", name="Опт").text
    assert board.post("/clients/groups", name="Опт").status_code == 422
    assert "Магазины" in board.post("/clients/groups/1", name="Магазины").text
    saved = board.post(f"/clients/{code}/card", name="Наш", inn="7799104520", group="1", notes="позвонить")
    assert "позвонить" in saved.text
    assert "Наш" in board.get("/clients", view="all", group="1").text
    assert board.post(f"/clients/{code}/card", inn="12").status_code == 422
    assert board.post(f"/clients/{code}/card", responsible="77").status_code == 422
    assert "Магазины" not in board.post("/clients/groups/1/delete").text.partition("<main")[2]
    assert "Наш" in board.get("/clients", view="all").text
    assert board.post("/clients/groups/1", name="x").status_code == 404


def test_a_viewer_changes_nothing(app: Flask, south: Actor) -> None:
    declare(south, MemberRole.VIEWER)
    code = code_of(add_client(app, 1, south.portal_id))
    opened = south.opens()
    assert opened.get(f"/clients/{code}/card").status_code == 200
    assert opened.post(f"/clients/{code}/card", name="x").status_code == 403
    assert opened.post("/clients/groups", name="x").status_code == 403
    assert opened.post("/clients/bulk", kind="check", code=code).status_code == 403
    assert opened.post("/clients/bulk/before", kind="invoices", code=code).status_code == 403


def test_views_are_saved_shared_renamed_and_deleted(app: Flask, home: Actor, board: Opened) -> None:
    add_client(app, 1, home.portal_id)
    board.post("/clients/views", view_name="Мои магазины", conditions="view=all&plan=std", shared="yes")
    assert "Мои магазины" in board.get("/clients").text
    assert board.post("/clients/views", view_name="", conditions="view=all").status_code == 422
    with portal_scope(home.portal_id):
        set_member(
            home.portal.employee.id, "Инженер", MemberRole.ENGINEER, by=ANNA, at=services().clock.now()
        )
        db.session.commit()
    other = home.opens(user=home.portal.employee)
    assert "Мои магазины" in other.get("/clients/views").text
    assert other.post("/clients/views/1", name="Чужое").status_code == 403
    assert "Оптовые" in board.post("/clients/views/1", name="Оптовые").text
    assert "Оптовые" not in other.get("/clients/views").text
    assert other.post("/clients/views/1/delete").status_code == 404
    assert "Оптовые" not in board.post("/clients/views/1/delete").text.partition("<main")[2]
