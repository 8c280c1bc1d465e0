"""Makes the REST client of a portal, with the tokens that we keep or with those of one visitor."""

from datetime import timedelta

from sqlalchemy import select

from b24app.bitrix24.call_log_database import DatabaseLog
from b24app.bitrix24.connection import Connection
from b24app.bitrix24.oauth import HOPELESS, ClientCredentials, TokenKeeper, Tokens, TokenSource, token_server
from b24app.bitrix24.portal_address import Address
from b24app.bitrix24.rate_limit import RateLimit, bucket_of
from b24app.bitrix24.retries import Pace
from b24app.bitrix24.shared_state import DatabaseHabits, shared_store
from b24app.database import db, portal_scope
from b24app.errors import NotFound, TokenRejected
from b24app.portals.address_change import address_of
from b24app.portals.availability import AvailabilityWatch
from b24app.portals.model import Access, InstallStatus, Person, Portal
from b24app.portals.people import find_portal
from b24app.portals.token_store import AccessStore, OneToken
from b24app.rest_client import RestClient
from b24app.services import services


def open_client(portal_id: int, *, user_id: int | None = None, background: bool = False) -> RestClient:
    """The door of an installed portal, as its master or as one of its administrators.

    Commit before you call: tokens, budget and log of calls are written in transactions of their own.
    """
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        raise NotFound
    store = access_store(choose_access(portal, user_id))
    keeper = token_keeper(portal, store)
    return _client(portal, address_of(portal, keeper), keeper, store, background=background)


def open_client_with(member_id: str, endpoint: str, access_token: str) -> RestClient:
    """The door for one visitor of a frame who is yet to be known, in a portal that may be unknown too."""
    here = services()
    visitor = OneToken(Tokens(access_token, "", expires_at=here.clock.now() + timedelta(hours=1)))
    portal, address = find_portal(member_id), Address(endpoint)
    if portal is not None:
        return _client(portal, address, visitor)
    store = shared_store(db.engine, here.settings.queue_url, member_id)
    return RestClient(Connection(address, visitor, here.http, RateLimit(store, bucket_of(""), pace())))


def access_store(access_id: int) -> AccessStore:
    """Where the tokens of one row of `access` lie."""
    return AccessStore(access_id, services().clock, services().sleep)


def token_keeper(portal: Portal, store: AccessStore) -> TokenKeeper:
    """Whoever renews these tokens of a portal."""
    here = services()
    return TokenKeeper(
        store,
        token_server(portal.server_endpoint, here.settings.oauth_servers),
        ClientCredentials(here.settings.client_id, here.settings.client_secret.get_secret_value()),
        here.http(),
        pace(),
    )


def pace() -> Pace:
    """The wire's time is the application's time."""
    here = services()
    return Pace(now=lambda: here.clock.now().timestamp(), sleep=here.sleep)


def choose_access(portal: Portal, user_id: int | None = None) -> int:
    """The row of `access` to work with: a good one first, the master's before others, nobody's who is no administrator."""
    with portal_scope(portal.id):
        others = select(Person.user_id).where(Person.portal_id == portal.id, Person.is_admin.is_(False))
        rows = db.session.scalars(
            select(Access)
            .where(Access.user_id.not_in(others))
            .order_by(Access.state.in_(HOPELESS), Access.is_master.desc(), Access.refreshed_at.desc())
        ).all()
    for row in rows:
        if user_id in (None, row.user_id):
            return row.id
    raise TokenRejected("no_access", "the application has no tokens of this portal")


def _client(
    portal: Portal,
    address: Address,
    tokens: TokenSource,
    access: AccessStore | None = None,
    *,
    background: bool = False,
) -> RestClient:
    here = services()
    store = shared_store(db.engine, here.settings.queue_url, portal.member_id)
    budget = RateLimit(store, bucket_of(portal.plan_code), pace(), background=background)
    watch = AvailabilityWatch(DatabaseLog(db.engine, portal.id), portal.id, portal.status, access)
    line = Connection(address, tokens, here.http, budget, log=watch)
    return RestClient(line, DatabaseHabits(db.engine, portal.id))
