"""Channels, lines and calls: what is lost is told whenever it broke, what is everyday life is not."""

from datetime import date

import pytest

from b24app.checklist.checks.channels.sip_connector_paid import sip_connector_paid
from b24app.checklist.engine.check import Baseline
from b24app.checklist.engine.fact import EarlierFacts, Facts
from b24app.checklist.engine.gather import gather
from b24app.checklist.engine.judge import judge
from b24app.checklist.engine.stored_facts import dump_verdict, load_verdict
from b24app.checklist.engine.verdict import Level, Verdict, sentence
from b24app.checklist.facts.channels.connector_states import ConnectorStates
from b24app.checklist.facts.channels.sip_connector import SipConnector
from b24app.checklist.facts.plan.employees import Employees
from b24app.manifest import read_manifest
from sandbox.portal import Portal
from sandbox.user import User
from tests.checklist.conftest import Shop
from tests.checklist.test_losses import Damage, change, drop, off
from tests.worlds import DAY_OF_THE_STORY

UNTIL = date(2027, 1, 16)


def call(place: int, code: str) -> Damage:
    """The call of this place from the end; 120 of them fell into the last week."""
    return lambda portal: portal.tables["call"].update(
        portal.tables["call"].ids[-place], CALL_FAILED_CODE=code
    )


def channel(code: str, *lines: int, error: bool = False) -> Damage:
    row = {"ID": code, "NAME": code.upper(), "ACTIVE": bool(lines), "LINES": list(lines), "ERROR": error}
    return lambda portal: portal.tables["connector"].add(row)


def all_of(*damages: Damage) -> Damage:
    def damage(portal: Portal) -> None:
        for one in damages:
            one(portal)

    return damage


def whys(verdict: Verdict) -> list[tuple[str, str]]:
    return [(line.label, line.sentence.message) for line in verdict.evidence if line.level is not None]


@pytest.mark.parametrize(
    ("place", "code", "level"),
    [
        (60, "402", Level.FAIL),
        (115, "423", Level.FAIL),
        (155, "402", Level.WARN),
        (60, "403", Level.WARN),
        (155, "403", Level.PASS),
        (60, "404", Level.PASS),
        (5, "486", Level.PASS),
    ],
)
def test_one_refused_call_among_all_is_found(shop: Shop, place: int, code: str, level: Level) -> None:
    assert shop.after("calls_not_refused", call(place, code)).level is level


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (drop("connector", "telegrambot"), "the channel was removed from the portal"),
        (change("connector", "telegrambot", ACTIVE=False), "it is not connected any more"),
        (change("connector", "telegrambot", LINES=[16]), "it is not connected any more"),
        (change("connector", "telegrambot", ERROR=True), "the channel reports an error"),
    ],
)
def test_a_lost_channel_says_why(shop: Shop, damage: Damage, why: str) -> None:
    found = shop.after("connectors_work", damage)
    assert found.level is Level.FAIL
    assert {(label.partition(" — ")[0], told) for label, told in whys(found)} == {("Telegram", why)}


def test_channels_of_a_line_that_went_off_are_lost_with_it(shop: Shop) -> None:
    found = shop.after("connectors_work", off("open_line", "15"))
    assert found.level is Level.FAIL
    assert ("ВКонтакте — Поддержка покупателей", "its line is off or gone") in whys(found)


def test_a_channel_that_was_broken_before_the_first_snapshot_is_told(shop: Shop) -> None:
    shop.portal.tables["connector"].update("vkgroup", ACTIVE=False, ERROR=True)
    assert shop.verdict("connectors_work").level is Level.FAIL


def test_a_channel_that_another_one_replaced_is_worth_a_look(shop: Shop) -> None:
    found = shop.after("connectors_work", all_of(drop("connector", "telegrambot"), channel("new", 15, 16)))
    assert found.level is Level.WARN
    assert {label for label, _ in whys(found)} == {
        "Telegram — Поддержка покупателей",
        "Telegram — Оптовый отдел",
    }


def test_a_channel_that_moved_to_another_line_is_worth_a_look(shop: Shop) -> None:
    found = shop.after("connectors_work", change("connector", "vkgroup", LINES=[16]))
    assert (found.level, whys(found)) == (
        Level.WARN,
        [("ВКонтакте — Поддержка покупателей", "it answers in another line now")],
    )


