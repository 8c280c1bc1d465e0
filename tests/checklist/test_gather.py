"""Facts come in two requests, never without their scope, and a cut batch is resumed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from b24app.checklist.engine.fact import FactRefusal, Facts, Reason, load_facts
from b24app.checklist.engine.gather import gather
from b24app.errors import PortalError, Unreachable, VendorFault
from b24app.manifest import read_manifest
from b24app.rest_client import Command, Outcome, RestClient
from tests.checklist.conftest import Shop

SCOPES = read_manifest().scopes


def test_asks_for_everything_in_two_requests(shop: Shop) -> None:
    door = shop.client()
    facts = gather(door, shop.now, SCOPES)
    assert door.requests_sent == 2
    assert set(facts.values) == set(load_facts())


def test_sends_nothing_without_its_scope(shop: Shop) -> None:
    shop.world.requests.clear()
    facts = shop.facts(scopes=set(SCOPES) - {"telephony"})
    assert facts.refusals["phone_lines"].reason is Reason.SCOPE
    assert facts.refusals["phone_lines"].needs == ("telephony",)
    assert "application" in facts.values


def test_a_missing_right_refuses_one_fact_and_no_other(shop: Shop) -> None:
    facts = shop.facts(user=shop.portal.employee)
    assert facts.refusals["pay_systems"].reason is Reason.RIGHT
    assert facts.refusals["pay_settings"].reason is Reason.RIGHT
    assert facts.of(load_facts()["application"].kind) is not None


def test_resumes_a_batch_that_was_cut(shop: Shop) -> None:
    shop.portal.answer_next("truncated", times=4, method="batch")
    facts = shop.facts()
    assert not facts.refusals


def test_a_lapsed_plan_is_the_reason_of_every_fact(shop: Shop) -> None:
    shop.portal.lapse_to_free()
    door = shop.client()
    facts = gather(door, shop.now, SCOPES)
    assert {no.reason for no in facts.refusals.values()} == {Reason.PLAN}
    assert not facts.values
    assert door.requests_sent == 1


def test_keeps_no_secret_of_a_pay_system(shop: Shop) -> None:
    told = repr(shop.facts("pay_settings"))
    assert "test-secret" not in told
    assert "fingerprint" in told


@dataclass
class NarrowDoor:
    """A door behind which only small batches arrive in time; the rest is the real one."""

    client: RestClient
    most: int
    error: PortalError
    lost: str = ""
    sizes: list[int] = field(default_factory=list)

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        self.sizes.append(len(commands))
        if len(commands) > self.most:
            raise self.error
        outcomes = self.client.batch(commands)
        outcomes.pop(self.lost, None)
        return outcomes


def test_a_batch_that_does_not_fit_in_time_is_halved_in_order_of_worth(shop: Shop) -> None:
    door = NarrowDoor(shop.client(), 30, VendorFault("ERROR", "timeout"))
    facts = gather(door, shop.now, SCOPES)
    assert not facts.refusals
    assert door.sizes[:3] == [49, 25, 24]


def test_a_dead_portal_is_not_asked_fifty_times(shop: Shop) -> None:
    door = NarrowDoor(shop.client(), 0, Unreachable("timeout"))
    facts = gather(door, shop.now, SCOPES)
    assert {no.reason for no in facts.refusals.values()} == {Reason.UNREACHABLE}
    assert len(door.sizes) < 20


def test_a_key_that_the_answer_lost_is_asked_for_again(shop: Shop) -> None:
    door = NarrowDoor(shop.client(), 50, VendorFault(), lost="pay_systems")
    facts = gather(door, shop.now, SCOPES, names=["pay_systems", "me"])
    assert facts.refusals["pay_systems"].reason is Reason.BROKEN
    assert "me" in facts.values


def test_a_newer_word_replaces_an_older_one() -> None:
    no = FactRefusal(Reason.RIGHT)
    both = Facts({"a": 1, "b": 2}, {"c": no}).joined(Facts({"c": 3}, {"a": no}))
    assert (both.values, both.refusals) == ({"b": 2, "c": 3}, {"a": no})
