"""A portal that refuses applications: what has ended is told in its own words, also where the portal uses one word for two."""

from datetime import date

import pytest

from b24app.bitrix24.error_codes import read_refusal
from b24app.checklist.checks.plan.portal_answers import portal_answers
from b24app.checklist.engine.fact import FactRefusal, Reason, refusal_of
from b24app.checklist.engine.own_facts import OtherTerm, Terms
from b24app.checklist.engine.verdict import Level
from b24app.checklist.facts.apps.application import Application
from tests.worlds import DAY_OF_THE_STORY

PAST, LATER = date(2026, 11, 14), date(2027, 3, 1)
COMMERCIAL = ("ACCESS_DENIED", "REST is available only on commercial plans.")


def terms(**ends: date | None) -> Terms:
    return Terms(tuple(OtherTerm(kind, "", day) for kind, day in ends.items()))


def said(code: str, words: str, known: Terms | None = None) -> str:
    no = refusal_of(read_refusal(code, words))
    found = portal_answers({"application": no}, DAY_OF_THE_STORY, None, known)
    assert found.level is Level.FAIL
    assert found.evidence[0].sentence.values == {"code": code, "description": words}
    return found.sentence.message


@pytest.mark.parametrize(
    ("known", "begins"),
    [
        (None, "The plan or the BitrixGPT + Marketplace subscription has ended"),
        (terms(marketplace=PAST), "The plan or the BitrixGPT + Marketplace subscription has ended"),
        (terms(plan=PAST, marketplace=LATER), "The plan ended on"),
        (terms(plan=LATER, marketplace=PAST), "The BitrixGPT + Marketplace subscription ended on"),
        (terms(plan=LATER), "By your dates the plan is paid until"),
        (terms(plan=LATER, marketplace=LATER), "By your dates the plan is paid until"),
    ],
)
def test_the_same_words_for_two_ends_are_told_apart_by_our_dates(known: Terms | None, begins: str) -> None:
    assert said(*COMMERCIAL, known).startswith(begins)


@pytest.mark.parametrize(
    ("code", "words", "begins"),
    [
        (
            "PAYMENT_REQUIRED",
            "Subscription has been ended",
            "The BitrixGPT + Marketplace subscription has ended",
        ),
        (
            "PORTAL_BLOCKED_BY_LICENSE_SCANNER",
            "Portal is blocked by the license scanner.",
            "The portal is locked by",
        ),
        ("OVERLOAD_LIMIT", "REST API is blocked due to overload.", "Bitrix24 has blocked the requests"),
        ("verification_needed", "License check failed.", "The plan or the BitrixGPT"),
    ],
)
def test_each_refusal_of_the_whole_portal_has_its_words(code: str, words: str, begins: str) -> None:
    assert said(code, words).startswith(begins)


def test_the_free_plan_is_told_though_the_portal_answers() -> None:
    found = portal_answers({}, DAY_OF_THE_STORY, Application("ru_project"))
    assert found.level is Level.FAIL
    assert portal_answers({}, DAY_OF_THE_STORY, Application("ru_std")).level is Level.PASS


def test_silence_says_nothing_about_terms() -> None:
    silent = {"application": FactRefusal(Reason.UNREACHABLE)}
    assert portal_answers(silent, DAY_OF_THE_STORY, None, terms(plan=PAST)).level is Level.UNKNOWN
