"""Verbs about failures: refusals and faulty answers, counted or until they are forgiven; a deleted portal."""

from __future__ import annotations

from typing import Any, get_args

from sandbox.faults import KNOWN, DeletedAnswer, Faults, Kind
from sandbox.portal import Portal
from sandbox.scenario.fields import Field, Verb, WrongValue, one_of

GROUP = "network"
BAD_ANSWERS = tuple(kind for kind in get_args(Kind) if kind != "refuse")
DELETED_ANSWERS: tuple[str, ...] = get_args(DeletedAnswer)
MAIN_OAUTH = "oauth"


def faults_of(portal: Portal, server: str | None) -> Faults:
    """Return where a failure is scripted: the portal, or an authorization server by its host; `oauth` is the main one."""
    if server in (None, "portal"):
        return portal.faults
    servers = portal.world.oauth
    return (servers.main if server == MAIN_OAUTH else servers.known(str(server))).faults


def hosts_of(portal: Portal) -> list[tuple[str, str]]:
    """Return every host of `server` by its value: the portal, then the authorization servers."""
    others = [(each.host, each.host) for each in portal.world.oauth.others]
    return [("portal", portal.host), (MAIN_OAUTH, portal.world.oauth_host), *others]


def _refuse_next(portal: Portal, values: dict[str, Any]) -> None:
    faults_of(portal, values["server"]).refuse_next(
        values["code"],
        times=_times(values),
        method=values["method"],
        description=values["description"],
        status=values["status"],
    )


def _answer_next(portal: Portal, values: dict[str, Any]) -> None:
    kind: Any = one_of(values["kind"], BAD_ANSWERS)
    if kind == "certificate" and portal.scheme != "https":
        raise WrongValue("a certificate is shown over https only: start the sandbox with --tls")
    faults_of(portal, values["server"]).answer_next(
        kind,
        times=_times(values),
        method=values["method"],
        seconds=values["seconds"],
        status=values["status"],
    )


def _times(values: dict[str, Any]) -> int | None:
    return None if values["until_forgiven"] else int(values["times"])


def _forgive(portal: Portal, values: dict[str, Any]) -> None:
    if values["server"] is None:
        for server, _host in hosts_of(portal):
            faults_of(portal, server).forgive()
    else:
        faults_of(portal, values["server"]).forgive(values["number"])


def _delete_portal(portal: Portal, values: dict[str, Any]) -> None:
    answer: Any = one_of(values["answer"], DELETED_ANSWERS)
    portal.delete(answer)


TIMES = Field("times", "int", 1)
LASTING = Field("until_forgiven", "flag", default=False)
METHOD = Field("method")
STATUS = Field("status", "int")
SERVER = Field("server", choices=hosts_of)

VERBS = (
    Verb(
        "refuse_next",
        GROUP,
        _refuse_next,
        (
            Field("code", required=True, choices=lambda _: [(code.upper(), code.upper()) for code in KNOWN]),
            TIMES,
            LASTING,
            METHOD,
            Field("description"),
            STATUS,
            SERVER,
        ),
        {"code": "QUERY_LIMIT_EXCEEDED", "times": 3},
    ),
    Verb(
        "answer_next",
        GROUP,
        _answer_next,
        (
            Field("kind", required=True, choices=lambda _: [(kind, kind) for kind in BAD_ANSWERS]),
            TIMES,
            LASTING,
            METHOD,
            Field("seconds", "float", 0.0),
            STATUS,
            SERVER,
        ),
        {"kind": "html", "times": 1},
    ),
    Verb("forgive", GROUP, _forgive, (SERVER, Field("number", "int"))),
    Verb(
        "delete_portal",
        GROUP,
        _delete_portal,
        (Field("answer", default="json", choices=lambda _: [(each, each) for each in DELETED_ANSWERS]),),
        {"answer": "json"},
    ),
    Verb("restore_portal", GROUP, lambda portal, _: portal.restore()),
)
