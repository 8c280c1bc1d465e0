"""Found values: what each rule reads from what is stored, and that what is not known is neither met nor a difference."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from b24app.backup.model import BackupCopy, CopyKind, CopyState
from b24app.checklist.engine.fact import FactRefusal, Facts, Reason
from b24app.checklist.engine.own_facts import Register, RegisterEntry
from b24app.checklist.facts.channels.open_lines import OpenLine, OpenLines
from b24app.checklist.facts.payments.cash_registers import CashRegister, CashRegisters
from b24app.checklist.facts.payments.pay_settings import PaySettings, PaySettingsById
from b24app.checklist.facts.payments.pay_systems import PaySystem, PaySystems
from b24app.checklist.facts.plan.named_people import NamedPeople
from b24app.checklist.facts.site.sites import Site, Sites
from b24app.database import db, portal_scope
from b24app.integrators.rights import Right
from b24app.integrators.standards.deviation_query import DIFFERS, MET, NOT_KNOWN, LineCount
from b24app.integrators.standards.found_values import digest_of, read_rule
from b24app.integrators.standards.model import FoundValue
from b24app.integrators.standards.rule_registry import load_rules
from b24app.integrators.standards.standard_rule import Comparing, FoundReading, KnownOfPortal, agrees
from b24app.portals.model import Person
from b24app.services import services
from tests.conftest import DAY_OF_THE_STORY
from tests.integrators.standard_story import Story

pytestmark = pytest.mark.dialect
NOW = DAY_OF_THE_STORY


def known(**facts: object) -> KnownOfPortal:
    return KnownOfPortal(NOW, Facts(facts), NOW)


def told(code: str, **facts: object) -> tuple[int | None, tuple[str, ...], str]:
    found = read_rule(load_rules()[code], known(**facts))
    return found.number, found.names, found.lack


def registers(*rows: tuple[bool, bool]) -> CashRegisters:
    return CashRegisters(
        tuple(
            CashRegister(str(n), f"Касса {n}", active=on, enabled=there) for n, (on, there) in enumerate(rows)
        )
    )


SHOP = PaySystem("1", "ЮKassa", active=True, entity_registry_type="ORDER")
LIVE, TEST, UNTOLD = (
    PaySettings(("KEY",), (), False, ""),
    PaySettings(("KEY",), (), True, "", ("switch",)),
    PaySettings((), (), False, ""),
)
HOOK = RegisterEntry("incoming_webhook", "Сайт", 7)
LINE = OpenLine("1", "Чат", True, ("7",))


@pytest.mark.parametrize(
    ("code", "facts", "found"),
    [
        ("cash_register", {"cash_registers": registers((True, True))}, (1, (), "")),
        ("cash_register", {"cash_registers": registers((True, True), (True, False))}, (0, ("Касса 1",), "")),
        ("cash_register", {"cash_registers": registers((False, True))}, (0, ("Касса 0",), "")),
        ("cash_register", {"cash_registers": registers()}, (-1, (), "")),
        ("cash_register", {}, (None, (), "never")),
        ("pay_test_mode", {"pay_systems": PaySystems((SHOP,)), "pay_settings": PaySettingsById({"1": LIVE})}, (0, (), "")),
        ("pay_test_mode", {"pay_systems": PaySystems((SHOP,)), "pay_settings": PaySettingsById({"1": TEST})}, (1, ("ЮKassa",), "")),
        ("pay_test_mode", {"pay_systems": PaySystems((SHOP,)), "pay_settings": PaySettingsById({"1": UNTOLD})}, (None, (), "not_told")),
        ("pay_test_mode", {"pay_systems": PaySystems(()), "pay_settings": PaySettingsById({})}, (None, (), "nothing")),
        ("left_webhooks", {"register": Register(())}, (None, (), "no_list")),
        ("left_webhooks", {"register": Register((HOOK,)), "named_people": NamedPeople({"7": True})}, (0, (), "")),
        ("left_webhooks", {"register": Register((HOOK,)), "named_people": NamedPeople({"7": False})}, (1, ("Сайт",), "")),
        ("left_webhooks", {"register": Register((HOOK,)), "named_people": NamedPeople({})}, (None, (), "no_owner")),
        ("left_webhooks", {"register": Register((RegisterEntry("application", "1С"),))}, (0, (), "")),
        ("empty_lines", {"open_lines": OpenLines((LINE,)), "named_people": NamedPeople({"7": False})}, (1, ("Чат",), "")),
        ("shop_published", {"sites": Sites((Site("1", "Лавка", "STORE", active=True),))}, (1, (), "")),
        ("shop_published", {"sites": Sites((Site("1", "Лавка", "STORE"),))}, (0, ("Лавка",), "")),
        ("shop_published", {"sites": Sites(())}, (-1, (), "")),
        ("administrators", {}, (None, (), "never")),
    ],
)  # fmt: skip
def test_a_rule_tells_its_value_or_why_there_is_none(code, facts, found):
    assert told(code, **facts) == found


@pytest.mark.parametrize(
    ("reason", "lack"),
    [
        (Reason.SCOPE, "scope"),
        (Reason.RIGHT, "right"),
        (Reason.UNREACHABLE, "refused"),
        (Reason.METHOD, "not_told"),
    ],
)
def test_a_refusal_of_the_portal_is_said_as_one(reason, lack):
    refused = KnownOfPortal(NOW, Facts({}, {"cash_registers": FactRefusal(reason)}), NOW)
    assert read_rule(load_rules()["cash_register"], refused).lack == lack


def test_every_rule_reads_facts_that_exist_and_is_whole():
    from b24app.checklist.engine.stored_facts import kinds

    for rule in load_rules().values():
        assert set(rule.facts) <= set(kinds()), rule.code
        assert rule.right in (Right.CHECKS, Right.COPY)
        assert not rule.choices or rule.usual in rule.choices
        if rule.comparing is Comparing.SAME:
            assert rule.words is not None
            assert set(rule.choices) <= set(rule.words)


@pytest.mark.parametrize(
    ("code", "expected", "reading", "agreed"),
    [
        ("cash_register", 1, FoundReading(number=-1), False),
        ("deliveries", 1, FoundReading(number=2), True),
        ("left_webhooks", 0, FoundReading(number=1), False),
        ("copy_age", 24, FoundReading(moment=NOW - timedelta(hours=24)), True),
        ("copy_age", 24, FoundReading(moment=NOW - timedelta(hours=24, seconds=1)), False),
        ("copy_age", 24, FoundReading(number=-1), False),
        ("copy_age", 24, FoundReading(moment=NOW + timedelta(hours=2)), False),
    ],
)
def test_a_value_agrees_with_the_expected_number(code, expected, reading, agreed):
    assert agrees(load_rules()[code], expected, reading, NOW) is agreed


def test_values_with_other_names_are_other_values():
    one, two = (FoundReading(number=1, names=(name,)) for name in ("ЮKassa", "Робокасса"))
    assert digest_of(one) != digest_of(two)
    assert digest_of(FoundReading(lack="never")) == ""


def test_the_shop_of_the_sandbox_is_read(story: Story):
    values = story.values()
    assert set(values) == set(load_rules())
    assert (values["cash_register"].number, values["cash_register"].lack) == (1, "")
    assert values["administrators"].number == 1
    assert values["left_webhooks"].lack == "no_list"
    assert values["copy_age"].number == -1
    assert values["cash_register"].read_at is not None


def test_a_value_that_changes_has_its_own_beginning(story: Story):
    first = story.values()["cash_register"].since
    story.world.clock.advance(hours=5)
    story.checks()
    assert story.values()["cash_register"].since == first
    story.world.clock.advance(hours=5)
    story.breaks()
    row = story.values()["cash_register"]
    assert (row.number, row.since) == (0, row.read_at)
    assert first is not None
    assert row.since is not None
    assert row.since > first


def test_a_beginning_that_a_clock_ahead_wrote_is_not_believed(story: Story):
    with portal_scope(story.client.portal_id):
        ahead = services().clock.now() + timedelta(days=40)
        db.session.execute(update(FoundValue).values(since=ahead))
        db.session.commit()
    story.reads()
    assert story.values()["cash_register"].since == story.values()["cash_register"].read_at


def test_value_is_compared_with_value(story: Story):
    assert (story.state("cash_register"), story.counts()["cash_register"].met) == (MET, 1)
    story.breaks()
    row = next(row for row in story.rows("open") if row.code == "cash_register")
    assert (row.number, row.state, bool(row.names)) == (0, DIFFERS, True)
    assert story.counts()["cash_register"].differs == 1


def test_what_was_read_long_ago_is_not_known(story: Story):
    story.world.clock.advance(hours=49)
    assert story.state("cash_register") == NOT_KNOWN
    story.world.clock.advance(hours=-60)
    assert story.state("cash_register") == NOT_KNOWN, "of a moment to come"


def test_too_few_administrators_that_we_know_are_no_difference(story: Story):
    assert story.state("administrators") == NOT_KNOWN
    with portal_scope(story.client.portal_id):
        now = services().clock.now()
        db.session.add(Person(user_id=77, name="Второй", is_admin=True, seen_at=now, role_seen_at=now))
        db.session.commit()
    story.reads()
    assert story.state("administrators") == MET
    with portal_scope(story.client.portal_id):
        row = db.session.scalar(select(Person).where(Person.user_id == 77))
        assert row is not None
        row.role_seen_at = services().clock.now() - timedelta(days=91)
        db.session.commit()
    story.reads()
    assert story.state("administrators") == NOT_KNOWN


def test_the_age_of_a_copy_moves_by_itself(story: Story):
    assert story.state("copy_age") == DIFFERS, "there is no copy"
    with portal_scope(story.client.portal_id):
        now = services().clock.now()
        db.session.add(
            BackupCopy(
                kind=CopyKind.MANUAL,
                state=CopyState.DONE,
                created_at=now,
                read_at=now - timedelta(hours=20),
                begun_at=now,
            )
        )
        db.session.commit()
    story.reads()
    assert story.state("copy_age") == MET
    story.world.clock.advance(hours=5)
    assert story.state("copy_age") == DIFFERS
    (row,) = [row for row in story.rows("open") if row.code == "copy_age"]
    assert row.moment is not None


def test_without_the_right_nothing_is_seen_and_nothing_judged(story: Story):
    story.breaks()
    story.given(Right.TERMS)
    assert {row.state for row in story.rows()} == {NOT_KNOWN}
    assert {(row.sees, row.number, row.digest, row.lack, row.read_at) for row in story.rows()} == {
        (False, None, None, None, None)
    }
    story.given(Right.TERMS, Right.COPY)
    seen = {row.code for row in story.rows() if row.sees}
    assert seen == {"copy_age"}


def test_a_consent_that_ended_leaves_no_client(story: Story):
    story.breaks()
    story.ends()
    assert story.rows() == []
    assert story.counts()["cash_register"] == LineCount()


def test_the_expected_value_may_change(story: Story):
    story.breaks()
    story.standard({"cash_register": 0})
    assert story.state("cash_register") == MET


def test_an_unknown_fact_of_another_release_is_not_read(story: Story):
    with portal_scope(story.client.portal_id):
        db.session.add(FoundValue(code="gone_rule", number=1))
        db.session.commit()
    story.reads()
    assert "gone_rule" not in story.values()
