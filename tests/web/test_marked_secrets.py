"""A portal's life with marked secrets in every documented place: none of the marks comes to rest in what we write."""

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select, text

from b24app.bitrix24.call_texts import unpack_bytes
from b24app.checklist.model import KeptFact, RunResult
from b24app.database import db, every_portal, portal_scope
from b24app.logs import set_up_logs
from b24app.portals.client_factory import open_client
from b24app.reminders.dispatch import try_channel
from b24app.reminders.model import ChannelSetting
from b24app.reminders.outbox import list_deliveries
from b24app.reminders.reminder_jobs import remind_portal
from b24app.reminders.reminder_settings import set_channel
from b24app.renewal.renewal_stages import Role
from b24app.renewal.situation_reading import set_role
from b24app.rest_client import Command
from b24app.settings import Settings
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.term import Author
from sandbox.shop import pay_systems
from sandbox.world import World
from tests.actors import Actor
from tests.worlds import DAY_OF_THE_STORY

MARK = "metka"
HOOK = f"https://127.0.0.1/services/T1/{MARK}hook1?sign={MARK}hook2"
PAGES = (
    "/renewal",
    "/money/plan",
    "/settings",
    "/settings/reminders",
    "/shop",
    "/no-such-page",
)
TOKENS = ("AUTH_ID", "REFRESH_ID", "APPLICATION_TOKEN")
# What the sandbox's shop keeps in its settings of payments and deliveries.
SETTINGS = ("live_sandbox_", "lavka-api", "sandbox-00000", "sandbox-express-token", "902000")


@dataclass
class Lines:
    """Every log line of the test, as the handler of the real log writes it."""

    out: io.StringIO

    def all(self) -> list[str]:
        return self.out.getvalue().splitlines()


