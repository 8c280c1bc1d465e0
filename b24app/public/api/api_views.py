"""Addresses of /api/v1: clients, terms, findings, renewals, reports; the end of a term is written, checks are run."""

import copy
import json
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template
from pydantic import BaseModel
from spectree import Response as Described
from spectree import SecurityScheme, SecuritySchemeData, SpecTree
from spectree.models import SecureType

from b24app.checklist.engine.runs import get_run, start_run
from b24app.database import portal_scope
from b24app.errors import BadInput
from b24app.integrators.board import find_client as find_row
from b24app.integrators.board import read_chosen, read_page
from b24app.integrators.board_conditions import BoardConditions, BoardView
from b24app.integrators.board_query import BoardAt
from b24app.integrators.client_frame import ConsentEnded
from b24app.integrators.client_groups import list_groups
from b24app.integrators.outside.api_tokens import SCOPE_TITLES, ApiCaller, Scope
from b24app.integrators.outside.client_records import cases_of, findings_of, terms_of
from b24app.integrators.outside.record_models import CaseOut, FindingOut, RunOut, TermOut
from b24app.integrators.rights import Right
from b24app.portals.model import day_at
from b24app.public.api.api_access import api, author_of, find_client, inside, note_listed
from b24app.public.api.api_reading import clients_out, conditions_of, read_each
from b24app.public.api.api_schemas import (
    ClientOut,
    ClientQuery,
    ErrorOut,
    GroupOut,
    Page,
    PortalQuery,
    ReportOut,
    RunIn,
    TermIn,
)
from b24app.public.api.api_webhooks import describe_webhooks
from b24app.reports.report import build_report
from b24app.reports.report_files import write_json
from b24app.reports.report_making import WantedReport, written_as
from b24app.services import services
from b24app.terms.paid_terms import change_paid_term
from b24app.terms.term import INTEGRATOR
from b24app.terms.typed_days import DayUse
from b24app.text.messages import N_
from b24app.web.access import public
from b24app.web.doubted_days import accept_day

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
KEY = SecurityScheme(name="key", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"))


def refuse(
    _request: object, _response: object, error: Exception | None, _instance: object, *_: object
) -> None:
    """What is not of the described shape is answered like every other wrong input."""
    if error is not None:
        raise BadInput(N_("The request is not of the described shape."), "request")


spec = SpecTree(
    "flask",
    title="Renewal without downtime",
    version="v1",
    path="api/v1/description",
    mode="strict",
    before=refuse,
    security_schemes=[KEY],
    security={"key": []},
    page_templates={},
    annotations=True,
)


def describe() -> dict[str, object]:
    """The description of the API, OpenAPI 3.1, made from the views and the list of events."""
    spec.app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way to it
    found: dict[str, Any] = copy.deepcopy(spec.spec)
    found["webhooks"] = describe_webhooks(found["components"]["schemas"])
    return found


def given(model: type[BaseModel], status: int = 200) -> Described:
    """The answers of a view: this model, or a refusal."""
    refusals = {f"HTTP_{code}": ErrorOut for code in (401, 403, 404, 422, 429)}
    return Described(**{f"HTTP_{status}": model}, **refusals)


def board_of(caller: ApiCaller) -> BoardAt:
    """The board of the key's person at this moment."""
    now = services().clock.now()
    return BoardAt(caller.seat, now, day_at(now, caller.seat.portal_id))


def out(model: BaseModel, status: int = 200) -> Response:
    """An answer as JSON."""
    return make_response(jsonify(model.model_dump(mode="json")), status)


@blueprint.get("/portals")
@api(Scope.PORTALS)
@spec.validate(query=PortalQuery, resp=given(Page[ClientOut]), tags=("portals",))
def list_portals(caller: ApiCaller, query: PortalQuery) -> Response:
    """Clients in the order of the days by which somebody has to act; the filters are those of the board."""
    at = board_of(caller)
    rows = read_page(at, conditions_of(caller, query), query.cursor, query.limit)
    shown = list(rows[: query.limit])
    more = shown[-1].cursor if len(rows) > query.limit else None
    note_listed(caller, shown)
    return out(Page[ClientOut](items=clients_out(caller, shown), next=more))


@blueprint.get("/groups")
@api(Scope.PORTALS)
@spec.validate(resp=given(Page[GroupOut]), tags=("portals",))
def list_client_groups(caller: ApiCaller) -> Response:
    """Groups of clients by name, all on one page."""
    seen = {row.client_id for row in read_chosen(board_of(caller), BoardConditions(BoardView.ALL))}
    with portal_scope(caller.seat.portal_id):
        groups = list_groups(seen)
    items = [GroupOut(id=one.id, name=one.name, clients=one.clients) for one in groups]
    return out(Page[GroupOut](items=items, next=None))


@blueprint.get("/portals/<code>")
@api(Scope.PORTALS)
@spec.validate(resp=given(ClientOut), tags=("portals",))
def show_portal(caller: ApiCaller, code: str) -> Response:
    """One client."""
    row = find_row(board_of(caller), code)
    if row is None:
        raise ConsentEnded
    note_listed(caller, [row])
    return out(clients_out(caller, [row])[0])


@blueprint.get("/terms")
@api(Scope.TERMS)
@spec.validate(query=ClientQuery, resp=given(Page[TermOut]), tags=("terms",))
def list_terms(caller: ApiCaller, query: ClientQuery) -> Response:
    """Paid terms of one client or of all; a client is given whole, so a page may be longer than its limit."""
    found, more = read_each(caller, query, (Right.TERMS,), terms_of)
    return out(Page[TermOut](items=found, next=more))


@blueprint.patch("/terms/<code>/<int:term_id>")
@api(Scope.WRITE_TERMS)
@spec.validate(json=TermIn, resp=given(TermOut), tags=("terms",))
def write_term(caller: ApiCaller, code: str, term_id: int, json: TermIn) -> Response:
    """Write the end of a term, as a person of the integrator says it; the client's administrator confirms it in the portal."""
    client = find_client(caller, code)
    with inside(caller, client, Right.TERMS, Right.CASE, acts=True):
        if not json.sure:
            accept_day(json.ends_on, DayUse.MAIN)
        by, at = author_of(caller), services().clock.now()
        change_paid_term(term_id, {"ends_on": json.ends_on}, by=by, at=at, source=INTEGRATOR)
        changed = next(one for one in terms_of(client) if one.id == term_id)
    return out(changed)


@blueprint.get("/findings")
@api(Scope.FINDINGS)
@spec.validate(query=ClientQuery, resp=given(Page[FindingOut]), tags=("findings",))
def list_findings(caller: ApiCaller, query: ClientQuery) -> Response:
    """What the newest run of each client found that is not in order."""
    found, more = read_each(caller, query, (Right.CHECKS,), findings_of)
    return out(Page[FindingOut](items=found, next=more))


@blueprint.get("/cases")
@api(Scope.CASES)
@spec.validate(query=ClientQuery, resp=given(Page[CaseOut]), tags=("cases",))
def list_renewals(caller: ApiCaller, query: ClientQuery) -> Response:
    """Renewals with their stages."""
    found, more = read_each(caller, query, (Right.TERMS,), cases_of)
    return out(Page[CaseOut](items=found, next=more))


@blueprint.get("/reports/<code>")
@api(Scope.REPORTS)
@spec.validate(resp=given(ReportOut), tags=("reports",))
def show_report(caller: ApiCaller, code: str) -> Response:
    """The report of a client as it stands now, in the language of the client's portal."""
    client = find_client(caller, code)
    with inside(caller, client, Right.CHECKS, Right.PAPERS, Right.CHANGES):
        form = WantedReport("json", client.portal.language, client.portal.time_zone)
        with written_as(form):
            report = json.loads(write_json(build_report(client.portal)))
    return out(ReportOut(portal=code, report=report))


@blueprint.post("/runs")
@api(Scope.RUN)
@spec.validate(json=RunIn, resp=given(RunOut, 202), tags=("runs",))
def run_checks(caller: ApiCaller, json: RunIn) -> Response:
    """Ask for the checks of a client; one that goes on already is answered instead."""
    client = find_client(caller, json.portal)
    with inside(caller, client, Right.CHECKS, Right.RUN, acts=True):
        run_id = start_run(by=author_of(caller), at=services().clock.now())
        state = str(get_run(run_id).state)
    return out(RunOut(portal=json.portal, id=run_id, state=state), 202)


@blueprint.get("/runs/<code>/<int:run_id>")
@api(Scope.FINDINGS)
@spec.validate(resp=given(RunOut), tags=("runs",))
def show_run(caller: ApiCaller, code: str, run_id: int) -> Response:
    """How far a run is."""
    client = find_client(caller, code)
    with inside(caller, client, Right.CHECKS):
        state = str(get_run(run_id).state)
    return out(RunOut(portal=code, id=run_id, state=state))


@blueprint.get("/openapi.json")
@public
def show_description() -> Response:
    """The description for programs."""
    return jsonify(describe())


@blueprint.get("/")
@public
def show_pages() -> str:
    """The description for people."""
    return render_template("web/api.html", api=describe(), scopes=SCOPE_TITLES)
