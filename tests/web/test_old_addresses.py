"""Addresses of earlier releases lead to the new places, with method, form and question."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from b24app.pages.old_addresses import DISSOLVED, MOVED, MOVED_ALONE
from tests.actors import Actor

BELOW = (
    ("GET", "/checklist/check/pay_systems_on?fold", "/shop/check/pay_systems_on?fold"),
    ("POST", "/overview/mark/mark_paid", "/renewal/mark/mark_paid"),
    ("POST", "/report/links/4/revoke", "/shop/report/links/4/revoke"),
    ("POST", "/report.pdf", "/shop/report.pdf"),
    ("GET", "/terms?edit=3", "/money/terms?edit=3"),
    ("POST", "/reminders/channels/email/test", "/settings/reminders/channels/email/test"),
    ("GET", "/calendar?term=2", "/renewal?term=2#days"),
    ("POST", "/calendar", "/renewal/days"),
    ("GET", "/renewal/late", "/renewal#recovery"),
    ("POST", "/late/count", "/renewal/late/count"),
    ("GET", "/case", "/renewal?open=invoice"),
    ("POST", "/case/mark", "/renewal/mark"),
    ("GET", "/checklist/probes/progress", "/shop/test-writes/progress"),
)


@pytest.mark.parametrize(("method", "old", "new"), BELOW)
def test_a_page_of_the_last_release_reaches_what_it_asks_for(
    visitor: FlaskClient, method: str, old: str, new: str
):
    answer = visitor.open(old, method=method)
    assert (answer.status_code, answer.location) == (308, new)


@pytest.mark.parametrize("new", sorted({*MOVED.values(), *MOVED_ALONE.values(), *DISSOLVED.values()}))
def test_every_old_address_leads_to_a_page_that_exists(app: Flask, new: str):
    paths = {rule.rule.split("<", 1)[0].rstrip("/.") for rule in app.url_map.iter_rules()}
    new = new.partition("?")[0].partition("#")[0].replace("stage/invoice/order", "stage")
    assert f"/{new}" in paths or f"/{new.split('.', 1)[0]}" in paths


def test_an_open_page_of_the_last_release_is_drawn_at_the_new_place(north: Actor):
    assert north.opens().get("/overview", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("path", ["/calendar/forged.ics", "/report/forged"])
def test_pages_outside_the_portal_have_not_moved(visitor: FlaskClient, path: str):
    assert visitor.get(path).status_code == 403
