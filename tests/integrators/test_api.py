"""The API of integrators: keys, scopes, consent and role at every address, paging, ETag, limits, the description and its contract."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from b24app.database import db, portal_scope
from b24app.integrators.audit import Deed
from b24app.integrators.consents import end_by_client
from b24app.integrators.members import remove_member, set_member
from b24app.integrators.model import ConsentAudit
from b24app.integrators.outside.api_tokens import Scope, make_token, revoke_token
from b24app.integrators.outside.model import ApiToken
from b24app.integrators.rights import MemberRole, Right, whole
from b24app.portals.model import InstallStatus, Portal
from b24app.portals.people import note_employment
from b24app.public.api import api_reading
from b24app.services import services
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY
from tests.integrators.boards import ANNA, add_client, consent, declare, keep_summary

EVERY = tuple(str(scope) for scope in Scope)
ALL = frozenset(Right)
ENDS = date(2026, 12, 23)


def key_of(actor: Actor, *scopes: str, days: int = 90) -> str:
    with portal_scope(actor.portal_id):
        secret, _view = make_token(
            "1С",
            scopes or EVERY,
            days,
            by=Author(actor.portal.admin.id, "Н. Рябова"),
            at=services().clock.now(),
        )
        db.session.commit()
    return secret


class Caller:
    """A program with a key."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self.client, self.key = client, key

    def ask(self, method: str, path: str, **values: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}", **values.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **values)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.ask("GET", path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def south_integrator(south: Actor) -> Actor:
    return declare(south)


