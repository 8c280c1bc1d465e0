"""Answers one request to /rest/api/: JSON only, the query string is not read (api-reference/rest-v3.md)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Request, Response

import sandbox.rest3.methods  # noqa: F401 fills the registry
from sandbox.php import to_json
from sandbox.rest.access import Caller, has_scope, identify
from sandbox.rest.envelope import Spent, time_block
from sandbox.rest.execution import BATCH
from sandbox.rest.registry import Call, Method, Refusal
from sandbox.rest.request import RestRequest, bearer_of
from sandbox.rest3.errors import Refusal3, access_denied, broken_json, no_method, scope_missing
from sandbox.rest3.rest3_registry import METHODS

if TYPE_CHECKING:
    from sandbox.portal import Portal

JSON = {"Content-Type": "application/json; charset=utf-8", "Access-Control-Allow-Origin": "*"}
ROOT = "sandbox.rest3.body"


def read_call(request: Request, path: str) -> RestRequest:
    """Read "api/<method>" or "api/<user>/<secret>/<method>"; the token is a field of the body."""
    parts = path.strip("/").split("/")[1:]
    user, secret = (parts[0], parts[1]) if len(parts) > 2 else ("", "")
    body = _body(request)
    params = dict(body) if isinstance(body, dict) else {ROOT: body}
    token = bearer_of(request) or str(params.pop("auth", "") or "")
    return RestRequest(
        method=parts[-1],
        params=params,
        token=token,
        hook_user=user,
        hook_secret=secret,
        source=request.remote_addr or "",
        secure=request.scheme == "https",
    )


def answer(portal: Portal, asked: RestRequest) -> Response:
    """Answer one call, or several of a batch."""
    began, zero = portal.now(), portal.world.clock.stopwatch()
    try:
        result = _batch(portal, asked) if asked.method == BATCH.name else _one(portal, asked)
    except Refusal3 as refusal:
        return Response(to_json(refusal.body()), refusal.status, JSON)
    spent = time_block(Spent(began, portal.world.clock.stopwatch() - zero, 0, int(began.timestamp()) + 600))
    return Response(to_json({"result": result, "time": spent}), 200, JSON)


def _body(request: Request) -> Any:
    raw = request.get_data(cache=True)
    if not raw:
        return {}
    try:
        return json.loads(raw) if request.mimetype == "application/json" else None
    except ValueError:
        return None


def _one(portal: Portal, asked: RestRequest) -> Any:
    method = METHODS.get(asked.method)
    if method is None:
        raise no_method()
    caller = _caller(portal, asked, method)
    if ROOT in asked.params:
        raise broken_json()
    asked.commands.append(method.name)
    return _run(portal, caller, method, asked.params)


def _batch(portal: Portal, asked: RestRequest) -> list[Any]:
    """Run a root array of {"method", "query"} in order; the first error is the error of the whole."""
    caller = _caller(portal, asked, BATCH)
    wanted = asked.params.get(ROOT)
    if wanted is None and ROOT in asked.params:
        raise broken_json()
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise Refusal3("INVALIDSELECTEXCEPTION", "Не удается распознать выражение select")
    return [_command(portal, caller, asked, one) for one in wanted]


def _command(portal: Portal, caller: Caller, asked: RestRequest, one: dict[str, Any]) -> Any:
    method = METHODS.get(str(one.get("method")))
    if method is None:
        raise no_method(400)
    if not has_scope(method, caller.scopes):
        raise scope_missing()
    query = one.get("query")
    asked.commands.append(method.name)
    return _run(portal, caller, method, query if isinstance(query, dict) else {})


def _caller(portal: Portal, asked: RestRequest, method: Method) -> Caller:
    """Return the caller; every failure of authorization has one code (the portal's source, RestApiServer.php)."""
    try:
        return identify(portal, asked, method)
    except Refusal as refusal:
        if str(refusal.code).lower() == "insufficient_scope":
            raise scope_missing() from refusal
        raise access_denied(401) from refusal


def _run(portal: Portal, caller: Caller, method: Method, params: dict[str, Any]) -> Any:
    world = portal.world
    with world.lock:
        if not portal.has_right(caller.user, method.right):
            raise access_denied()
        now = world.clock.timestamp()
        call = Call(world, portal, caller.user, caller.card, params, now, caller.scopes, "", caller.token)
        return method.answer(call)
