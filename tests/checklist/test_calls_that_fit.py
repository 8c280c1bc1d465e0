"""What goes in every run goes however much it is; what only may go fills the room; what was left out keeps its moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from b24app.bitrix24.no_answer import NoAnswer
from b24app.bitrix24.responses import Command, Outcome
from b24app.checklist.engine.earlier_answers import KEPT_FOR, EarlierAnswers
from b24app.checklist.engine.fact import EarlierFacts, Facts, Reason
from b24app.checklist.engine.gather import gather
from b24app.checklist.engine.wanted_calls import fair_shares
from b24app.checklist.facts.channels.connector_states import ConnectorStates
from b24app.checklist.facts.delivery.order_months import OrderMonths
from b24app.checklist.facts.payments.pay_settings import PaySettingsById
from b24app.manifest import read_manifest
from b24app.rest_client import RestClient
from tests.checklist.conftest import Shop

SCOPES = read_manifest().scopes
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
OFF = {"7", "8"}  # pay systems of the sandbox's shop that are switched off


@dataclass
class Watched:
    """A door that keeps what went through it; behind it is the real one."""

    client: RestClient
    sent: list[list[str]] = field(default_factory=list)

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        self.sent.append(list(commands))
        return self.client.batch(commands)

    def parts(self, fact: str) -> list[str]:
        """What was asked for one fact."""
        keys = (key for batch in self.sent for key in batch)
        return [key.removeprefix(f"{fact}.") for key in keys if key.startswith(f"{fact}.")]


def run(shop: Shop, earlier: EarlierFacts | None = None) -> tuple[Facts, Watched]:
    door = Watched(shop.client())
    return gather(door, shop.now, SCOPES, earlier=earlier or EarlierFacts(), salt="salt"), door


def runs(shop: Shop, count: int) -> Iterable[tuple[Facts, Watched]]:
    """One run a day, each after the one before."""
    earlier = EarlierFacts()
    for _ in range(count):
        facts, door = run(shop, earlier)
        yield facts, door
        earlier = EarlierFacts(facts, shop.now)
        shop.world.clock.advance(days=1)


def add_pay_systems(shop: Shop, count: int) -> None:
    table = shop.portal.tables["paysystem"]
    pattern = dict(table.get(2) or {})
    for number in range(count):
        table.add({**pattern, "ID": 1000 + number, "NAME": f"Система {number}"})


def add_connectors(shop: Shop, count: int) -> None:
    for number in range(count):
        row = {"ID": f"made{number}", "NAME": f"Канал {number}", "ACTIVE": False, "LINES": [], "ERROR": False}
        shop.portal.tables["connector"].add(row)


def test_an_ordinary_shop_is_asked_in_three_requests(shop: Shop) -> None:
    assert [len(door.sent) for _, door in runs(shop, 3)] == [3, 3, 3]


@pytest.mark.parametrize(
    ("needs", "room", "shares"),
    [
        ([3, 5, 2], 20, [3, 5, 2]),
        ([60, 3, 70], 50, [23, 3, 24]),
        ([60, 70], 0, [0, 0]),
        ([60], -5, [0]),
        ([], 7, []),
    ],
)
def test_facts_of_many_objects_share_what_room_there_is(
    needs: list[int], room: int, shares: list[int]
) -> None:
    assert fair_shares(needs, room) == shares


def test_every_active_pay_system_is_asked_about_in_every_run(shop: Shop) -> None:
    add_pay_systems(shop, 30)
    for facts, door in runs(shop, 2):
        settings = facts.of(PaySettingsById)
        assert settings is not None
        assert {str(1000 + number) for number in range(30)} < set(settings.systems)
        assert set(settings.asked_at) <= OFF
        assert [len(batch) for batch in door.sent][:2] == [49, 50]
        assert len(door.sent) <= 4


def test_what_passes_the_bound_keeps_its_moment_and_is_first_the_next_time(shop: Shop) -> None:
    add_pay_systems(shop, 60)
    (first, at_first), (second, then) = runs(shop, 2)
    settings, later = first.of(PaySettingsById), second.of(PaySettingsById)
    assert settings is not None
    assert later is not None
    assert len(at_first.sent) == len(then.sent) == 4
    every = {system.id for system in second.values["pay_systems"].for_orders()}
    left_out = every - set(at_first.parts("pay_settings"))
    assert left_out
    assert set(settings.systems) == every - left_out
    assert left_out < set(then.parts("pay_settings"))
    assert set(later.systems) == every
    assert set(later.asked_at) == every - set(then.parts("pay_settings"))
    assert set(later.asked_at.values()) == {shop.now - 2 * DAY}


def test_a_pay_system_that_is_gone_keeps_no_answer(shop: Shop) -> None:
    first, _ = run(shop)
    earlier = EarlierFacts(first, shop.now)
    shop.portal.remove("pay_system", 2)
    second, _ = run(shop, earlier)
    assert "2" in first.values["pay_settings"].systems
    assert "2" not in second.values["pay_settings"].systems


@dataclass
class HalfDeaf:
    """A door behind which silence swallows some answers; the rest is the real one."""

    client: RestClient
    lost: frozenset[str]

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        outcomes = self.client.batch(commands)
        return {key: NoAnswer() if key in self.lost else one for key, one in outcomes.items()}


def test_silence_about_a_part_keeps_what_was_known_of_it(shop: Shop) -> None:
    first, _ = run(shop)
    at = shop.now
    shop.world.clock.advance(days=1)
    door = HalfDeaf(shop.client(), frozenset({"pay_settings.2", "pay_settings.3"}))
    second = gather(door, shop.now, SCOPES, earlier=EarlierFacts(first, at), salt="salt")
    settings = second.of(PaySettingsById)
    assert settings is not None
    assert set(settings.systems) == set(first.values["pay_settings"].systems)
    assert settings.asked_at == {"2": at, "3": at}


def test_silence_about_all_of_a_fact_refuses_it_unless_it_was_known(shop: Shop) -> None:
    first, _ = run(shop)
    lost = frozenset(f"pay_settings.{key}" for key in first.values["pay_settings"].systems)
    found = gather(HalfDeaf(shop.client(), lost), shop.now, SCOPES, salt="salt")
    assert found.refusals["pay_settings"].reason is Reason.UNREACHABLE
    found = gather(
        HalfDeaf(shop.client(), lost), shop.now, SCOPES, earlier=EarlierFacts(first, shop.now), salt="salt"
    )
    assert found.values["pay_settings"].systems == first.values["pay_settings"].systems
    assert set(found.values["pay_settings"].asked_at.values()) == {shop.now}


def test_a_portal_of_which_nothing_is_heard_has_no_facts_of_yesterday(shop: Shop) -> None:
    first, _ = run(shop)
    shop.portal.answer_next("cut", times=None)
    found, _ = run(shop, EarlierFacts(first, shop.now))
    assert not found.values


def test_settings_go_before_what_is_slow_to_count(shop: Shop) -> None:
    _, door = run(shop)
    order = [key.partition(".")[0] for batch in door.sent for key in batch]
    slow = order.index("catalogue_totals")
    assert all(order.index(name) < slow for name in ("pay_settings", "delivery_configs", "connector_states"))


def test_thirty_connectors_are_all_asked_within_three_days_and_those_alive_every_day(shop: Shop) -> None:
    add_connectors(shop, 26)
    asked = []
    for facts, door in islice(runs(shop, 8), 1, None):
        states = facts.of(ConnectorStates)
        assert states is not None
        assert set(states.alive()) <= set(door.parts("connector_states"))
        assert len(states.pairs) == 60
        assert all(shop.now - at <= 3 * DAY for at in states.asked_at.values())
        asked.append(set(door.parts("connector_states")))
        assert len(door.sent) <= 4
    for three in zip(asked, asked[1:], asked[2:], strict=False):
        assert len(set().union(*three)) == 60


def test_a_new_connector_is_asked_about_at_once(shop: Shop) -> None:
    add_connectors(shop, 26)
    *_, (before, _) = runs(shop, 3)
    shop.portal.tables["connector"].add(
        {"ID": "zzz", "NAME": "Новый", "ACTIVE": True, "LINES": [16], "ERROR": False}
    )
    facts, door = run(shop, EarlierFacts(before, shop.now - DAY))
    assert {"zzz@15", "zzz@16"} <= set(door.parts("connector_states"))
    assert "zzz@16" in facts.values["connector_states"].alive()


def test_months_that_are_over_are_kept_with_their_moment_when_there_is_no_room(shop: Shop) -> None:
    first, _ = run(shop)
    earlier = EarlierFacts(first, shop.now)
    shop.world.clock.advance(hours=1)
    add_pay_systems(shop, 200)
    second, door = run(shop, earlier)
    months = second.of(OrderMonths)
    assert months is not None
    assert months.months[0].count >= first.values["order_months"].months[0].count
    assert months.months[1:] == first.values["order_months"].months[1:]
    assert set(door.parts("order_months")).isdisjoint(months.asked_at)


def test_an_answer_that_nobody_could_renew_for_a_month_is_dropped() -> None:
    known = EarlierAnswers({"a": 1, "b": 2}, {"a": NOW - KEPT_FOR, "b": NOW - DAY})
    assert known.filled_up({"c": 3}, {"a", "b", "c"}, NOW) == ({"c": 3, "b": 2}, {"b": NOW - DAY})


def test_what_was_not_left_out_is_not_kept_either() -> None:
    known = EarlierAnswers({"a": 1, "b": 2}, {"a": NOW - DAY, "b": NOW - DAY})
    assert known.filled_up({"a": 5}, {"a"}, NOW) == ({"a": 5}, {})


@pytest.mark.parametrize(("age", "is_due"), [(timedelta(days=2), True), (timedelta(days=1, hours=23), False)])
def test_an_object_is_due_when_it_has_waited(age: timedelta, is_due: bool) -> None:
    known = EarlierAnswers({"a": 1}, {"a": NOW - age})
    assert (known.due(["a"], NOW, timedelta(days=2)) == ["a"]) is is_due
    assert known.due(["new"], NOW, timedelta(days=2)) == ["new"]
