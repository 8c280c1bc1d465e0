"""Makes the REST client of a portal with stored tokens or those of a frame; keeps unused tokens and refusing portals in view."""

import time
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import select

from b24app.bitrix24.bulk_notes import BulkNotes
from b24app.bitrix24.call_log import MaskedNotes
from b24app.bitrix24.call_log_database import DatabaseLog
from b24app.bitrix24.connection import Connection
from b24app.bitrix24.oauth import (
    DORMANT_DAYS,
    ClientCredentials,
    TokenKeeper,
    Tokens,
    TokenSource,
    token_server,
)
from b24app.bitrix24.portal_address import Address
from b24app.bitrix24.rate_limit import RateLimit, bucket_of
from b24app.bitrix24.retries import MOST_FAULTS, Pace
from b24app.bitrix24.share_limit import ShareLimit
from b24app.bitrix24.shared_state import DatabaseHabits, shared_store
from b24app.bitrix24.token_states import HOPELESS
from b24app.clock import ShiftedClock, SystemClock
from b24app.database import before_network, db, every_portal, portal_scope
from b24app.each_portal import alone, for_each_portal
from b24app.errors import AppError, NotFound, PortalError, TokenRejected
from b24app.json_values import is_object
from b24app.portals.addresses import address_of
from b24app.portals.administrator_access import (
    AdministratorAccess,
    Candidate,
    choose_accesses,
    forget_outdated,
)
from b24app.portals.availability import get_availability
from b24app.portals.availability_watch import AvailabilityWatch, KeepsState
from b24app.portals.lost_access import note_access_lost
from b24app.portals.model import (
    Access,
    InstallStatus,
    Portal,
    find_portal,
    refusing_portals,
    silent_portals,
)
from b24app.portals.pauses import PROBE_SECONDS
from b24app.portals.token_store import AccessStore, OneToken
from b24app.rest_client import RestClient
from b24app.services import services

log = structlog.get_logger(__name__)
BULK_PATIENCE = 20.0
"""Seconds that bulk reading waits for a turn: beyond that its job ends and is queued again."""


def open_client(
    portal_id: int,
    *,
    user_id: int | None = None,
    background: bool = False,
    person: bool | None = None,
    faults: int = MOST_FAULTS,
    share: float = 0.0,
) -> RestClient:
    """The REST client of an installed portal, in the name of its main administrator or of another one.

    Work that a `person` asked for may put one question to a portal that is left alone for its silence; work in the
    background is nobody's unless it is marked so. `faults` is how often a request is repeated that is no matter of limits.
    With a `share` it is for bulk reading: it takes that part of the portal's bucket at most, waits seconds and not
    minutes, and its answers are never written down.
    Commit before you call: nothing may be pending, for the transaction ends here, so that none is open while the network
    is asked; tokens, budget and call log have transactions of their own.
    """
    portal = db.session.get(Portal, portal_id)
    if portal is None or portal.status == InstallStatus.DELETED:
        raise NotFound
    access = administrator_access(portal, user_id)
    asked = not background if person is None else person
    address = address_of(portal, access)
    client = _client(
        portal, address, access, access, background=background, person=asked, faults=faults, share=share
    )
    before_network()
    return client


def open_client_with(member_id: str, endpoint: str, access_token: str) -> RestClient:
    """The REST client for the token of a frame that is yet to be verified; the portal may be unknown too."""
    here = services()
    visitor = OneToken(Tokens(access_token, "", expires_at=here.clock.now() + timedelta(hours=1)))
    portal, address = find_portal(member_id), Address(endpoint)
    if portal is not None:
        client = _client(portal, address, visitor)
    else:
        store = shared_store(db.engine, here.settings.shared_redis, member_id)
        budget = RateLimit(store, bucket_of(""), pace())
        client = RestClient(Connection(address, visitor, here.http, budget))
    before_network()
    return client


def access_store(access_id: int) -> AccessStore:
    """The store of the tokens of one row of `access`."""
    return AccessStore(access_id, services().clock, services().sleep)


def token_keeper(portal: Portal, store: AccessStore) -> TokenKeeper:
    """The keeper that renews these tokens of a portal."""
    here = services()
    allowed = here.settings.oauth_servers
    return TokenKeeper(
        store,
        token_server(portal.server_endpoint, allowed),
        ClientCredentials(here.settings.client_id, here.settings.client_secret.get_secret_value()),
        here.http(),
        pace(),
        others=tuple(token_server(one, allowed) for one in allowed),
    )


def pace() -> Pace:
    """The pace of calls, by the application's clock; a clock of the machine may be set, so bounds are not counted by it."""
    here = services()

    def now() -> float:
        return here.clock.now().timestamp()

    ours = isinstance(here.clock, SystemClock | ShiftedClock)
    return Pace(now=now, sleep=here.sleep, steady=time.monotonic if ours else now)


