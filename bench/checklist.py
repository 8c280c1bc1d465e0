"""One run of the checklist: requests and seconds beside the same facts asked one by one.

`python -m bench.checklist [--rows N] [--latency-ms N]`; the portal is in this process, with the latency asked for.
"""

import argparse
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import requests

from b24app.bitrix24.oauth import Tokens
from b24app.bitrix24.portal_address import Address
from b24app.bitrix24.rate_limit import LocalStore, RateLimit, bucket_of
from b24app.bitrix24.retries import Pace
from b24app.checklist.engine.fact import Asking, Facts, load_facts
from b24app.checklist.engine.gather import gather
from b24app.checklist.engine.judge import judge
from b24app.errors import PortalError
from b24app.manifest import read_manifest
from b24app.portals.token_store import OneToken
from b24app.rest_client import Connection, RestClient
from sandbox.world import World

HOST = "shop.bitrix24.example"
ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Measure:
    """What a way of asking cost."""

    name: str
    requests: int
    seconds: float


def open_portal(rows: int, latency_ms: int) -> tuple[World, RestClient]:
    """A sandbox portal with our application in it, and a client to it."""
    world = World(now=datetime.now(UTC))
    card = world.register_application(
        client_id="local.bench", client_secret="-", title="Bench", app_url="https://bench.example/app",
        scopes=read_manifest().scopes,
    )  # fmt: skip
    portal = world.add_portal(HOST, rows=rows)
    portal.add_application(card)
    world.latency = latency_ms / 1000
    world.pause = time.sleep
    portal.limits.enabled = False  # how fast the bucket drains is the wire bench's question
    tokens = OneToken(
        Tokens(
            portal.issue_tokens(card, portal.admin).access, "", expires_at=datetime(2100, 1, 1, tzinfo=UTC)
        )
    )

    def session() -> requests.Session:
        opened = requests.Session()
        opened.mount("https://", world.adapter())
        return opened

    line = Connection(
        Address(f"https://{HOST}/rest/"),
        tokens,
        session,
        RateLimit(LocalStore(), bucket_of("ru_ent"), Pace()),
    )
    return world, RestClient(line)


def by_batches(client: RestClient, now: datetime) -> tuple[Measure, Facts]:
    """All facts in as few requests as they fit in."""
    before, started = client.requests_sent, time.perf_counter()
    facts = gather(client, now, read_manifest().scopes, salt="bench")
    return Measure("batches", client.requests_sent - before, time.perf_counter() - started), facts


def one_by_one(client: RestClient, now: datetime, facts: Facts) -> Measure:
    """The same calls, each in its own request."""
    before, started = client.requests_sent, time.perf_counter()
    for spec in load_facts().values():
        for command in spec.calls(Asking(now, facts)).values():
            try:
                client.call(command.method, command.params, write=False)
            except PortalError as error:
                print(f"  {command.method}: {error}")
    return Measure("one by one", client.requests_sent - before, time.perf_counter() - started)


def judging(facts: Facts, now: datetime) -> float:
    """Median milliseconds to judge every check over facts that are here."""
    judge(facts, now)
    spent = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        judge(facts, now)
        spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="deals of the portal; other records follow")
    parser.add_argument("--latency-ms", type=int, default=60, help="pause before each answer")
    options = parser.parse_args()
    world, client = open_portal(options.rows, options.latency_ms)
    now = world.clock.now().astimezone(ZoneInfo("Europe/Moscow"))
    batches, facts = by_batches(client, now)
    alone = one_by_one(client, now, facts)
    for measure in (batches, alone):
        print(f"{measure.name:12} {measure.requests:4} requests {measure.seconds:7.2f} s")
    print(f"judging      {len(facts.values):4} facts    {judging(facts, now):7.2f} ms")


if __name__ == "__main__":
    main()
