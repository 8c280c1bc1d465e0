"""The pages of standards: made, changed and deleted by owner and engineer, seen by the viewer, closed to the accountant."""

import re

import pytest
from flask import Flask

from b24app.database import db, portal_scope
from b24app.integrators.board_conditions import BoardField, Condition
from b24app.integrators.client_groups import add_group
from b24app.integrators.rights import MemberRole, Right
from b24app.integrators.standards.deviation_list import PAGE
from b24app.integrators.standards.stored_standards import find_standard, list_standards
from tests.actors import Actor
from tests.integrators.boards import add_client, declare
from tests.integrators.standard_story import Story

pytestmark = pytest.mark.dialect
FORM = {"name": "Магазины", "use_cash_register": "yes", "expected_cash_register": "1"}
ADDRESSES = (
    ("get", "/clients/standards/new"),
    ("get", "/clients/standards/1/edit"),
    ("post", "/clients/standards"),
    ("post", "/clients/standards/1"),
    ("post", "/clients/standards/1/delete"),
)


def test_without_a_standard_the_page_says_what_one_is(south: Actor):
    declare(south)
    text = south.opens().get("/clients/standards").text
    assert "Стандартов пока нет" in text
    assert "Новый стандарт" in text


def test_the_page_counts_and_names_every_difference(story: Story):
    story.breaks()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", story.opens().get("/clients/standards").text))
    assert "Отличается 1 клиент из 1: 1 может терять заказы" in text
    assert "Про 1 клиента знаем не всё" in text
    for words in (
        "Касса",
        "выключена",
        "копии нет",
        "знаем 1, остальных портал не называет",
        "клиент не записал вебхуки",
        "прочитано",
    ):
        assert words in text, words


def test_without_a_right_it_says_so_and_nothing_else(story: Story):
    story.breaks()
    story.given(Right.TERMS)
    text = story.opens().get("/clients/standards").text
    assert text.count("не видно: нет права") == 5
    for words in ("выключена:", "копии нет", "прочитано"):
        assert words not in text
    assert "Попросить право" in text


def test_one_is_made_changed_and_deleted(story: Story):
    board = story.opens()
    with portal_scope(story.own.portal_id):
        group = add_group("Розница")
        db.session.commit()
    made = board.post("/clients/standards", **FORM, **{f"who_group_{group}": "not", "who_access_lost": "not"})
    assert made.status_code == 200
    with portal_scope(story.own.portal_id):
        new = next(one for one in list_standards() if one.name == "Магазины")
    assert set(new.conditions.chosen) == {
        Condition(BoardField.GROUP, str(group), True), Condition(BoardField.ACCESS, "lost", True),
    }  # fmt: skip
    assert "Розница" in made.text
    form = board.get(f"/clients/standards/{new.id}/edit").text
    assert 'value="Магазины"' in form
    board.post(
        f"/clients/standards/{new.id}",
        **{**FORM, "name": "Опт", "use_deliveries": "yes", "expected_deliveries": "3"},
    )
    with portal_scope(story.own.portal_id):
        changed = find_standard(new.id)
    assert (changed.name, {one.rule.code: one.expected for one in changed.lines}) == (
        "Опт",
        {"cash_register": 1, "deliveries": 3},
    )
    assert changed.conditions.chosen == ()
    board.post(f"/clients/standards/{new.id}/delete")
    assert "Опт" not in board.get("/clients/standards").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": ""}, "Назовите стандарт"),
        ({"name": "Стандарт 5"}, "уже есть"),
        ({"use_cash_register": None}, "хотя бы одно правило"),
        ({"expected_cash_register": "7"}, "ожидать нельзя"),
        ({"use_deliveries": "yes", "expected_deliveries": "0"}, "ожидать нельзя"),
        ({"use_deliveries": "yes", "expected_deliveries": "много"}, "не число"),
        ({"use_deliveries": "yes", "expected_deliveries": "99999"}, ""),
    ],
)
def test_bad_input_is_named_and_nothing_is_kept(story: Story, form: dict[str, str | None], words: str):
    sent = {name: value for name, value in {**FORM, **form}.items() if value is not None}
    answer = story.opens().post("/clients/standards", **sent)
    assert (answer.status_code, words in answer.text) == (422, True)
    with portal_scope(story.own.portal_id):
        assert [one.name for one in list_standards()] == ["Стандарт 5"]


