"""Sign-in from outside by the integrator's own portal: authorization code, state bound to the browser, the person named by the portal.

Source: vendor's documentation, settings/oauth/index.md. The portal takes client_id and state alone; the code lives 30 seconds
and comes back to the address in the application's card; a failure is a page of the portal, of which we get no answer.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from b24app.bitrix24.oauth import ClientCredentials, exchange, token_server
from b24app.database import before_network, db, portal_scope
from b24app.errors import AppError, BadInput, PortalError, Refused
from b24app.input_limits import split_address
from b24app.integrators.members import MemberSeat, find_seat
from b24app.portals.addresses import check_host
from b24app.portals.identity import Visitor, ask_portal
from b24app.portals.model import InstallStatus, Portal, find_portal
from b24app.portals.people import note_person
from b24app.services import services
from b24app.text.messages import N_

STATE_SECONDS = 600
SALT = "sign-in"
NOT_THERE = N_(
    "You are not among the people of an integrator in this portal, or the portal did not confirm who you are."
)


class SignInRefused(Refused):
    """A sign-in that proves nothing; one sentence for every reason, so that nobody learns which portals are stored here."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, NOT_THERE)


class Callback(BaseModel):
    """The parameters of the portal's redirect; none is trusted before the code was traded."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    code: str = Field(min_length=1, max_length=512, repr=False)
    state: str = Field(min_length=1, max_length=512)
    member_id: str = Field(min_length=1, max_length=64)


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser goes, and the nonce that it has to bring back in its cookie."""

    address: str
    nonce: str


def leave_for_portal(typed: str) -> Departure:
    """The authorization page of the portal that a person has typed; it does not reveal whether the portal is stored here. Raises BadInput."""
    scheme, host = read_portal(typed)
    nonce = secrets.token_urlsafe(24)
    state = _signer().dumps([nonce, int(services().clock.now().timestamp())])
    query = {"client_id": services().settings.client_id, "state": state}
    return Departure(f"{scheme}://{host}/oauth/authorize/?{urlencode(query)}", nonce)


def read_portal(typed: str) -> tuple[str, str]:
    """Scheme and host of what was typed: an address of any page of a portal, or the name alone. Raises BadInput."""
    text = typed.strip()
    parts = split_address(text if "://" in text else f"https://{text}")
    typed_plain = parts is not None and parts.scheme == "http"
    for scheme in ("http", "https") if typed_plain else ("https", "http"):
        try:  # http only where the operator's list lets it in
            return scheme, check_host(parts.netloc if parts else "", https=scheme == "https")
        except Refused:
            continue
    raise BadInput(N_("Write the address of your portal, as it stands in the browser."), "portal")


def come_back(query: Mapping[str, str], nonce: str) -> tuple[MemberSeat, Visitor]:
    """The person behind a code, with his seat; raises SignInRefused, or Unreachable and its like when nobody answers."""
    try:
        sent = Callback.model_validate(dict(query))
        known, made = _signer().loads(sent.state)
    except (ValidationError, BadData):
        raise SignInRefused("state_forged") from None
    if abs(services().clock.now().timestamp() - made) > STATE_SECONDS:
        raise SignInRefused("state_old")
    if not nonce or not secrets.compare_digest(known.encode(), nonce.encode(errors="replace")):
        raise SignInRefused("state_of_another")
    portal = find_portal(sent.member_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        raise SignInRefused("portal_unknown")
    return _admit(portal, _ask(portal, sent.code))


def _ask(portal: Portal, code: str) -> Visitor:
    """Trade the code at the portal's own authorization server, then ask the portal whose token that is."""
    here, member_id, endpoint = services(), portal.member_id, portal.client_endpoint
    server = token_server(portal.server_endpoint, here.settings.oauth_servers)
    own = ClientCredentials(here.settings.client_id, here.settings.client_secret.get_secret_value())
    before_network()
    try:
        answer = exchange(here.http(), server, own, code)
    except PortalError as error:
        if error.retryable:
            raise
        raise SignInRefused("code_refused") from None
    if answer.get("member_id") != member_id:
        raise SignInRefused("code_of_another")
    try:
        return ask_portal(endpoint, str(answer.get("access_token") or ""), member_id, hurried=True)
    except AppError as error:
        if error.retryable:
            raise
        raise SignInRefused("person_unknown") from None


def _admit(portal: Portal, visitor: Visitor) -> tuple[MemberSeat, Visitor]:
    if (seat := find_seat(portal.id, visitor.user_id)) is None:
        raise SignInRefused("no_seat")
    with portal_scope(portal.id):
        note_person(portal, visitor, portal.language, services().clock.now())
        db.session.flush()
    return seat, visitor


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key.get_secret_value(), salt=SALT)
