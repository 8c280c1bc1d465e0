"""Over by the written date alone: the new date is asked for first and paying comes second, so that nobody pays twice."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from b24app.bitrix24.error_codes import Refusal
from b24app.errors import MarketplaceEnded, PlanLapsed
from b24app.pages.renewal.employee_card import _changes, _lead
from b24app.portals.availability import note_answer, note_refusal
from b24app.reminders.kinds import MessageDraft, Planned
from b24app.reminders.schedule import draft_message
from b24app.renewal.case import Situation
from b24app.renewal.headline import write_headline
from b24app.renewal.next_step import next_step
from b24app.renewal.recovery import PortalRefusal, recovery, works_of
from b24app.renewal.situation_reading import situation_of
from b24app.terms.stored_terms import timeline_view
from b24app.terms.term import TermKind
from b24app.text.translation import Translator
from tests.renewal.conftest import END
from tests.terms.conftest import AT

DAY = END + timedelta(days=20)
NOW = datetime.combine(DAY, AT.timetz())


def seen() -> Situation:
    return situation_of(timeline_view(NOW, DAY).main, NOW, DAY)


def said(*sentences: object) -> str:
    return " ".join(Translator("ru").say(one) for one in sentences)


def letter_of(s: Situation) -> MessageDraft:
    return draft_message(Planned("key", "line", "lapsed", DAY, 0), s, s.plan_name)


def never(_shop: object) -> None:
    """The portal has not answered at all."""


def long_ago(_shop: object) -> None:
    note_answer(NOW - timedelta(days=3))


def as_paid(_shop: object) -> None:
    note_answer(NOW - timedelta(hours=2))


def only_the_subscription(_shop: object) -> None:
    note_refusal(
        MarketplaceEnded("PAYMENT_REQUIRED", "Subscription has been ended"), NOW - timedelta(hours=2)
    )


def on_the_free_plan(_shop: object) -> None:
    note_refusal(PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans"), NOW)


@pytest.mark.parametrize("heard", [never, long_ago, as_paid, only_the_subscription])
def test_the_new_date_comes_before_the_payment(shop, heard):
    heard(shop)
    step = next_step(seen())
    assert (step.action, step.other) == ("write_new_date", "open_payment")
    assert said(step.title) == "Продлили? Впишите новую дату"
    assert "впишите новый последний оплаченный день" in said(step.reason)
    assert "на бесплатном тарифе" not in said(write_headline(seen()).answer)


def test_a_portal_that_says_it_is_on_the_free_plan_is_paid_for_at_once(shop):
    on_the_free_plan(shop)
    assert not seen().may_be_renewed
    assert next_step(seen()).action == "open_payment"
    assert "на бесплатном тарифе" in said(write_headline(seen()).answer)


def test_a_date_that_is_long_not_confirmed_is_not_confirmed_after_its_end(shop):
    assert next_step(replace(seen(), date_doubtful=True)).action == "write_new_date"


def test_a_refused_subscription_says_nothing_of_a_subscription_that_was_renewed(shop):
    only_the_subscription(shop)
    s = seen()
    assert s.may_be_renewed
    assert not replace(s, term=replace(s.term, kind=TermKind.MARKETPLACE)).may_be_renewed


@pytest.mark.parametrize("heard", [never, long_ago, as_paid])
def test_the_recovery_looks_before_it_pays(shop, heard):
    heard(shop)
    assert [step.code for step in recovery(seen(), PortalRefusal())][:2] == ["look", "pay"]


def test_nothing_is_said_to_stand_still_by_the_date_alone(shop):
    works = works_of(seen(), PortalRefusal(), seen().last_answer)
    assert [ok for ok, _ in works] == [None]
    assert False in [ok for ok, _ in works_of(seen(), PortalRefusal(Refusal.PLAN_LAPSED), seen().last_answer)]


@pytest.mark.parametrize("heard", [never, long_ago, as_paid])
def test_the_letter_asks_for_the_new_date_first(shop, heard):
    heard(shop)
    letter = letter_of(seen())
    assert re.search("[Вв]пишите", said(letter.lines[0]))
    assert "Не продлено" not in said(letter.subject)


def test_the_letter_says_not_renewed_when_the_portal_says_so(shop):
    on_the_free_plan(shop)
    assert said(letter_of(seen()).subject).startswith("Не продлено")


def test_the_letter_says_to_look_before_paying(shop):
    text = said(*letter_of(seen()).lines)
    assert text.index("не продлено ли уже, чтобы не заплатить дважды") < text.index("родлите")


@pytest.mark.parametrize(
    ("heard", "stand_still"), [(long_ago, False), (as_paid, False), (on_the_free_plan, True)]
)
def test_employees_are_not_told_that_the_exchange_stands_still(shop, heard, stand_still):
    heard(shop)
    lines = said(*(part for change in _changes(seen()) for part in (change.title, change.text)))
    assert ("не работают, пока тариф не продлён" in lines) is stand_still
    assert ("неизвестно" in said(_lead(seen()))) is (heard is long_ago)