@pytest.fixture
def client(north: Actor, first_checks: Actor, south_integrator: Actor) -> str:
    with portal_scope(north.portal_id):
        set_paid_term("plan", ENDS, by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    given = consent(north.portal_id, south_integrator.portal_id)
    keep_summary(north.portal_id, name="Лампа", ends_on=ENDS)
    return given.code


@pytest.fixture
def program(visitor: FlaskClient, south_integrator: Actor, client: str) -> Caller:
    return Caller(visitor, key_of(south_integrator))


def addresses(code: str) -> list[tuple[str, str, dict[str, object], Scope, frozenset[Right]]]:
    """Method, address, body, scope and rights of everything the API does with a client."""
    return [
        ("GET", f"/portals/{code}", {}, Scope.PORTALS, frozenset()),
        ("GET", f"/terms?portal={code}", {}, Scope.TERMS, frozenset({Right.TERMS})),
        ("PATCH", f"/terms/{code}/1", {"ends_on": "2027-01-15"}, Scope.WRITE_TERMS, frozenset({Right.TERMS, Right.CASE})),
        ("GET", f"/findings?portal={code}", {}, Scope.FINDINGS, frozenset({Right.CHECKS})),
        ("GET", f"/cases?portal={code}", {}, Scope.CASES, frozenset({Right.TERMS})),
        ("GET", f"/reports/{code}", {}, Scope.REPORTS, frozenset({Right.CHECKS, Right.PAPERS, Right.TERMS, Right.CHANGES})),
        ("POST", "/runs", {"portal": code}, Scope.RUN, frozenset({Right.CHECKS, Right.RUN})),
        ("GET", f"/runs/{code}/1", {}, Scope.FINDINGS, frozenset({Right.CHECKS})),
    ]  # fmt: skip


def ask_all(program: Caller, code: str) -> dict[str, int]:
    found = {}
    for method, path, body, _scope, _rights in addresses(code):
        found[f"{method} {path}"] = program.ask(method, path, json=body or None).status_code
    return found


def test_clients_are_given_with_what_their_consent_gives(program: Caller, client: str, north: Actor):
    page = program.get("/portals")
    assert [one["id"] for one in page["items"]] == [client]
    assert page["next"] is None
    one = program.get(f"/portals/{client}")
    assert (one["name"], one["domain"], one["ends_on"]) == ("Лампа", north.host, ENDS.isoformat())


def test_terms_findings_and_renewals_of_a_client(program: Caller, client: str):
    term = program.get("/terms", portal=client)["items"][0]
    assert (term["kind"], term["ends_on"], term["said_by"]) == ("plan", ENDS.isoformat(), "Marina")
    findings = program.get("/findings", portal=client)["items"]
    assert findings
    assert all(one["check"] and one["title"] and one["place"] != "fine" for one in findings)
    assert program.get("/cases", portal=client)["items"] == []
    report = program.get(f"/reports/{client}")
    assert report["portal"] == client
    assert report["report"]


def test_the_end_of_a_term_is_written_by_the_integrator(
    program: Caller, client: str, north: Actor, south: Actor
):
    number = program.get("/terms", portal=client)["items"][0]["id"]
    answer = program.ask("PATCH", f"/terms/{client}/{number}", json={"ends_on": "2027-01-15"})
    assert answer.json["ends_on"] == "2027-01-15"
    with portal_scope(north.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        assert (term.ends_on, term.said_by) == (
            date(2027, 1, 15),
            f"{south.portal.admin.full_name} (Верный шаг), API",
        )
        assert (term.only_from_integrator, term.confirmed_by, term.renewed_on) == (True, "", None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ends_on": "31.12.2026"},
        {"ends_on": None},
        {"ends_on": "1996-01-01"},
        {"ends_on": "2027-01-15", "amount": 5},
        [],
        "x",
    ],
)
def test_a_wrong_term_changes_nothing(program: Caller, client: str, north: Actor, body: object):
    number = program.get("/terms", portal=client)["items"][0]["id"]
    answer = program.ask("PATCH", f"/terms/{client}/{number}", json=body)
    assert answer.status_code == 422
    assert answer.json["error"]["retry"] is False
    with portal_scope(north.portal_id):
        term = find_paid_term("plan")
        assert term is not None
        assert term.ends_on == ENDS


@pytest.mark.parametrize("portal", ["\0", "\ud800", "a b", "я"])
def test_what_no_client_is_called_is_refused(program: Caller, portal: str):
    answer = program.ask("POST", "/runs", json={"portal": portal})
    assert (answer.status_code, answer.json["error"]["field"]) == (422, "request")


def test_checks_are_run_once(program: Caller, client: str):
    first = program.ask("POST", "/runs", json={"portal": client})
    again = program.ask("POST", "/runs", json={"portal": client})
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json == again.json
    assert program.get(f"/runs/{client}/{first.json['id']}")["state"] == first.json["state"]


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer rwd_unknown", "Basic abc", "Bearer \x7f", "rwd_x"])
def test_without_a_key_nothing_is_said(visitor: FlaskClient, client: str, key: str):
    for method, path, body, _scope, _rights in addresses(client):
        answer = visitor.open(
            f"/api/v1{path}", method=method, json=body or None, headers={"Authorization": key}
        )
        assert answer.status_code == 401, path
        assert answer.json["error"]["code"] == "KeyUnknown"


def test_a_key_does_only_what_it_was_made_for(visitor: FlaskClient, south_integrator: Actor, client: str):
    for chosen in Scope:
        program = Caller(visitor, key_of(south_integrator, str(chosen)))
        for method, path, body, scope, _rights in addresses(client):
            answer = program.ask(method, path, json=body or None)
            assert (answer.status_code != 403) is (scope is chosen), (chosen, path)


@pytest.mark.parametrize("missing", [*Right])
def test_what_a_client_has_not_given_is_refused(
    visitor: FlaskClient, south_integrator: Actor, north: Actor, client: str, missing: Right
):
    given = whole(ALL - {missing})
    code = consent(north.portal_id, south_integrator.portal_id, given).code
    program = Caller(visitor, key_of(south_integrator))
    for method, path, body, _scope, rights in addresses(code):
        answer = program.ask(method, path, json=body or None)
        assert (answer.status_code == 403) is (not rights <= given), (path, answer.text)
        if answer.status_code == 403:
            assert north.host not in answer.text


@pytest.mark.parametrize("role", [*MemberRole])
def test_a_key_has_the_role_of_its_person_now(
    visitor: FlaskClient, south_integrator: Actor, client: str, role: MemberRole
):
    program = Caller(visitor, key_of(south_integrator))
    with portal_scope(south_integrator.portal_id):
        set_member(99, "Другой", MemberRole.OWNER, by=ANNA, at=DAY_OF_THE_STORY)
        set_member(south_integrator.portal.admin.id, "Н. Рябова", role, by=ANNA, at=DAY_OF_THE_STORY)
        db.session.commit()
    answers = ask_all(program, client)
    if role in (MemberRole.ACCOUNTANT, MemberRole.VIEWER):
        assert set(answers.values()) == {401}
    elif role is MemberRole.MANAGER:  # this client is nobody's
        assert set(answers.values()) == {404}
    elif role is MemberRole.ENGINEER:
        assert answers[f"GET /reports/{client}"] == 403
        assert program.get(f"/portals/{client}")["amount"] is None


@pytest.mark.parametrize("end", ["consent", "person", "dismissed", "removed", "revoked", "over"])
def test_the_very_next_request_is_refused(  # noqa: PLR0917
    program: Caller, south_integrator: Actor, north: Actor, client: str, world: World, end: str
):
    tag = program.ask("GET", f"/portals/{client}").headers["ETag"]
    if end == "consent":
        with portal_scope(north.portal_id):
            end_by_client(client, by=ANNA, at=services().clock.now())
    elif end == "over":
        world.clock.advance(seconds=timedelta(days=91).total_seconds())
    else:
        with portal_scope(south_integrator.portal_id):
            if end == "dismissed":
                note_employment(south_integrator.portal.admin.id, active=False, at=services().clock.now())
            elif end == "removed":
                db.session.get_one(Portal, south_integrator.portal_id).status = InstallStatus.DELETED
            elif end == "person":
                set_member(99, "Другой", MemberRole.OWNER, by=ANNA, at=DAY_OF_THE_STORY)
                remove_member(south_integrator.portal.admin.id, at=services().clock.now())
            else:
                revoke_token(db.session.scalars(select(ApiToken.id)).one(), services().clock.now())
            db.session.commit()
    db.session.commit()
    expected = 404 if end == "consent" else 401
    assert set(ask_all(program, client).values()) == {expected}
    answer = program.ask("GET", f"/portals/{client}", headers={"If-None-Match": tag})
    assert answer.status_code == expected
    assert north.host not in answer.text
    if end == "consent":
        assert program.get("/portals")["items"] == []
        assert program.get("/terms")["items"] == []


def test_another_integrators_client_is_not_there(
    visitor: FlaskClient, south_integrator: Actor, north: Actor, client: str
):
    declare(north)
    foreign = Caller(visitor, key_of(north))
    assert set(ask_all(foreign, client).values()) == {404}
    assert foreign.get("/portals")["items"] == []


def test_every_reading_stands_in_the_clients_journal(
    program: Caller, client: str, north: Actor, south: Actor
):
    program.get("/portals")
    program.get(f"/portals/{client}")
    program.get("/findings", portal=client)
    program.get("/findings", portal=client)
    program.ask("POST", "/runs", json={"portal": client})
    with portal_scope(north.portal_id):
        lines = db.session.scalars(select(ConsentAudit).order_by(ConsentAudit.id)).all()
        found = [(row.action, row.person, row.detail) for row in lines if "API" in row.person]
    person = f"{south.portal.admin.full_name}, API: 1С"
    assert found == [
        (Deed.LOOKED, person, "/portals"),
        (Deed.LOOKED, person, "/findings"),
        (Deed.ACTED, person, "/runs"),
    ]


def test_what_has_not_changed_is_not_sent_again(program: Caller, client: str):
    first = program.ask("GET", f"/terms?portal={client}")
    again = program.ask("GET", f"/terms?portal={client}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    program.ask("PATCH", f"/terms/{client}/1", json={"ends_on": "2027-01-15"})
    later = program.ask("GET", f"/terms?portal={client}", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200


def test_a_list_goes_on_where_it_stopped(app: Flask, program: Caller, south_integrator: Actor, client: str):
    for number in range(5):
        add_client(app, number, south_integrator.portal_id)
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = program.get("/portals", limit=2, cursor=cursor)
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 6
    assert client in seen
    terms: list[str] = []
    cursor = ""
    while cursor is not None:
        page = program.get("/terms", limit=1, cursor=cursor)
        terms += [one["portal"] for one in page["items"]]
        cursor = page["next"]
    assert set(terms) == {client}
    assert len(terms) == len(program.get("/terms", portal=client)["items"])


def test_clients_with_nothing_to_tell_make_no_page_endless(
    app: Flask, program: Caller, south_integrator: Actor, client: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(api_reading, "MOST_READ", 2)
    for number in range(5):
        add_client(app, number, south_integrator.portal_id)
    found, pages, cursor = list[str](), 0, ""
    while cursor is not None:
        page = program.get("/terms", cursor=cursor)
        found += [one["portal"] for one in page["items"]]
        cursor, pages = page["next"], pages + 1
    assert (set(found), pages) == ({client}, 4)


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"what": 1}, {"cursor": "x" * 65}]
)
def test_a_wrong_query_is_named(program: Caller, query: dict[str, object]):
    answer = program.ask("GET", "/portals", query_string=query)
    assert answer.status_code == 422
    assert answer.json["error"]["number"]


def test_past_its_limit_a_key_waits_and_another_does_not(
    visitor: FlaskClient, south_integrator: Actor, program: Caller
):
    codes = [program.ask("GET", "/portals").status_code for _ in range(121)]
    assert codes == [200] * 120 + [429]
    page = south_integrator.opens()
    answer = program.ask("GET", "/portals", headers={"X-Frame-Token": page.token})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    assert answer.json["error"]["retry"] is True
    assert Caller(visitor, key_of(south_integrator)).ask("GET", "/portals").status_code == 200


class TestContract:
    """The description is made from the code; what is described is what is answered."""

    def test_it_names_every_address(self, visitor: FlaskClient, app: Flask):
        described = visitor.get("/api/v1/openapi.json").json
        rules = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
        public = {"/api/v1/", "/api/v1/openapi.json"}
        assert len(described["paths"]) == len(rules - public) == 10
        assert visitor.get("/api/v1/", headers={"Accept-Language": "ru"}).status_code == 200

    @pytest.mark.cases
    def test_generated_requests_are_answered_as_described(self, app: Flask, program: Caller, client: str):
        schema = schemathesis.openapi.from_dict(program.client.get("/api/v1/openapi.json").json)
        schema.app = app
        tried = 0
        for found in schema.get_all_operations():
            operation = found.ok()

            @settings(
                max_examples=25,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=[*HealthCheck],
                database=None,
            )
            @given(case=operation.as_strategy(), known=st.booleans())
            def agrees(case: schemathesis.Case, known: bool) -> None:
                if known and "code" in case.path_parameters:
                    case.path_parameters["code"] = client
                answer = send(program, case)
                assert_described(case, answer)

            agrees()
            tried += 1
        assert tried == 10


def send(program: Caller, case: schemathesis.Case) -> TestResponse:
    """One generated request, by the test client."""
    body = {} if isinstance(case.body, schemathesis.core.NotSet) else {"json": case.body}
    path = case.formatted_path.removeprefix("/api/v1")
    program.client.application.extensions.pop("limits_for_tests", None)
    return program.ask(case.method, path, query_string=dict(case.query or {}), **body)


def assert_described(case: schemathesis.Case, answer: TestResponse) -> None:
    """The status, the type and the body are those that the description names."""
    described = case.operation.definition.raw["responses"]
    assert str(answer.status_code) in described, (
        case.method,
        case.path,
        answer.status_code,
        answer.text[:300],
    )
    assert answer.mimetype == "application/json"
    assert json.loads(answer.data) is not None


def test_a_client_without_a_summary_is_listed(
    app: Flask, north: Actor, south: Actor, visitor: FlaskClient
) -> None:
    declare(south)
    given = consent(north.portal_id, south.portal_id)
    program = Caller(visitor, key_of(south))
    (one,) = program.get("/portals")["items"]
    assert (one["id"], one["reason"], one["act_on"]) == (given.code, "", None)
    assert program.get(f"/portals/{given.code}")["reason"] == ""


@pytest.mark.parametrize(
    "cursor", ["2026-01-01~1~" + "9" * 25, "2026-01-01~99999999999~1", "2026-01-01~~1", "x"]
)
def test_a_cursor_that_no_column_holds_is_none(
    app: Flask, north: Actor, south: Actor, visitor: FlaskClient, cursor: str
) -> None:
    declare(south)
    given = consent(north.portal_id, south.portal_id)
    keep_summary(north.portal_id, name="Север")
    (one,) = Caller(visitor, key_of(south)).get("/portals", cursor=cursor)["items"]
    assert one["id"] == given.code
    assert south.opens().get("/clients/rows", view="all", after=cursor).status_code == 200
