"""Opening a portal's REST door with the tokens we keep, or with those of one visitor."""

from datetime import timedelta

from sqlalchemy import select

from b24app.errors import NotFound, TokenRejected
from b24app.oauth import Client, TokenKeeper, Tokens, TokenState, application_of, token_server
from b24app.portals.model import Access, InstallStatus, Portal
from b24app.portals.moving import move_portal
from b24app.portals.tokens import AccessStore, OneToken
from b24app.rest_client import Line, RestClient, TokenSource
from b24app.services import services
from b24app.storage import db, portal_scope
from b24app.wire.addresses import Address, FixedAddress, VerifiedAddress
from b24app.wire.budget import Budget, bucket_of
from b24app.wire.pace import Pace
from b24app.wire.shared import DatabaseHabits, DatabaseLog, shared_store


def open_door(portal_id: int, *, user_id: int | None = None, background: bool = False) -> RestClient:
    """The door of an installed portal, as its master or as one of its administrators.

    Commit before you call: tokens, budget and log of calls are written in transactions of their own.
    """
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        raise NotFound
    keeper = token_keeper(portal, _choose_access(portal, user_id))
    return _door(portal, _address(portal, keeper), keeper, background=background)


def open_door_with(portal_id: int, endpoint: str, access_token: str) -> RestClient:
    """The door for one visitor of a frame who is yet to be known."""
    portal = db.session.get_one(Portal, portal_id)
    now = services().clock.now()
    visitor = OneToken(Tokens(access_token, "", expires_at=now + timedelta(hours=1)))
    return _door(portal, FixedAddress(endpoint), visitor)


def token_keeper(portal: Portal, access_id: int) -> TokenKeeper:
    """Whoever renews the tokens of one row of `access`."""
    here = services()
    return TokenKeeper(
        AccessStore(access_id, here.clock, here.sleep),
        token_server(portal.server_endpoint, here.settings.oauth_servers),
        Client(here.settings.client_id, here.settings.client_secret.get_secret_value()),
        here.http(),
        pace(),
    )


def pace() -> Pace:
    """The wire's time is the application's time."""
    here = services()
    return Pace(now=lambda: here.clock.now().timestamp(), sleep=here.sleep)


def _choose_access(portal: Portal, user_id: int | None) -> int:
    usable = [TokenState.REVOKED, TokenState.UNINSTALLED]
    with portal_scope(portal.id):
        rows = db.session.scalars(
            select(Access).order_by(
                Access.state.in_(usable), Access.is_master.desc(), Access.refreshed_at.desc()
            )
        ).all()
    for row in rows:
        if user_id in (None, row.user_id):
            return row.id
    raise TokenRejected("no_access", "the application has no tokens of this portal")


def _door(portal: Portal, address: Address, tokens: TokenSource, *, background: bool = False) -> RestClient:
    store = shared_store(db.engine, services().settings.queue_url, portal.member_id)
    budget = Budget(store, bucket_of(portal.plan_code), pace(), background=background)
    line = Line(address, tokens, services().http, budget, DatabaseLog(db.engine, portal.id))
    return RestClient(line, DatabaseHabits(db.engine, portal.id))


def _address(portal: Portal, tokens: TokenSource) -> VerifiedAddress:
    """Where a portal lives; it moves only by the word of its authorization server."""
    here, server = services(), portal.server_endpoint

    def confirmed() -> str:
        found = application_of(here.http(), server, tokens)
        ours = (found.client_id, found.member_id) == (here.settings.client_id, portal.member_id)
        return found.client_endpoint if ours else ""

    return VerifiedAddress(
        portal.client_endpoint,
        confirmed,
        lambda endpoint: move_portal(portal.id, endpoint),
        allow_local=here.settings.allow_local_portals,
    )