def test_of_two_standards_with_one_name_the_second_is_refused(story: Story):
    board = story.opens()
    board.post("/clients/standards", **FORM)
    assert board.post(f"/clients/standards/{story.standard_id}", **FORM).status_code == 422


@pytest.mark.parametrize(
    ("role", "seen", "edits"),
    [
        (MemberRole.OWNER, 200, True),
        (MemberRole.ENGINEER, 200, True),
        (MemberRole.MANAGER, 200, False),
        (MemberRole.VIEWER, 200, False),
        (MemberRole.ACCOUNTANT, 403, False),
    ],
)
def test_each_role_does_what_it_may(story: Story, role: MemberRole, seen: int, *, edits: bool):
    story.role(role)
    board = story.opens()
    page = board.get("/clients/standards")
    assert page.status_code == seen
    assert ("Изменить стандарт" in page.text) is edits
    answers = {path: getattr(board, method)(path).status_code for method, path in ADDRESSES}
    assert all((status != 403) is edits for status in answers.values()), answers


def test_an_accountant_learns_no_value(story: Story):
    story.breaks()
    story.role(MemberRole.ACCOUNTANT)
    assert "выключена" not in story.opens().get("/clients/standards").text


def test_a_portal_that_is_no_integrators_has_no_standards(story: Story):
    stranger = story.client.opens()
    assert stranger.get("/clients/standards").status_code == 403
    for method, path in ADDRESSES:
        assert getattr(stranger, method)(path).status_code == 403, path


def test_another_integrators_standard_is_no_page(story: Story):
    declare(story.client)
    stranger = story.client.opens()
    assert stranger.get("/clients/standards", standard=str(story.standard_id)).status_code == 404
    assert stranger.get(f"/clients/standards/{story.standard_id}/edit").status_code == 404
    assert stranger.post(f"/clients/standards/{story.standard_id}", **FORM).status_code == 404
    assert stranger.post(f"/clients/standards/{story.standard_id}/delete").status_code == 404


def test_the_list_goes_on_page_by_page(app: Flask, story: Story):
    story.standard({"cash_register": 1})
    for number in range(PAGE + 5):
        add_client(app, number, story.own.portal_id)
    board, seen, address = story.opens(), set[str](), f"/clients/standards?standard={story.standard_id}"
    for _ in range(2):
        text = board.get(address).text
        seen |= set(re.findall(r"/clients/([\w-]+)/open", text))
        found = re.search(r'hx-get="(/clients/standards\?[^"]*after=[^"]+~[^"]*)"', text)
        address = found[1].replace("&amp;", "&") if found else address
    assert len(seen) == PAGE + 5, "the client of the sandbox agrees and is not in it"
    assert board.get("/clients/standards", after="nonsense~~", shown="nonsense").status_code == 200


def test_a_panel_opens_in_its_row_alone(story: Story):
    story.breaks()
    board = story.opens()
    text = board.get("/clients/standards", panel="accept", row=f"{story.code}:cash_register").text
    assert (text.count('name="reason"'), text.count('name="user"')) == (1, 0)
    text = board.get("/clients/standards", panel="task", row=f"{story.code}:copy_age").text
    assert (text.count('name="reason"'), text.count('name="user"')) == (0, 1)
    assert 'name="reason"' not in board.get("/clients/standards", panel="accept", row="gone:gone").text


def test_names_of_the_portal_stay_text(story: Story):
    story.breaks()
    story.finds("cash_register", number=0, names=["<script>alert(1)</script>"])
    text = story.opens().get("/clients/standards").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_the_portals_are_asked_again_by_the_work_on_many(story: Story):
    text = story.opens().get("/clients/standards").text
    assert 'hx-post="/clients/bulk/before"' in text
    carried = re.search(r'name="conditions" value="([^"]*)"', text)
    assert carried is not None
    assert (
        "Проверим 1 клиента"
        in story.opens().post("/clients/bulk/before", kind="check", all="yes", conditions=carried[1]).text
    )