@pytest.fixture
def lines(settings: Settings, socket_enabled: None) -> Iterator[Lines]:
    """The log at its most talkative level, every logger of ours and of others, in a text of its own."""
    set_up_logs(settings.model_copy(update={"log_level": "debug"}))
    root = logging.getLogger()
    handler = next(one for one in root.handlers if one.get_name() == "b24app")
    found = Lines(io.StringIO())
    handler.setStream(found.out)
    for name in ("urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield found
    set_up_logs(settings)


def plant(actor: Actor) -> None:
    """Marks in people, clients, and the settings of registers, pay systems and deliveries."""
    tables = actor.portal.tables
    for user in actor.portal.users:
        user.name, user.last_name, user.email = f"{MARK}name", f"{MARK}last", f"{MARK}@shop.example"
        user.fields |= {"WORK_POSITION": f"{MARK}position", "PERSONAL_MOBILE": "+7 916 555-44-33"}
    for row in tables["cashbox"].all():
        tables["cashbox"].update(
            row["ID"], EMAIL=f"{MARK}@kkm.example", NUMBER_KKM=f"{MARK}kkm", NAME=f"{MARK}register"
        )
    client = tables["contact"].ids[0]
    phone = [{"ID": "1", "VALUE_TYPE": "WORK", "VALUE": f"+7 916 555-44-33 {MARK}", "TYPE_ID": "PHONE"}]
    tables["contact"].update(
        client, NAME=f"{MARK}client", COMMENTS=f"{MARK}comment", PHONE=phone, EMAIL=phone
    )
    company = tables["company"].ids[0]
    tables["company"].update(company, TITLE=f"{MARK}company", COMMENTS=f"{MARK}comment", PHONE=phone)


def live(actor: Actor, run_jobs: Callable[[], int]) -> None:
    """Openings, checks, reading of people, refusals, reminders and a failing webhook."""
    opened = actor.opens()
    for page in PAGES:
        opened.get(page)
    actor.opens(user=actor.portal.employee)
    post = actor.portal.opens(user=actor.portal.admin)
    actor.sends(post, **dict.fromkeys(TOKENS, f"{MARK}token"))
    actor.client.get(
        f"/renewal?AUTH_ID={MARK}query&frame_token={MARK}page", headers={"X-Frame-Token": f"{MARK}page"}
    )
    actor.client.get(f"/status/{MARK}{'x' * 30}.{MARK}{'y' * 30}")
    run_jobs()
    door = open_client(actor.portal_id)
    door.batch({
        "people": Command("user.get", {"filter": {"NAME": f"{MARK}name"}}),
        "clients": Command("crm.contact.list", {"filter": {"EMAIL": f"{MARK}@shop.example"}, "select": ["*", "PHONE"]}),
        "companies": Command("crm.company.list", {"select": ["*", "PHONE"]}),
        "registers": Command("sale.cashbox.list"),
        "settings": Command("sale.paysystem.settings.get", {"ID": pay_systems.ROBOKASSA, "PERSON_TYPE_ID": 0}),
        "wrong": Command("crm.contact.add", {"fields": {"PASSWORD": f"{MARK}pass", "NAME": f"{MARK}name"}}),
    })  # fmt: skip
    door.call("sale.paysystem.settings.get", {"ID": pay_systems.YOOKASSA, "PERSON_TYPE_ID": 0})
    door.call("crm.contact.list", {"select": ["*", "PHONE", "EMAIL"]})
    actor.portal.refuse_next(
        "STRANGE", method="profile", description=f"The value '{MARK} 1' of {MARK}@shop.example"
    )
    door.batch({"me": Command("profile")})
    with portal_scope(actor.portal_id):
        by = Author(1, f"{MARK}name")
        set_paid_term("plan", DAY_OF_THE_STORY.date(), by=by, at=DAY_OF_THE_STORY)
        set_role(Role.RESPONSIBLE, user_id=actor.portal.admin.id, name=f"{MARK}last", email="")
        set_channel("webhook", enabled=True, address="https://hooks.example/renewal")
        webhook = db.session.scalar(select(ChannelSetting).where(ChannelSetting.code == "webhook"))
        webhook.address = HOOK  # as the last release could save it, before addresses were judged at the form
        db.session.commit()
    remind_portal(actor.portal_id)
    try_channel(actor.portal_id, "webhook", actor.portal.admin.id)


def stored(*tables: str) -> list[str]:
    rows = []
    for table in tables:
        found = db.session.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608
        rows += [str(tuple(map(opened, row))) for row in found]
    return rows


def opened(value: object) -> object:
    """Texts of calls lie packed: they are looked through unpacked."""
    return unpack_bytes(bytes(value)).decode() if isinstance(value, bytes | memoryview) else value


def found_by_runs() -> list[str]:
    with every_portal():
        found = [
            *db.session.scalars(select(KeptFact.content)),
            *db.session.scalars(select(RunResult.verdicts)),
        ]
    return [one.decode() for one in found]


def test_marked_secrets_come_to_rest_nowhere(
    north: Actor, lines: Lines, run_jobs: Callable[[], int], world: World
) -> None:
    plant(north)
    live(north, run_jobs)
    calls, logged = stored("call_log"), lines.all()
    # The recipient's own name is the delivery's business; the webhook's address and the errors are looked at.
    sent = [str((line.recipient, line.error)) for line in list_all(north)]
    hooks = [
        str(tuple(row)) for row in db.session.execute(text("SELECT recipient, target, error FROM delivery"))
    ]
    hooks += [str(tuple(row)) for row in db.session.execute(text("SELECT address, test_error FROM channel"))]
    facts = found_by_runs()
    searched = [*calls, *logged, *sent, *hooks]
    assert any("webhook" in line.channel and line.state == "failed" for line in list_all(north))
    assert any("crm.contact.list" in row for row in calls)
    assert any("https://127.0.0.1/***" in row for row in hooks)
    tokens = {*world.tokens.access, *world.tokens.refresh}
    assert [row[:300] for row in searched if MARK in row or "555-44" in row] == []
    assert [row[:300] for row in [*searched, *facts] if any(word in row for word in SETTINGS)] == []
    assert [row[:300] for row in [*searched, *facts] if any(token in row for token in tokens)] == []
    counts = {"calls": len(calls), "log": len(logged), "deliveries": len(sent + hooks), "facts": len(facts)}
    assert min(counts.values()) > 7, counts


def list_all(actor: Actor) -> list[object]:
    with portal_scope(actor.portal_id):
        return list(list_deliveries())
