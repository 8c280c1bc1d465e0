"""Facts come in few requests, never without their scope, and a cut batch is resumed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from b24app.bitrix24.no_answer import (
    CertificateRefused,
    LineCut,
    NoAnswer,
    PageInstead,
    PortalRests,
)
from b24app.checklist.engine.fact import FactRefusal, Facts, Reason, load_facts
from b24app.checklist.engine.gather import gather
from b24app.errors import AnswerBroken, PortalError, PortalGone, VendorFault
from b24app.manifest import read_manifest
from b24app.rest_client import Command, Outcome, RestClient
from tests.checklist.conftest import Shop

SCOPES = read_manifest().scopes
FIRST_BATCH, HALVES = 49, [25, 24]
"""Commands of the first batch, and what it is halved into: a new fact may change them."""


def test_asks_for_everything_in_three_requests(shop: Shop) -> None:
    client = shop.client()
    facts = gather(client, shop.now, SCOPES)
    assert client.requests_sent == 3
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
    client = shop.client()
    facts = gather(client, shop.now, SCOPES)
    assert {no.reason for no in facts.refusals.values()} == {Reason.PLAN}
    assert not facts.values
    assert client.requests_sent == 1


def test_keeps_no_secret_of_a_pay_system(shop: Shop) -> None:
    told = repr(shop.facts("pay_settings"))
    assert "test-secret" not in told
    assert "fingerprint" in told


@dataclass
class NarrowClient:
    """A client whose small batches alone arrive in time; the rest is the real one."""

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
    narrow = NarrowClient(shop.client(), 30, VendorFault("ERROR", "timeout"))
    facts = gather(narrow, shop.now, SCOPES)
    assert not facts.refusals
    assert narrow.sizes[:3] == [FIRST_BATCH, *HALVES]


@pytest.mark.parametrize(
    "error", [NoAnswer(), PageInstead("", http=404), CertificateRefused(), LineCut(), PortalRests(), PortalGone("portal_deleted")]
)  # fmt: skip
def test_what_says_nothing_of_commands_splits_no_batch(shop: Shop, error: PortalError) -> None:
    narrow = NarrowClient(shop.client(), 0, error)
    facts = gather(narrow, shop.now, SCOPES)
    assert not facts.values
    assert narrow.sizes == [FIRST_BATCH]


def test_halves_that_both_fail_prove_nothing_about_commands(shop: Shop) -> None:
    narrow = NarrowClient(shop.client(), 0, VendorFault("INTERNAL_SERVER_ERROR"))
    facts = gather(narrow, shop.now, SCOPES)
    assert {no.reason for no in facts.refusals.values()} == {Reason.BROKEN}
    assert narrow.sizes == [FIRST_BATCH, *HALVES]


@dataclass
class Poisoned:
    """A client of which one command takes the whole answer with it; the rest is the real one."""

    client: RestClient
    key: str
    sizes: list[int] = field(default_factory=list)

    def batch(self, commands: Mapping[str, Command]) -> dict[str, Outcome]:
        self.sizes.append(len(commands))
        if self.key in commands:
            raise AnswerBroken("", "JSON cut short")
        return self.client.batch(commands)


def test_the_one_command_that_breaks_the_answer_is_found_by_halves(shop: Shop) -> None:
    narrow = Poisoned(shop.client(), "pay_systems")
    facts = gather(narrow, shop.now, SCOPES)
    assert facts.refusals["pay_systems"].reason is Reason.BROKEN
    built_on_it = {name for name, spec in load_facts().items() if "pay_systems" in spec.uses}
    assert set(facts.refusals) <= {"pay_systems", *built_on_it}
    assert "application" in facts.values
    assert len(narrow.sizes) <= 1 + 2 * 6 + 2


def test_a_portal_that_falls_silent_between_the_batches_is_asked_once_more_only(shop: Shop) -> None:
    narrow = NarrowClient(shop.client(), 50, NoAnswer())
    real = narrow.batch

    def batch(commands: Mapping[str, Command]) -> dict[str, Outcome]:
        answers = real(commands)
        narrow.most = 0
        return answers

    narrow.batch = batch  # type: ignore[method-assign]
    facts = gather(narrow, shop.now, SCOPES)
    assert len(narrow.sizes) == 2
    assert facts.values
    assert Reason.UNREACHABLE in {no.reason for no in facts.refusals.values()}


def test_a_key_that_the_answer_lost_is_asked_for_again(shop: Shop) -> None:
    narrow = NarrowClient(shop.client(), 50, VendorFault(), lost="pay_systems")
    facts = gather(narrow, shop.now, SCOPES, names=["pay_systems", "me"])
    assert facts.refusals["pay_systems"].reason is Reason.BROKEN
    assert "me" in facts.values


def test_a_newer_word_replaces_an_older_one() -> None:
    no = FactRefusal(Reason.RIGHT)
    both = Facts({"a": 1, "b": 2}, {"c": no}).joined(Facts({"c": 3}, {"a": no}))
    assert (both.values, both.refusals) == ({"b": 2, "c": 3}, {"a": no})
