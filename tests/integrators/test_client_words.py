"""What the board says of a client follows from what is stored: not counted, not given and not known are told apart."""

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from b24app.integrators.rights import Right
from b24app.services import services
from tests.actors import Actor, Opened
from tests.integrators.boards import add_client, consent, declare


@pytest.fixture
def home(app: Flask, south: Actor) -> Actor:
    return declare(south)


@pytest.fixture
def board(home: Actor) -> Opened:
    return home.opens()


def rows(board: Opened) -> str:
    text = board.get("/clients", view="all").text.replace("\xa0", " ")
    return text.partition("<tbody")[2].partition("</tbody")[0]


def test_a_client_without_a_summary_is_being_counted(home: Actor, board: Opened, north: Actor) -> None:
    consent(north.portal_id, home.portal_id)
    text = rows(board)
    assert "считаем" in text
    for made_up in ("никто не называл", "ещё не проверяли", "окончание неизвестно", "нет цены"):
        assert made_up not in text, made_up


def test_nothing_new_is_said_only_after_a_comparison(app: Flask, home: Actor, board: Opened) -> None:
    add_client(app, 1, home.portal_id, blockers=2, broke_count=None)
    assert ("сравнить не с чем" in rows(board), "ничего нового" in rows(board)) == (True, False)


def test_a_comparison_without_losses_found_nothing_new(app: Flask, home: Actor, board: Opened) -> None:
    add_client(app, 1, home.portal_id, blockers=2, broke_count=0)
    assert "ничего нового" in rows(board)


def test_without_terms_nobody_says_that_nothing_is_to_be_done(app: Flask, home: Actor, board: Opened) -> None:
    add_client(app, 1, home.portal_id, frozenset({Right.CHECKS}))
    assert "ничего не нужно" not in rows(board)


@pytest.mark.parametrize(
    ("source", "said"), [("invoice", "по счёту"), ("price", "по его цене"), ("list", ""), ("", "")]
)
def test_a_sum_is_told_with_its_own_source(
    app: Flask, home: Actor, board: Opened, source: str, said: str
) -> None:
    add_client(app, 1, home.portal_id, money="invoice", amount=Decimal(83880), amount_from=source)
    assert {one for one in ("по счёту", "по его цене") if one in rows(board)} == {said} - {""}


def test_a_copy_of_a_moment_to_come_is_not_known(app: Flask, home: Actor, board: Opened) -> None:
    ahead = services().clock.now() + timedelta(days=3)
    add_client(app, 1, home.portal_id, copy_set_up=True, copied_at=ahead)
    assert "копии нет" not in rows(board)


def test_no_copy_is_said_where_there_is_none(app: Flask, home: Actor, board: Opened) -> None:
    add_client(app, 1, home.portal_id, copy_set_up=True, copied_at=None)
    assert "копии нет" in rows(board)
