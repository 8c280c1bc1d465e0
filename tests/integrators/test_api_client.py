"""A client that is generated from the description of the API, and knows nothing else, walks from the clients to a run."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from schemathesis.core.transport import Response

from b24app.database import db, portal_scope
from b24app.integrators.outside.api_tokens import Scope, make_token
from b24app.services import services
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from tests.actors import Actor
from tests.conftest import DAY_OF_THE_STORY
from tests.integrators.boards import consent, declare, keep_summary

Call = Callable[..., Any]


class GeneratedClient:
    """Methods by the names of the operations in the description; each answer is checked against it."""

    def __init__(self, description: dict[str, Any], app: Flask, key: str) -> None:
        self.schema = schemathesis.openapi.from_dict(description)
        self.schema.app = app
        self.headers = {"Authorization": f"Bearer {key}"}
        self.operations = {
            found.ok().definition.raw["operationId"]: found.ok() for found in self.schema.get_all_operations()
        }

    def call(self, name: str, *, path: dict[str, Any] | None = None, **values: Any) -> Any:
        operation = self.operations[name]
        case = operation.Case(path_parameters=path or {}, headers=dict(self.headers), **values)
        answer: Response = case.call()
        case.validate_response(answer)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def pages(self, name: str, **query: Any) -> Iterator[Any]:
        cursor: str | None = ""
        while cursor is not None:
            page = self.call(name, query={**query, **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next"]

    def named(self, end: str) -> str:
        """The one operation whose name ends so."""
        (found,) = [name for name in self.operations if name.endswith(end)]
        return found


@pytest.fixture
def generated(
    app: Flask, visitor: FlaskClient, north: Actor, first_checks: Actor, south: Actor
) -> GeneratedClient:
    declare(south)
    with portal_scope(north.portal_id):
        set_paid_term("plan", DAY_OF_THE_STORY.date(), by=Author(1, "Marina"), at=DAY_OF_THE_STORY)
        db.session.commit()
    consent(north.portal_id, south.portal_id)
    keep_summary(north.portal_id, name="Лампа")
    with portal_scope(south.portal_id):
        by = Author(south.portal.admin.id, "Н. Рябова")
        scopes = tuple(str(scope) for scope in Scope)
        secret, _view = make_token("generated", scopes, 90, by=by, at=services().clock.now())
        db.session.commit()
    return GeneratedClient(visitor.get("/api/v1/openapi.json").json, app, secret)


def test_it_walks_from_clients_to_terms_to_a_run(generated: GeneratedClient, run_jobs: Callable[[], int]):
    (client,) = generated.pages(generated.named("_portals"), view="all", limit=1)
    assert client["name"] == "Лампа"
    terms = list(generated.pages(generated.named("_terms"), portal=client["id"]))
    assert "plan" in [term["kind"] for term in terms]
    run = generated.call(
        generated.named("post__api_v1_runs"), body={"portal": client["id"]}, media_type="application/json"
    )
    assert run["state"] == "queued"
    run_jobs()
    done = generated.call(
        generated.named("_runs_{code}_{run_id}"), path={"code": client["id"], "run_id": run["id"]}
    )
    assert done == {"portal": client["id"], "id": run["id"], "state": "done"}
    findings = list(generated.pages(generated.named("_findings"), portal=client["id"]))
    assert {one["portal"] for one in findings} == {client["id"]}


def test_every_webhook_is_described_with_the_record_it_carries(generated: GeneratedClient):
    described = generated.schema.raw_schema
    schemas = described["components"]["schemas"]
    for code, one in described["webhooks"].items():
        body = one["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert body["properties"]["type"] == {"const": code}
        assert body["properties"]["data"]["$ref"].rpartition("/")[2] in schemas
