"""Edges of the answer: what is said when something is not known, and never a hole in a sentence."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from b24app.bitrix24.error_codes import Refusal
from b24app.checklist.engine.checklist_view import checklist_view
from b24app.errors import PlanLapsed
from b24app.pages.renewal.renewal_view import RenewalView, renewal_view
from b24app.portals.availability import note_refusal
from b24app.renewal.case import LastAnswer
from b24app.renewal.case_changes import mark_stage, open_case
from b24app.renewal.headline import write_headline
from b24app.renewal.next_step import next_step
from b24app.renewal.progress_steps import draw_steps
from b24app.renewal.recovery import PortalRefusal, works_of
from b24app.renewal.renewal_stages import Stage
from b24app.renewal.situation_reading import situation_of
from b24app.terms.corrections import correct_fact
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.policy import State
from b24app.terms.profile import change_profile
from b24app.terms.stored_terms import timeline_view
from b24app.text.messages import NOTHING
from b24app.text.translation import Translator
from tests.renewal.conftest import END, TODAY
from tests.terms.conftest import AT, MARINA

pytestmark = pytest.mark.cases

DAYS = [END - timedelta(days=left) for left in (60, 30, 23, 14, 5, 3, 0, -1, -10, -15, -16, -40)]


def steps_of(found: RenewalView):
    return [stage.step for stage in found.stages]


def situation(day: date):
    now = datetime.combine(day, AT.timetz())
    return situation_of(timeline_view(now, day).main, now, day)


def sentences(day: date, language: str) -> list[str]:
    s, speech = situation(day), Translator(language)
    answer, step = write_headline(s), next_step(s)
    said = [answer.word, answer.about, answer.answer, answer.lead, answer.why]
    said += [step.title, step.reason, step.duty, step.action_text, step.other_text]
    said += [part for item in draw_steps(s) for part in (item.title, item.short, item.text)]
    return [speech.say(part) for part in said]


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(
    "stage", [None, Stage.INVOICE_REQUESTED, Stage.INVOICE_RECEIVED, Stage.APPROVED, Stage.PAID]
)
def test_no_sentence_has_a_hole_on_any_day_at_any_stage(shop, day, stage, language):
    if stage:
        mark_stage(open_case(find_paid_term("plan"), AT).id, stage, by=MARINA, at=AT, on=TODAY)
    for text in sentences(day, language):
        assert "%(" not in text
        assert "None" not in text
        assert not text.endswith((".. ", " .", ".."))


def test_the_story_reads_as_on_the_screen(shop):
    texts = [text.replace("\u00a0", " ") for text in sentences(TODAY, "ru")]
    assert texts[0] == "Всё по срокам"
    assert texts[2] == "До конца тарифа 23 дня"
    assert texts[4].startswith("Перевод занимает 3 рабочих дня. 14 льготных дней — до 6 января")
    assert texts[5] == "Заказать счёт у партнёра"
    assert texts[6] == "До 15 декабря 2026 г."


NUMBERS = {
    1: (
        "Перевод занимает 1 рабочий день. 1 льготный день — до",
        "The bank needs 1 working day. 1 day of grace ends",
    ),
    2: (
        "Перевод занимает 2 рабочих дня. 2 льготных дня — до",
        "The bank needs 2 working days. 2 days of grace end",
    ),
    5: (
        "Перевод занимает 5 рабочих дней. 5 льготных дней — до",
        "The bank needs 5 working days. 5 days of grace end",
    ),
}


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_are_said_as_people_say_them(shop, number):
    russian, english = NUMBERS[number]
    change_profile(by=MARINA, at=AT, transfer_days=number)
    correct_fact("policy:cloud", "grace_days", str(number), reason="договор", by=MARINA, at=AT)
    why = write_headline(situation(TODAY)).why
    assert Translator("ru").say(why).replace("\u00a0", " ").startswith(russian)
    assert Translator("en").say(why).replace("\u00a0", " ").startswith(english)


@pytest.mark.parametrize(
    ("left", "words"), [(1, "остался 1 день"), (2, "осталось 2 дня"), (5, "осталось 5 дней")]
)
def test_the_last_days_of_grace_are_said_right(shop, left, words):
    answer = write_headline(situation(END + timedelta(days=14 - left)))
    assert words in Translator("ru").say(answer.answer).replace("\u00a0", " ")
    assert words in Translator("ru").say(answer.word).replace("\u00a0", " ")


def test_without_approval_nothing_is_said_of_it(shop):
    change_profile(by=MARINA, at=AT, approval_days=0)
    assert "Согласование" not in Translator("ru").say(next_step(situation(TODAY)).reason)


def test_a_card_needs_no_bank_days_and_no_grace_is_not_promised(shop):
    change_profile(by=MARINA, at=AT, method="card", transfer_days=0)
    correct_fact("policy:cloud", "grace_days", "0", reason="договор", by=MARINA, at=AT)
    assert Translator("en").say(write_headline(situation(TODAY)).why) == (
        "The money arrives at once. There are no grace days after the end."
    )


def test_a_card_is_not_said_to_wait_for_the_bank(shop):
    change_profile(by=MARINA, at=AT, method="card")
    why = Translator("ru").say(write_headline(situation(TODAY)).why).replace("\u00a0", " ")
    assert why.startswith("Деньги приходят сразу, 1 рабочий день оставлен на повтор платежа.")


def test_an_unnamed_plan_is_not_guessed(shop):
    s = replace(situation(TODAY), plan_name=type(situation(TODAY).plan_name)(""))
    assert write_headline(s).about.message == "until %(day)s"


def test_without_an_end_nothing_is_counted(portal):
    set_paid_term("plan", None, by=MARINA, at=AT)
    found = renewal_view(AT, TODAY, checklist_view())
    assert found.answer.about.message == ""
    assert steps_of(found)[1].text.message == ""


def test_outside_of_holidays_nothing_is_said_of_banks(shop):
    set_paid_term("plan", date(2027, 4, 15), by=MARINA, at=AT)
    assert "closed" not in write_headline(situation(date(2027, 4, 1))).why.message


def test_after_the_last_chance_only_a_card_helps(shop):
    change_profile(by=MARINA, at=AT, transfer_days=12)
    s = situation(date(2026, 12, 22))
    assert s.state is State.CRITICAL
    assert write_headline(s).lead.message.startswith("Pay by card today")


def test_a_step_whose_day_has_passed_is_not_offered_by_that_day(shop):
    steps = draw_steps(situation(date(2026, 12, 26)))
    assert [step.code for step in steps if step.late] == ["activation"]
    assert {step.text.message for step in steps if step.late} == {"it had to be done by %(day)s"}


@pytest.mark.parametrize(("day", "by"), [(18, 18), (19, 23)])
def test_after_the_last_day_of_a_transfer_the_payment_is_by_card(shop, day, by):
    invoice, payment = draw_steps(situation(date(2026, 12, day)))[1:3]
    assert (payment.by, payment.late) == (date(2026, 12, by), False)
    assert (invoice.state == "none") is (day > 18)


def test_a_step_is_late_from_the_day_after_its_own(shop):
    assert not draw_steps(situation(date(2026, 12, 15)))[1].late
    assert draw_steps(situation(date(2026, 12, 16)))[1].late


def test_a_step_that_is_done_tells_when_and_no_deadline(shop):
    case = open_case(find_paid_term("plan"), AT)
    mark_stage(case.id, Stage.INVOICE_RECEIVED, by=MARINA, at=AT, on=date(2026, 11, 27))
    mark_stage(case.id, Stage.PAID, by=MARINA, at=AT, on=date(2026, 11, 28))
    _window, invoice, payment, *_ = draw_steps(situation(TODAY))
    assert [(step.text.message, step.text.values["day"].day) for step in (invoice, payment)] == [
        ("done on %(day)s", 27),
        ("done on %(day)s", 28),
    ]


def test_a_step_that_was_passed_over_tells_nothing(shop):
    mark_stage(open_case(find_paid_term("plan"), AT).id, Stage.PAID, by=MARINA, at=AT)
    assert draw_steps(situation(TODAY))[1].text == NOTHING


def test_an_invoice_on_its_way_is_not_late(shop):
    mark_stage(open_case(find_paid_term("plan"), AT).id, Stage.INVOICE_REQUESTED, by=MARINA, at=AT)
    step = draw_steps(situation(TODAY))[1]
    assert (step.text.message, step.by) == ("ordered, on its way", None)


def test_nobody_named_is_nobody_shown(portal):
    set_paid_term("plan", END, by=MARINA, at=AT)
    assert renewal_view(AT, TODAY, checklist_view()).step.who is None


@pytest.mark.parametrize(
    "day", [date(2026, 11, 30), date(2026, 12, 20), END, date(2026, 12, 26), date(2027, 1, 20)]
)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_on_premise_licence_is_no_plan_of_the_cloud(portal, day, language):
    change_profile(by=MARINA, at=AT, edition="on_premise")
    set_paid_term("on_premise", END, by=MARINA, at=AT)
    text = " ".join(sentences(day, language)).lower()
    assert not re.search("тариф|free plan|the plan |my plan", text)
    assert "%(" not in text


def test_a_blocked_licence_lets_nobody_in(portal):
    change_profile(by=MARINA, at=AT, edition="on_premise")
    set_paid_term("on_premise", END, by=MARINA, at=AT)
    day = date(2027, 1, 20)
    assert [ok for ok, _text in works_of(situation(day), PortalRefusal(), LastAnswer())] == [None]
    note_refusal(
        PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans"),
        datetime.combine(day, AT.timetz()),
    )
    s = situation(day)
    works = [
        text.message for ok, text in works_of(s, PortalRefusal(Refusal.PLAN_LAPSED), s.last_answer) if ok
    ]
    assert works == ["Data is safe"]
