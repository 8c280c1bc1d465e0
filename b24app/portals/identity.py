"""Identity of an opening: the authorization server is asked about the application, the portal about the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from b24app.bitrix24.oauth import first_to_answer, is_away
from b24app.bitrix24.portal_address import ApplicationOnServer, fetch_application
from b24app.database import before_network
from b24app.errors import (
    AddressRefused,
    AnswerBroken,
    ApplicationGone,
    MethodMissing,
    PortalError,
    RequestWrong,
    RightMissing,
    TokenExpired,
    TokenRejected,
)
from b24app.input_limits import one_line
from b24app.portals.addresses import check_endpoint, check_host, check_server, plain_host, server_endpoints
from b24app.portals.client_factory import open_client_with
from b24app.portals.incoming_forms import RefusalReason, refusal
from b24app.rest_client import Answer, Command
from b24app.services import services

HURRY_SECONDS = 1.0  # of waiting for a turn or before a repeat
NOT_THEIRS = (TokenRejected, ApplicationGone, RequestWrong, RightMissing)
WHO = {"profile": Command("profile", {}), "application": Command("app.info", {})}


def _text(value: object) -> str:
    return "" if value is None or value is False else one_line(str(value))


Text = Annotated[str, BeforeValidator(_text)]


class ProfileAnswer(BaseModel):
    """`profile`: who asks, and whether he is an administrator (the portal's source, rest 25.600)."""

    model_config = ConfigDict(extra="ignore")

    id: int = Field(alias="ID")
    admin: bool = Field(alias="ADMIN", default=False)
    name: Text = Field(alias="NAME", default="")
    last_name: Text = Field(alias="LAST_NAME", default="")
    time_zone: Text = Field(alias="TIME_ZONE", default="")

    @property
    def is_demoted(self) -> bool:
        """Whether the portal answers that this is no administrator; an answer without this field proves nothing."""
        return "admin" in self.model_fields_set and not self.admin


class ApplicationInfo(BaseModel):
    """`app.info` of the portal (vendor's documentation, common/system/app-info.md)."""

    model_config = ConfigDict(extra="ignore")

    code: Text = Field(alias="CODE", default="")
    version: int = Field(alias="VERSION", default=1)
    status: Text = Field(alias="STATUS", default="")
    installed: bool = Field(alias="INSTALLED", default=True)
    language: Text = Field(alias="LANGUAGE_ID", default="")
    plan: Text = Field(alias="LICENSE", default="")


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person behind an access token, and the application it was issued for."""

    user_id: int
    name: str
    is_admin: bool
    time_zone: str
    application: ApplicationInfo | None


@dataclass(frozen=True, slots=True)
class ConfirmedInstall:
    """An installation that an authorization server on the list has confirmed."""

    application: ApplicationOnServer
    host: str
    client_endpoint: str
    server_endpoint: str


def ask_server(
    access_token: str, *, server_endpoint: str, member_id: str, domain: str, https: bool = True
) -> ConfirmedInstall:
    """Ask an authorization server whose token it is; refuse a token that is not ours (as b24pysdk 1.3.2 does)."""
    host = check_host(domain, https=https)
    if server_endpoint:
        server, found = _named_server(access_token, check_server(server_endpoint))
    else:  # a portal older than August 2026 does not name its server; the vendor's regions are then tried in turn
        servers = tuple(map(check_server, services().settings.oauth_servers))
        server, found = _first_that_knows(access_token, servers)
    if found.client_id != services().settings.client_id:
        raise refusal(RefusalReason.FOREIGN_APPLICATION)
    if found.member_id != member_id or plain_host(found.domain) != host:
        raise refusal(RefusalReason.FOREIGN_PORTAL)
    scheme = "https" if https else "http"
    endpoint = check_endpoint(found.client_endpoint or f"{scheme}://{host}/rest/", host)
    return ConfirmedInstall(found, host, endpoint, server)


def _named_server(access_token: str, endpoint: str) -> tuple[str, ApplicationOnServer]:
    """The answer of the server that a portal names, or of another one on the list when there is none at that address any more."""
    before_network()
    session = services().http()
    try:
        return first_to_answer(
            server_endpoints(endpoint), lambda one: fetch_application(session, one, access_token)
        )
    except TokenExpired:
        raise refusal(RefusalReason.EXPIRED) from None
    except NOT_THEIRS:
        raise refusal(RefusalReason.ACCESS_REJECTED) from None


def _first_that_knows(access_token: str, endpoints: tuple[str, ...]) -> tuple[str, ApplicationOnServer]:
    """The first server that accepts a token; one that has moved is left out unless no other accepts it."""
    before_network()
    session, away = services().http(), None
    for endpoint in endpoints:
        try:
            return endpoint, fetch_application(session, endpoint, access_token)
        except TokenExpired:
            raise refusal(RefusalReason.EXPIRED) from None
        except NOT_THEIRS:
            continue
        except PortalError as error:
            if not is_away(error):
                raise
            away = away or error
    raise away or refusal(RefusalReason.ACCESS_REJECTED)


def ask_portal(client_endpoint: str, access_token: str, member_id: str, *, hurried: bool = False) -> Visitor:
    """Ask the portal who bears a token and for which application it was issued, in one request.

    `hurried` is for a person who waits: the question is repeated once at most.
    """
    client = open_client_with(member_id, client_endpoint, access_token)
    if hurried:
        client.connection.rate_limit.patience = HURRY_SECONDS
    try:
        answers = client.batch(WHO)
        profile = _result(answers, "profile")
    except TokenExpired:
        raise refusal(RefusalReason.EXPIRED) from None
    except (TokenRejected, ApplicationGone):
        raise refusal(RefusalReason.ACCESS_REJECTED) from None
    except AddressRefused:
        raise refusal(RefusalReason.HOST_NOT_TRUSTED) from None
    return read_visitor(profile.result, _application(answers))


def _application(answers: Mapping[str, Answer | PortalError]) -> object:
    try:
        return _result(answers, "application").result
    except MethodMissing:  # some on-premise portals have no app.info (portal's source, rest 25.600)
        return None


def _result(answers: Mapping[str, Answer | PortalError], key: str) -> Answer:
    answer = answers[key]
    if isinstance(answer, PortalError):
        raise answer
    return answer


def read_visitor(profile: object, application: object = None) -> Visitor:
    """Parse both answers; `application` is None where the portal has no `app.info`."""
    try:
        who = ProfileAnswer.model_validate(profile)
        what = ApplicationInfo.model_validate(application) if application is not None else None
    except ValidationError:
        raise AnswerBroken("profile", "not of the documented shape") from None
    return Visitor(
        user_id=who.id,
        name=f"{who.name} {who.last_name}".strip(),
        is_admin=who.admin,
        time_zone=who.time_zone,
        application=what,
    )