def test_a_new_channel_does_not_hide_a_lost_one_of_another_line(shop: Shop) -> None:
    found = shop.after("connectors_work", all_of(drop("connector", "vkgroup"), channel("new", 16)))
    assert found.level is Level.FAIL


def test_channels_that_nobody_connected_raise_nothing_and_are_counted(shop: Shop) -> None:
    found = shop.after("connectors_work", all_of(*(channel(f"app{number}") for number in range(26))))
    assert found.level is Level.PASS
    assert found.evidence[-1].sentence.values == {"count": 60, "fresh": 60, "waiting": 0}


def test_answers_of_earlier_runs_are_counted_and_dated(shop: Shop) -> None:
    for number in range(26):
        channel(f"app{number}")(shop.portal)
    facts = shop.facts()
    at, day = shop.now, shop.now.date()
    shop.world.clock.advance(days=1)
    facts = gather(shop.client(), shop.now, read_manifest().scopes, earlier=EarlierFacts(facts, at))
    states = facts.of(ConnectorStates)
    assert states is not None
    older = len(states.asked_at)
    found = judge(facts, shop.now, codes=["connectors_work"])["connectors_work"]
    assert [line.sentence.values for line in found.evidence] == [
        {"count": 60, "fresh": 60 - older, "waiting": 0},
        {"count": older, "day": day},
    ]
    assert older > 20


def dismiss(portal: Portal, line: str, count: int) -> None:
    queue = (portal.tables["openline"].get(line) or {})["QUEUE"][:count]
    for user in portal.users:
        user.active = user.active and user.id not in queue


@pytest.mark.parametrize(("line", "count", "level"), [("16", 9, Level.WARN), ("15", 1, Level.PASS)])
def test_a_queue_of_dismissed_people_answers_nobody(shop: Shop, line: str, count: int, level: Level) -> None:
    assert shop.after("open_lines_staffed", lambda portal: dismiss(portal, line, count)).level is level


def paid(is_paid: bool, until: date | None) -> SipConnector:
    return SipConnector(is_paid, until, 0)


@pytest.mark.parametrize(
    ("before", "now", "level"),
    [
        (paid(True, UNTIL), paid(False, None), Level.FAIL),
        (paid(True, None), paid(False, None), Level.FAIL),
        (paid(False, None), paid(False, None), Level.NA),
        (None, paid(False, None), Level.NA),
        (None, paid(True, UNTIL), Level.PASS),
        (None, paid(True, date(2026, 12, 5)), Level.WARN),
        (None, paid(False, date(2026, 11, 5)), Level.FAIL),
        (None, paid(True, None), Level.UNKNOWN),
        (SipConnector(False, None, 60), SipConnector(False, None, 0), Level.WARN),
        (SipConnector(False, None, 60), SipConnector(False, None, 30), Level.NA),
    ],
)
def test_what_was_paid_and_is_not_any_more_is_lost(
    before: SipConnector | None, now: SipConnector, level: Level
) -> None:
    facts = Facts({"sip_connector": before} if before else {})
    assert sip_connector_paid(now, DAY_OF_THE_STORY, Baseline(facts, DAY_OF_THE_STORY)).level is level


def test_a_portal_that_never_had_a_mail_service_needs_none(shop: Shop) -> None:
    for row_id in list(shop.portal.tables["mail_service"].ids):
        shop.portal.tables["mail_service"].delete(row_id)
    assert shop.verdict("mail_services_active").level is Level.NA
    assert shop.verdict("mail_services_active", shop.facts("mail_services")).level is Level.NA


@pytest.mark.parametrize("more", [1, 130])
def test_every_employee_is_looked_at(shop: Shop, more: int) -> None:
    first = len(shop.facts("employees").values["employees"].first)
    shop.portal.users += [User(9000 + number, "Имя", "Фамилия") for number in range(50 - first + more)]
    found = shop.facts("employees").of(Employees)
    assert found is not None
    assert (found.total, len(found.first)) == (50 + more, 50 + more)


def test_why_calls_were_refused_is_said_in_the_readers_language(shop: Shop) -> None:
    found = shop.after("calls_not_refused", call(60, "402"))
    assert found.sentence.values["names"] == (sentence("No money (402)"),)
    assert load_verdict(dump_verdict(found)) == found
