"""Facts come in two requests, never without their scope, and a cut batch is resumed."""

from b24app.checklist.fact import load_facts
from b24app.checklist.gather import gather
from b24app.checklist.refusal import Reason
from b24app.manifest import read_manifest
from tests.checklist.conftest import Shop

SCOPES = read_manifest().scopes


def test_asks_for_everything_in_two_requests(shop: Shop) -> None:
    door = shop.door()
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
    door = shop.door()
    facts = gather(door, shop.now, SCOPES)
    assert {no.reason for no in facts.refusals.values()} == {Reason.PLAN}
    assert not facts.values
    assert door.requests_sent == 1


def test_keeps_no_secret_of_a_pay_system(shop: Shop) -> None:
    told = repr(shop.facts("pay_settings"))
    assert "test-secret" not in told
    assert "fingerprint" in told
