"""What could not be kept or counted is answered 4xx by every route alike; what was typed stays on the page."""

import json
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from b24app.database import db, portal_scope
from b24app.terms.paid_terms import list_paid_terms
from tests.actors import Actor, Opened

pytestmark = pytest.mark.dialect

TERM = {"kind": "other", "title": "Домен", "ends_on": "2027-03-01", "pays_by": "unknown", "currency": "RUB"}
DEEP = "[" * 100_000 + "]" * 100_000
IDS = ("2147483648", "9223372036854775808", "9" * 5_000, "-1", "1e3", "٣", "x")


def post_rules(app: Flask) -> list[str]:
    return sorted(rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()))


def test_no_route_sees_a_nul(app: Flask, north_admin: Opened):
    for rule in post_rules(app):
        path = rule.replace("<int:", "<").replace("<", "1<").partition("<")[0] if "<" in rule else rule
        sent = north_admin.client.post(path, data={"x": "a\0b"}, headers={"X-Frame-Token": north_admin.token})
        assert sent.status_code in (404, 405, 422), rule


@pytest.mark.parametrize("path", ["/money/terms/exchange", "/app", "/install", "/events", "/help/errors"])
def test_no_route_takes_json(visitor: FlaskClient, path: str):
    answer = visitor.post(path, data=DEEP, content_type="application/json")
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "path",
    [
        "/renewal/guide/%00",
        "/shop/check/a%00b",
        "/money/terms/2147483648",
        "/money/terms/%D9%A3",
        "/" + "a" * 3_000,
    ],
)
def test_a_path_that_nothing_can_be_kept_under_is_no_page(north_admin: Opened, path: str):
    assert north_admin.get(path).status_code in (404, 405)


def test_the_refusal_names_no_secret_and_keeps_the_page(north_admin: Opened):
    answer = north_admin.post("/money/terms", **TERM | {"note": "a\0b"})
    assert answer.status_code == 422
    assert "нельзя сохранить" in answer.text
    assert answer.headers["HX-Retarget"] == "#notices"


@pytest.mark.parametrize("name", ["a\0b.pdf", "x" * 600])
def test_the_name_of_a_file_is_judged_too(north_admin: Opened, name: str):
    data = {"kind": "invoice", "file": (BytesIO(b"%PDF-1.4"), name)}
    headers = {"X-Frame-Token": north_admin.token}
    assert north_admin.client.post("/money/documents", data=data, headers=headers).status_code == 422


@pytest.mark.parametrize(
    "options", [DEEP, '{"a":' * 5_000 + "1" + "}" * 5_000, json.dumps({"a": "\ud800"}), '{"a": 1e999}']
)
def test_options_of_a_place_that_cannot_be_read_are_refused(north: Actor, options: str):
    opened = north.sends(north.portal.opens(user=north.portal.admin), PLACEMENT_OPTIONS=options)
    assert opened.status == 403


def test_an_event_nested_too_deep_is_refused(visitor: FlaskClient):
    assert visitor.post("/events", data={"data" + "[a]" * 50: "x"}).status_code == 403
    assert visitor.post("/events", data={"data" + "[a]" * 500: "x"}).status_code == 422


def test_more_fields_than_any_form_has_are_refused(north_admin: Opened):
    many = {f"f{number}": "" for number in range(1_500)}
    assert north_admin.post("/money/terms", **many).status_code == 422


@pytest.mark.parametrize("wrong", IDS)
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/money/terms", "edit"),
        ("/shop/register", "edit"),
        ("/money/plan", "year"),
    ],
)
def test_an_id_or_year_in_an_address_is_one_or_refused(
    north_admin: Opened, path: str, field: str, wrong: str
):
    assert north_admin.get(path, **{field: wrong}).status_code == 422


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/money/terms", TERM | {"title": "я" * 201}),
        ("/money/terms", TERM | {"owner_name": "я" * 256}),
        ("/money/terms", TERM | {"owner_id": "2147483648"}),
        ("/money/terms", TERM | {"ends_on": "0001-01-01"}),
        ("/money/terms", TERM | {"ends_on": "9999-12-31"}),
        ("/money/terms", TERM | {"price": "1e999"}),
        ("/money/terms", TERM | {"price": "NaN"}),
        ("/renewal/late/count", {"since": "0001-01-01T00:00-23:59", "until": "2026-11-29T09:00"}),
        ("/renewal/late/count", {"since": "2026-11-29T09:00", "until": "9999-12-31T23:59+00:00"}),
        ("/renewal/renewed", {"ends_on": "9999-12-31"}),
        ("/money/plan/measure", {"code": "disk_gb", "value": "99999999999999999"}),
        ("/money/plan/measure", {"code": "disk_gb", "value": "sNaN"}),
        ("/money/plan/budget.xlsx", {"year": "2147483648"}),
        ("/renewal/stage/invoice/order", {"route": "portal", "method": "transfer", "amount": "1e30", "plan_code": "std"}),
        ("/settings/reminders/channels/webhook", {"enabled": "yes", "address": "https://["}),
        ("/settings/reminders/channels/webhook", {"enabled": "yes", "address": "https://x:99999999/"}),
        ("/settings/start", {"portal_name": "я" * 300, "edition": "cloud", "route": "portal", "method": "transfer"}),
        ("/shop/register", {"kind": "application", "name": "я" * 300}),
        ("/shop/register", {"kind": "application", "name": "x", "owner_id": "9" * 30}),
        ("/money/rules", {"rule": "cloud:grace_days", "value": "1" + "0" * 70, "reason": "x"}),
    ],
)  # fmt: skip
def test_what_no_column_holds_is_refused_in_words(
    north_admin: Opened, north: Actor, path: str, form: dict[str, str]
):
    with portal_scope(north.portal_id):
        before = [term.title for term in list_paid_terms()]
    assert north_admin.post("/renewal/confirm").status_code in (200, 404)
    answer = north_admin.post(path, **form)
    assert answer.status_code == 422, answer.text[:300]
    db.session.rollback()
    with portal_scope(north.portal_id):
        assert [term.title for term in list_paid_terms()] == before


@pytest.mark.parametrize(
    "table",
    ["kind;title;ends_on\nother;{};2027-01-01", "kind;title;ends_on;price\nother;x;9999-12-31;NaN", "kind;ends_on\nplan;0001-01-01"],
)  # fmt: skip
def test_rows_of_a_table_that_cannot_be_kept_are_left_in_it(north_admin: Opened, table: str):
    answer = north_admin.post("/money/terms/exchange/apply", table=table.format("я" * 300))
    assert answer.status_code in (200, 422)


def test_a_wrong_method_is_answered_in_the_readers_language(visitor: FlaskClient):
    answer = visitor.delete("/help", headers={"Accept-Language": "ru"})
    assert (answer.status_code, "не принимает таких запросов" in answer.text) == (405, True)
    assert "GET" in answer.headers["Allow"]


def test_too_large_a_form_is_answered_in_words(visitor: FlaskClient):
    promised = {"CONTENT_LENGTH": str(40 * 1024 * 1024)}
    answer = visitor.post("/help/errors?lang=ru", data={"text": "x"}, environ_overrides=promised)
    assert (answer.status_code, "слишком" in answer.text) == (413, True)
