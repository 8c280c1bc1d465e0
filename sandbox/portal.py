"""One Bitrix24 account: its people, data, applications, plan, and the failures scripted on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox import assumptions, events, faults, frame, lifecycle, plan
from sandbox.application import ApplicationCard, Installation, Webhook
from sandbox.limits import Limits
from sandbox.rest.table import Table
from sandbox.shop import switches
from sandbox.tokens import Tokens
from sandbox.user import User

if TYPE_CHECKING:
    from sandbox.world_data import WorldData


class Portal(faults.FaultyHost):
    """One portal of the sandbox, identified for ever by its member_id."""

    admin: User
    integrator: User
    employee: User

    def __init__(
        self,
        world: WorldData,
        *,
        member_id: str,
        host: str,
        profile: str,
        plan: str,
        lang: str,
        paid_till: date,
        marketplace_till: date,
    ) -> None:
        self.world = world
        self.member_id = member_id
        self.host = host
        self.profile = profile
        self.lang = lang
        self.paid_plan = plan
        self.previous_plan = ""
        self.paid_till = paid_till
        self.marketplace_till = marketplace_till
        self.forced_state = ""
        self.users: list[User] = []
        self.tables: dict[str, Table] = {}
        self.extra: dict[str, Any] = {}
        self.installations: dict[str, Installation] = {}
        self.kept_options: dict[str, dict[str, Any]] = {}
        self.webhooks: dict[str, Webhook] = {}
        self.withheld_rights: set[tuple[int, str]] = set()
        self.faults = faults.Faults()
        self.deleted = ""
        self.oauth_host = ""
        self.own_scheme = ""
        self.time_zone = assumptions.TIME_ZONES.get(lang, "UTC")
        self.limits = Limits.of(profile, plan)
        self.last_id = 0
        self.hidden_frame_fields: tuple[str, ...] = ()
        self.missing_methods: set[str] = set()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a saved portal; the last release called `extra` and the history of orders otherwise."""
        extra = state.pop("shelf", None)
        if extra is not None:
            state["extra"] = {"order_history" if name == "ledger" else name: extra[name] for name in extra}
        if not isinstance(state["faults"], faults.Faults):  # those of the last release had other fields
            state["faults"] = faults.Faults()
        self.__dict__.update({"deleted": "", "oauth_host": "", "own_scheme": "", "time_zone": "UTC"} | state)

    # time

    def now(self) -> datetime:
        """Return the present moment with the offset of the portal's zone, as its answers show it."""
        moment = self.world.clock.now().astimezone(ZoneInfo(self.time_zone))
        return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()))

    def set_time_zone(self, name: str) -> None:
        """Put the portal into a zone of the IANA database, such as Asia/Vladivostok."""
        self.time_zone = ZoneInfo(name).key

    def today(self) -> date:
        """Return the portal's present date."""
        return self.now().date()

    # people

    def user(self, user_id: int) -> User | None:
        """Return a user by id."""
        return next((user for user in self.users if user.id == user_id), None)

    def dismiss(self, user: User) -> None:
        """Deactivate a user, as the portal does on dismissal."""
        user.active = False

    def has_right(self, user: User, right: str) -> bool:
        """Return whether a user has a right: admin, crm_admin, app (may open applications), any."""
        if (user.id, right) in self.withheld_rights:
            return False
        if right == "admin":
            return user.admin
        return right != "crm_admin" or user.crm_admin or self.has_right(user, "admin")

    def withhold_right(self, user: User, right: str) -> None:
        """Take a right from a user."""
        self.withheld_rights.add((user.id, right))

    def grant_right(self, user: User, right: str) -> None:
        """Give a withheld right back."""
        self.withheld_rights.discard((user.id, right))

    # address

    @property
    def scheme(self) -> str:
        """Return http or https: the world's, unless this portal has a scheme of its own."""
        return self.own_scheme or self.world.scheme

    @property
    def url(self) -> str:
        """Return the portal's origin."""
        return f"{self.scheme}://{self.host}"

    @property
    def client_endpoint(self) -> str:
        """Return the base of REST calls."""
        return f"{self.url}/rest/"

    @property
    def server_endpoint(self) -> str:
        """Return the REST base of this portal's authorization server."""
        return f"{self.world.scheme}://{self.oauth_host or self.world.oauth_host}/rest/"

    def use_authorization_server(self, host: str) -> None:
        """Take another of the world's authorization servers for this portal; "" is the main one."""
        self.oauth_host = self.world.oauth.known(host).host if host else ""

    def change_address(self, new_host: str) -> None:
        """Move the portal; its old host answers 302 (change-domen.md)."""
        self.world.moved[self.host] = self.world.plain_host(new_host)
        self.world.moved.pop(self.world.plain_host(new_host), None)
        self.host = self.world.plain_host(new_host)

    # plan

    @property
    def state(self) -> str:
        """Return active, grace, free or locked."""
        return plan.state_of(self)

    @property
    def plan(self) -> str:
        """Return the plan in force, as app.info shows it."""
        return plan.plan_in_force(self)

    @plan.setter
    def plan(self, value: str) -> None:
        self.paid_plan = value

    def lapse_to_free(self) -> None:
        """End the plan for good: the portal falls to the free one."""
        plan.lapse_to_free(self)

    def enter_grace(self) -> None:
        """Put the portal just past the end of its plan."""
        plan.enter_grace(self)

    def lock(self) -> None:
        """Lock the portal, as the licence scanner does."""
        plan.lock(self)

    def end_marketplace(self) -> None:
        """End the Marketplace subscription."""
        plan.end_marketplace(self)

    def renew(self, plan_id: str | None = None, months: int = 12) -> None:
        """Pay for the plan, the same or another one."""
        plan.renew(self, plan_id, months)

    def renew_marketplace(self, months: int = 12) -> None:
        """Pay for the Marketplace subscription."""
        plan.renew_marketplace(self, months)
        events.send_payment_events(self)

    # applications

    def next_id(self) -> int:
        """Return a number not used before in this portal."""
        self.last_id += 1
        return self.last_id

    def installation(self, card: ApplicationCard | None = None) -> Installation | None:
        """Return an application's row, or the first one there is."""
        if card is not None:
            return self.installations.get(card.client_id)
        return next(iter(self.installations.values()), None)

    def add_application(self, card: ApplicationCard) -> Installation:
        """Add a local application or install a Marketplace one as the administrator."""
        return lifecycle.add_application(self, card)

    def finish_install(self, card: ApplicationCard) -> None:
        """Do what setInstallFinish does: INSTALLED=Y, then ONAPPINSTALL."""
        lifecycle.finish_install(self, card)

    def update_application(self, card: ApplicationCard, version: int) -> None:
        """Install another version."""
        lifecycle.update_application(self, card, version)

    def uninstall(self, card: ApplicationCard, *, clean: bool) -> None:
        """Remove an application, with or without its settings and data."""
        lifecycle.uninstall(self, card, clean=clean)

    def withhold_scope(self, card: ApplicationCard, scope: str) -> None:
        """Take a scope from an installed application."""
        self.installations[card.client_id].withheld.add(scope)

    def grant_scope(self, card: ApplicationCard, scope: str) -> None:
        """Give a withheld scope back."""
        self.installations[card.client_id].withheld.discard(scope)

    def opens(
        self,
        placement: str = "DEFAULT",
        *,
        user: User,
        card: ApplicationCard | None = None,
        lang: str = "ru",
        options: dict[str, Any] | None = None,
        referer: str = "",
        handler: str = "",
    ) -> frame.FramePost:
        """Open the application's frame, or raise FrameRefused."""
        request = frame.FrameRequest(placement.upper(), user, lang, options or {}, referer, handler)
        return frame.open_frame(self, card, request)

    def issue_tokens(self, card: ApplicationCard, user: User) -> Tokens:
        """Issue a pair of tokens for a user of an application."""
        now = self.world.clock.timestamp()
        return self.world.tokens.issue(card.client_id, self.member_id, user.id, now)

    def expire_tokens(self, card: ApplicationCard) -> None:
        """Expire the application's access tokens now."""
        self.world.tokens.expire_access(card.client_id, self.member_id)

    def webhook(self, user: User, scopes: Iterable[str]) -> str:
        """Make an incoming webhook and return its base address."""
        secret = self.world.tokens.secret(8)
        self.webhooks[secret] = Webhook(user.id, secret, frozenset(scopes))
        return f"{self.client_endpoint}{user.id}/{secret}/"

    # failures

    def delete(self, answer: faults.DeletedAnswer = "json") -> None:
        """Delete the portal: it answers PORTAL_DELETED (`json`), a page with 403 (`page`), or not at all (`gone`)."""
        self.deleted = answer

    def restore(self) -> None:
        """Bring a deleted portal back."""
        self.deleted = ""

    def switch_off(self, kind: str, row_id: Any) -> None:
        """Switch a pay system, delivery service, connector, site, cash register or line off."""
        switches.switch(self, kind, row_id, on=False)

    def switch_on(self, kind: str, row_id: Any) -> None:
        """Switch it on again."""
        switches.switch(self, kind, row_id, on=True)

    def remove(self, kind: str, row_id: Any) -> None:
        """Delete a pay system, delivery service, stage, pipeline, connector, site and so on."""
        switches.remove(self, kind, row_id)

    def fill_disk(self, *, full: bool = True) -> None:
        """Leave no space on the disk, or free it again: uploads are refused as documented."""
        self.extra["disk_full"] = full
