"""A shop in the sandbox, asked for facts through the real door, without a database."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import requests

from b24app.bitrix24.oauth import Tokens
from b24app.bitrix24.portal_address import Address
from b24app.bitrix24.rate_limit import LocalStore, RateLimit, bucket_of
from b24app.bitrix24.retries import Pace
from b24app.checklist.engine.check import Baseline
from b24app.checklist.engine.fact import EarlierFacts, Facts
from b24app.checklist.engine.gather import gather, needed_facts
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.own_facts import (
    DiskUse,
    LastBackup,
    OtherTerm,
    OwnCopy,
    OwnParts,
    PlanLimits,
    PublicAddress,
    PublicAddresses,
    PutBack,
    Register,
    RegisterEntry,
    ReturnedTestEvents,
    Terms,
)
from b24app.checklist.engine.runs import facts_behind
from b24app.checklist.engine.verdict import Verdict
from b24app.checklist.test_writes.write_outcome import WriteOutcomes
from b24app.manifest import read_manifest
from b24app.portals.token_store import OneToken
from b24app.rest_client import Connection, RestClient
from sandbox.application import ApplicationCard
from sandbox.portal import Portal
from sandbox.user import User
from sandbox.world import World


@dataclass
class Shop:
    """A portal of the sandbox with our application, and what may be asked of it."""

    world: World
    portal: Portal
    card: ApplicationCard
    http: Callable[[], requests.Session]
    own: dict[str, object] = field(default_factory=dict)

    def client(self, user: User | None = None) -> RestClient:
        tokens = self.portal.issue_tokens(self.card, user or self.portal.admin)
        pair = OneToken(Tokens(tokens.access, "", expires_at=datetime(2030, 1, 1, tzinfo=UTC)))
        clock = self.world.clock
        pace = Pace(now=lambda: clock.now().timestamp(), sleep=lambda seconds: clock.advance(seconds=seconds))
        line = Connection(
            Address(f"https://{self.portal.host}/rest/"),
            pair,
            self.http,
            RateLimit(LocalStore(), bucket_of(self.portal.plan), pace),
        )
        return RestClient(line)

    @property
    def now(self) -> datetime:
        return self.world.clock.now().astimezone(ZoneInfo("Europe/Moscow"))

    def facts(
        self,
        *names: str,
        user: User | None = None,
        scopes: Collection[str] | None = None,
        known: Facts | None = None,
        before: Facts | None = None,
    ) -> Facts:
        granted = read_manifest().scopes if scopes is None else scopes
        wanted = needed_facts(names) if names else None
        own = Facts(self.own).joined(known or Facts())
        baseline = EarlierFacts(before or Facts(), self.now)
        return gather(
            self.client(user), self.now, granted, names=wanted, known=own, baseline=baseline, salt="salt"
        )

    def verdict(self, code: str, before: Facts | None = None, user: User | None = None) -> Verdict:
        """Judge one check over the shop as it is now, against how it was before."""
        facts = Facts(self.own)
        if names := facts_behind([code]):
            facts = self.facts(*names, user=user, known=facts, before=before)
        return judge(facts, self.now, Baseline(before or Facts(), self.now), [code])[code]

    def after(self, code: str, damage: Callable[[Portal], object]) -> Verdict:
        """Take a baseline, do the damage, and judge."""
        before = self.facts(*facts_behind([code]))
        damage(self.portal)
        return self.verdict(code, before)


def own_parts(app_host: str = "renewal.example") -> dict[str, object]:
    """What our side knows about a healthy portal."""
    manifest = read_manifest()
    return {
        "own_parts": OwnParts(
            app_host, manifest.events, manifest.placements, manifest.version, manifest.scopes
        ),
        "terms": Terms(
            (
                OtherTerm("plan", "", date(2027, 3, 1), confirmed=True),
                OtherTerm("marketplace", "", date(2027, 6, 1), confirmed=True),
            )
        ),
        "plan_limits": PlanLimits("ru_std", users=50, orders=1000),
        "register": Register((RegisterEntry("application", "1С"),)),
        "public_addresses": PublicAddresses(
            {"3": PublicAddress("lavka.example", ok=True, counters=("900000001", "G-SANDBOX001"))},
            {"splitpay.example": PublicAddress("splitpay.example", ok=True)},
        ),
        "last_backup": LastBackup(datetime(2026, 11, 29, tzinfo=UTC)),
        "own_copy": OwnCopy(),
        "put_back": PutBack(),
        "probes": WriteOutcomes(),
        "disk_use": DiskUse(),
        "event_echoes": ReturnedTestEvents(),
    }


@pytest.fixture
def shop(world: World, http: Callable[[], requests.Session]) -> Shop:
    portal = world.add_portal("shop.bitrix24.example")
    card = next(iter(world.applications.values()))
    portal.add_application(card)
    portal.finish_install(card)
    return Shop(world, portal, card, http, own_parts())
