"""The edge of an API request: the key, its scope, its limit of requests, the client's consent and journal, ETag."""

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue
from structlog.contextvars import bind_contextvars

from b24app.database import portal_scope
from b24app.errors import AppError, NotAllowed
from b24app.integrators.audit import AuditPerson, Deed, write_line
from b24app.integrators.board import ClientRow
from b24app.integrators.client_frame import READING, PresentClient, RightNotGiven, present_client
from b24app.integrators.outside.api_tokens import ApiCaller, Scope, find_caller
from b24app.integrators.rights import Right
from b24app.services import services
from b24app.terms.term import Author
from b24app.text.messages import N_
from b24app.web.access import keep_first, kept_deed, public

View = Callable[..., ResponseReturnValue]


class KeyUnknown(AppError):
    """No key, or one that opens nothing."""

    status = 401
    public = N_("The key is missing, revoked, over, or its person has no role any more.")


class ScopeNotChosen(NotAllowed):
    """The key was not made for this."""

    public = N_("The key was made without this scope.")


def api(scope: Scope) -> Callable[[View], View]:
    """Let a view be called with a key that has this scope; it gets the ApiCaller first, and is kept when it ends well."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def enter(*args: object, **values: object) -> ResponseReturnValue:
            with kept_deed():
                answer = make_response(view(demand_caller(scope), *args, **values))
            return with_etag(answer) if request.method in READING else answer

        vars(enter)["scope"] = scope
        return public(enter)

    return decorate


def demand_caller(scope: Scope) -> ApiCaller:
    """Who calls; raises KeyUnknown and ScopeNotChosen."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    caller = find_caller(secret.strip(), services().clock.now()) if kind.lower() == "bearer" else None
    if caller is None:
        raise KeyUnknown
    g.api_key = caller.token.id
    bind_contextvars(api_key=caller.token.id)
    keep_first()  # that it was used, whatever becomes of the request
    if scope not in caller.token.scopes:
        raise ScopeNotChosen
    return caller


def with_etag(answer: Response) -> Response:
    """The same answer is not sent twice: its digest is its tag."""
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    return answer


def find_client(caller: ApiCaller, code: str) -> PresentClient:
    """A client that the key's person sees at this moment; raises ConsentEnded for everything else."""
    return present_client(caller.seat, code, services().clock.now())


def note_listed(caller: ApiCaller, rows: Iterable[ClientRow]) -> None:
    """A line in the journal of each client that a list shows; kept before the list is sent."""
    now = services().clock.now()
    for row in rows:
        with portal_scope(row.client_id):
            write_line(row.code, who_calls(caller), Deed.LOOKED, now, detail="/portals")
    keep_first()


def who_calls(caller: ApiCaller) -> AuditPerson:
    """The person of a key as a client's journal names him."""
    return AuditPerson(
        f"{caller.seat.name}, API: {caller.token.name}", caller.seat.user_id, caller.seat.integrator
    )


@contextmanager
def inside(caller: ApiCaller, client: PresentClient, *needed: Right, acts: bool = False) -> Iterator[None]:
    """The scope of a client's portal, with a line in its journal that is kept before anything is read. Raises RightNotGiven."""
    missing = [right for right in needed if right not in client.rights]
    deed = Deed.ACTED if acts else Deed.LOOKED
    who = who_calls(caller)
    now, right = services().clock.now(), next(iter([*missing, *needed]))
    with portal_scope(client.portal.id):
        address = request.path.partition("/v1")[2]
        write_line(
            client.consent.code, who, deed, now, right=str(right), detail=address, refused=bool(missing)
        )
        keep_first()
        if missing:
            raise RightNotGiven
        yield


def author_of(caller: ApiCaller) -> Author:
    """The author of changes by a key in a client's portal: none of the client's people."""
    return Author(None, f"{caller.seat.name} ({caller.seat.integrator}), API")
