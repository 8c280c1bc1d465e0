"""Every page keeps to its budget of bytes, requests and statements (tests/page_budgets.toml)."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from tests.actors import Actor, Opened
from tests.integrators.boards import add_client, declare
from tests.page_weights import Weight, budget_of, read_budgets, weigh, weigh_text
from tests.story import DAY_OF_THE_STORY

CLIENTS = 30
WHOLE = "<!DOCTYPE html>"
OUTSIDE = ("/", "/help", "/help/errors", "/legal/licence", "/legal/privacy", "/sign-in", "/support")


@pytest.fixture
def shop(loss: Opened, run_jobs: Callable[[], int]) -> Opened:
    """The administrator of a shop that has lost something."""
    run_jobs()
    return loss


@pytest.fixture
def integrator(app: Flask, south: Actor) -> Opened:
    """The owner of an integrator's portal with thirty clients."""
    home, day = declare(south), DAY_OF_THE_STORY.date()
    for number in range(1, CLIENTS + 1):
        add_client(
            app,
            number,
            home.portal_id,
            act_on=day + timedelta(days=number % 9),
            ends_on=day + timedelta(days=4 + number),
            amount=Decimal(83880),
        )
    return home.opens()


def pages_of(app: Flask, beginnings: tuple[str, ...]) -> list[str]:
    """Addresses without parameters below these beginnings."""
    rules = (
        str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    )
    return sorted(path for path in rules if path.startswith(beginnings))


def overweight(opened: Opened, paths: list[str]) -> dict[str, dict[str, tuple[int, int]]]:
    """The pages that weigh more than they may; addresses that give a part of a page or a file are left out."""
    whole = [path for path in paths if is_page(opened, path)]
    assert len(whole) > 3
    found = {path: weigh(opened, path).over(budget_of(path)) for path in whole}
    return {path: over for path, over in found.items() if over}


def is_page(opened: Opened, path: str) -> bool:
    answer = opened.client.get(path, headers={"X-Frame-Token": opened.token})
    return answer.status_code == 200 and WHOLE in answer.text[:200]


def test_the_tabs_of_a_shop_keep_to_their_budgets(app: Flask, shop: Opened) -> None:
    tabs = ("/renewal", "/shop", "/money", "/copy", "/restore", "/settings")
    assert overweight(shop, pages_of(app, tabs)) == {}


def test_the_pages_of_an_integrator_keep_to_their_budgets(app: Flask, integrator: Opened) -> None:
    assert overweight(integrator, pages_of(app, ("/clients",))) == {}


def test_an_employees_card_keeps_to_its_budget(north_employee: Opened) -> None:
    drawn = weigh_text(north_employee.client, north_employee.text, 0)
    assert drawn.over(budget_of("/widget")) == {}
    assert weigh(north_employee, "/widget").over(budget_of("/widget")) == {}


def test_pages_outside_a_portal_keep_to_their_budgets(shop: Opened) -> None:
    assert overweight(shop, list(OUTSIDE)) == {}


def test_a_page_that_weighs_more_is_named_with_its_number_and_its_bound() -> None:
    budget = budget_of("/widget")
    heavy = Weight(budget.html + 1, budget.css, budget.js, budget.requests + 2, budget.statements)
    assert heavy.over(budget) == {
        "html": (budget.html + 1, budget.html),
        "requests": (budget.requests + 2, budget.requests),
    }


def test_what_a_page_names_is_counted_once_and_weighed_as_it_is_sent(north_employee: Opened) -> None:
    sheet = re.search(r'href="([^"]+page\.css[^"]*)"', north_employee.text)
    assert sheet
    named = f'<link rel="stylesheet" href="{sheet[1]}"><link rel="stylesheet" href="{sheet[1]}">'
    lazy = '<div hx-get="/freshness" hx-trigger="load, revealed"></div><img src="/static/icon.svg" alt="">'
    with north_employee.client.get(sheet[1], headers={"Accept-Encoding": "gzip"}) as sent:
        size = len(sent.get_data())
    weight = weigh_text(north_employee.client, f"<html>{named}{lazy}</html>", 3)
    assert (weight.css, weight.js, weight.requests, weight.statements) == (size, 0, 4, 3)


def test_every_budget_has_a_reason_and_all_its_numbers() -> None:
    names = {"html", "css", "js", "requests", "statements", "reason"}
    assert {
        path: names ^ set(budget) for path, budget in read_budgets().items() if names != set(budget)
    } == {}
    assert [path for path, budget in read_budgets().items() if len(budget["reason"]) < 20] == []


@pytest.mark.parametrize(
    ("path", "name"), [("/shop/compare/x", "/shop/compare"), ("/shopping", "/"), ("/shop", "/shop")]
)
def test_a_page_keeps_to_the_budget_of_the_longest_beginning(path: str, name: str) -> None:
    assert budget_of(path).html == read_budgets()[name]["html"]