def choose_access(portal: Portal) -> int:
    """The row of `access` to work with: a good one first, the main one before others, never that of a person who is no administrator."""
    return _choose(portal)[0][0]


def _choose(portal: Portal, user_id: int | None = None) -> list[tuple[int, bool]]:
    with portal_scope(portal.id):
        found = choose_accesses(services().clock.now(), user_id)
    if not found:
        raise TokenRejected("no_access", "the application has no tokens of this portal")
    return found


def administrator_access(portal: Portal, user_id: int | None = None) -> AdministratorAccess:
    """The access of the main administrator with those of the others behind it, or that of one person alone."""
    portal_id, candidates = portal.id, []
    for access_id, main in _choose(portal, user_id):
        store = access_store(access_id)
        trusted = main or user_id is not None
        candidates.append(Candidate(store, token_keeper(portal, store), trusted))

    def ask(candidate: Candidate) -> bool:
        with portal_scope(portal_id):
            row = db.session.get_one(Portal, portal_id)
            keeper = candidate.keeper
            client = _client(row, address_of(row, keeper), keeper, candidate.store, background=True)
        before_network()
        return says_administrator(client.call("profile").result)

    def tell() -> None:
        note_access_lost(portal_id, services().clock.now())

    return AdministratorAccess(candidates, ask, tell)


def says_administrator(profile: object) -> bool:
    """Whether a portal's answer to `profile` names an administrator; False without this field."""
    return is_object(profile) and str(profile.get("ADMIN")).casefold() in {"true", "y", "1"}


def _client(
    portal: Portal,
    address: Address,
    tokens: TokenSource,
    access: KeepsState | None = None,
    *,
    background: bool = False,
    person: bool = True,
    faults: int = MOST_FAULTS,
    share: float = 0.0,
) -> RestClient:
    here = services()
    budget = _budget(portal, background=background, share=share)
    with portal_scope(portal.id):
        active, known = portal.status == InstallStatus.ACTIVE, get_availability()
    calls = DatabaseLog(db.engine, portal.id)
    watch = AvailabilityWatch(calls, portal.id, active, known, access, person=person)
    notes = BulkNotes() if share else MaskedNotes()
    connection = Connection(
        address, tokens, here.http, budget, log=watch, gate=watch, faults=faults, notes=notes
    )
    return RestClient(connection, DatabaseHabits(db.engine, portal.id), parallel=2 if share else 8)


def _budget(portal: Portal, *, background: bool, share: float) -> RateLimit:
    redis, bucket = services().settings.shared_redis, bucket_of(portal.plan_code)
    store = shared_store(db.engine, redis, portal.member_id)
    if not share:
        return RateLimit(store, bucket, pace(), background=background)
    own = shared_store(db.engine, redis, f"copy:{portal.member_id}")
    return ShareLimit((store, own), bucket, pace(), share=share, patience=BULK_PATIENCE)


def refresh_dormant() -> int:
    """Renew the pairs that were not used for 150 days, and forget expired ones; the daily job."""
    oldest = services().clock.now() - timedelta(days=DORMANT_DAYS)
    with every_portal():
        found = db.session.execute(
            select(Access.portal_id, Access.id)
            .join(Portal, Access.portal_id == Portal.id)
            .where(
                Portal.status != InstallStatus.DELETED,
                Access.refreshed_at <= oldest,
                Access.state.not_in(HOPELESS),
            )
            .order_by(Access.id)
        ).all()
        outdated = forget_outdated(services().clock.now())
    before_network()
    for portal_id in outdated:
        note_access_lost(portal_id, services().clock.now())
    return sum(alone(portal_id, partial(_renew, access_id)) is True for portal_id, access_id in found)


def _renew(access_id: int, portal_id: int) -> bool:
    keeper = token_keeper(db.session.get_one(Portal, portal_id), access_store(access_id))
    before_network()
    try:
        keeper.keep_alive()
    except PortalError as error:  # an answer and no failure of ours: the row of the pair keeps what it means
        log.warning("dormant tokens were not renewed", error=type(error).__name__)
        if isinstance(error, TokenRejected):
            note_access_lost(portal_id, services().clock.now())
        return False
    return True


def probe_blocked() -> int:
    """Queue a question to each portal that refuses us, or whose pause for silence is over; returns how many."""
    due = {*refusing_portals(), *silent_portals(services().clock.now())}
    for_each_portal(sorted(due), lambda portal_id: services().queue.later("probe_portal", portal_id))
    return len(due)


def ask_if_it_answers(portal_id: int) -> bool:
    """Ask a portal one light question; the watch notes the meaning of its answer as at every call."""
    try:
        probe_portal(portal_id)
    except AppError as error:
        log.info("a portal does not answer still", error=type(error).__name__)
        return False
    return True


def probe_portal(portal_id: int) -> None:
    """One light question within seconds; raises the PortalError family."""
    client = open_client(portal_id, background=True)
    with client.within(PROBE_SECONDS):
        client.call("app.info")
