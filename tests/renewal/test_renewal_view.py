"""The answer, the next step and the stages of the tab, in every state of a renewal."""

from datetime import date, datetime, timedelta

import pytest

from b24app.checklist.engine.checklist_view import checklist_view
from b24app.errors import PlanLapsed, PortalLocked, Unreachable
from b24app.pages.renewal.renewal_view import RenewalView, renewal_view
from b24app.portals.availability import get_availability, note_answer, note_refusal
from b24app.renewal.case_changes import activate_case, change_case, mark_stage, open_case
from b24app.renewal.page_phase import Phase
from b24app.renewal.renewal_stages import Stage
from b24app.terms.paid_terms import find_paid_term, set_paid_term
from b24app.terms.policy import State
from b24app.terms.profile import change_profile
from tests.renewal.conftest import END, TODAY
from tests.terms.conftest import AT, MARINA


def steps_of(found: RenewalView):
    return [stage.step for stage in found.stages]


def view(day: date = TODAY):
    now = AT + (datetime.combine(day, AT.timetz()) - AT)
    return renewal_view(now, day, checklist_view())


def mark(stage: Stage, on: date = TODAY):
    case = open_case(find_paid_term("plan"), AT)
    return mark_stage(case.id, stage, by=MARINA, at=AT, on=on)


def test_the_answer_of_the_story(shop):
    found = view()
    assert (found.answer.level, found.answer.word.message) == ("pass", "On schedule")
    assert found.answer.answer.values["left"].values["count"] == 23
    assert found.answer.lead.values["day"] == date(2026, 12, 18)
    grace = found.answer.why.values
    assert (grace["day"], grace["first"]) == (date(2027, 1, 6), date(2026, 12, 31))


def test_the_next_step_of_the_story(shop):
    step = view().step
    assert (step.title.message, step.by) == ("Order the invoice from the partner", date(2026, 12, 15))
    assert step.reason.values["day"] == date(2026, 12, 15)
    assert (step.who.name, step.action, step.other) == (
        "Марина Ковалёва",
        "request_invoice",
        "mark_invoice_received",
    )


def test_the_steps_of_the_story(shop):
    steps = steps_of(view())
    assert [(s.code, s.state) for s in steps] == [
        ("window", "done"),
        ("invoice", "now"),
        ("payment", "ahead"),
        ("activation", "ahead"),
        ("verified", "ahead"),
    ]
    assert [s.by for s in steps] == [None, date(2026, 12, 15), date(2026, 12, 18), END, None]
    assert [s.who.name for s in steps if s.who] == [
        "Марина Ковалёва",
        "Олег Дроздов",
        "Игорь Лапин",
        "Марина Ковалёва",
    ]


def test_before_the_window_there_is_time_to_choose(shop):
    found = view(date(2026, 11, 1))
    assert (found.step.code, steps_of(found)[0].state) == ("prepare", "now")
    assert found.answer.word.message == "According to plan"
    assert found.answer.lead.values["day"] == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "level", "left"),
    [(date(2026, 12, 8), "pass", 15), (date(2026, 12, 9), "warn", 14), (date(2026, 12, 17), "warn", 6)],
)
def test_fourteen_days_before_it_is_time_to_pay(shop, day, level, left):
    found = view(day)
    assert (found.answer.level, found.answer.answer.values["left"].values["count"]) == (level, left)


def test_the_last_day_is_said_as_a_word(shop):
    change_profile(by=MARINA, at=AT, method="card")
    assert view(END).answer.answer.values["left"].message == "today"


def test_after_the_pay_day_a_card_comes_first(shop):
    found = view(date(2026, 12, 21))
    assert found.phase is Phase.LATE
    assert found.answer.answer.values["left"] == END
    assert found.answer.lead.values["day"] == date(2026, 12, 25)  # with the partner’s coupon
    invoice, payment = steps_of(found)[1:3]
    assert (invoice.state, payment.state, payment.by) == ("none", "now", END)


@pytest.mark.parametrize(
    ("stage", "code", "who"),
    [
        (Stage.CHOSEN, "invoice", "Марина Ковалёва"),
        (Stage.INVOICE_REQUESTED, "invoice_wait", "Марина Ковалёва"),
        (Stage.INVOICE_RECEIVED, "approve", "Марина Ковалёва"),
        (Stage.APPROVED, "pay", "Олег Дроздов"),
        (Stage.PAID, "activate", "Игорь Лапин"),
    ],
)
def test_each_stage_leads_to_the_next_person(shop, stage, code, who):
    mark(stage)
    step = view().step
    assert (step.code, step.who.name) == (code, who)


def test_a_card_needs_no_invoice(shop):
    change_profile(by=MARINA, at=AT, method="card", approval_days=0)
    found = view()
    assert (steps_of(found)[1].state, found.step.code) == ("none", "pay")


def test_paid_waits_without_nagging(shop):
    mark(Stage.PAID)
    found = view()
    assert (found.situation.state, found.answer.word.message) == (
        State.RENEWED_PENDING,
        "The money is on its way",
    )
    assert [s.state for s in steps_of(found)] == ["done", "done", "done", "now", "ahead"]


@pytest.mark.parametrize(("route", "third"), [("partner", ""), ("portal", "support")])
def test_a_payment_that_does_not_arrive_is_noticed(shop, route, third):
    change_profile(by=MARINA, at=AT, route=route)
    mark(Stage.PAID, on=date(2026, 12, 15))
    found = view(date(2026, 12, 21))
    late = found.situation.delays
    assert ([one.code for one in late], found.delays) == (["activation_late"], ())
    assert (found.step.third, found.answer.lead) == (third, late[0].message)


def test_what_was_sent_on_a_sunday_is_not_late_on_the_day_it_is_due(shop):
    change_profile(by=MARINA, at=AT, route="portal")
    mark(Stage.PAID, on=date(2026, 12, 13))
    found = view(date(2026, 12, 17))
    assert (found.situation.delays, found.answer.answer.message) == ((), "Paid. The money is due %(left)s")
    assert found.step.title.message == "Look into “My plan”"
    assert [one.code for one in view(date(2026, 12, 18)).situation.delays] == ["activation_late"]


def test_renewed_asks_for_the_comparison_until_it_is_verified(shop):
    case = mark(Stage.PAID)
    activate_case(case.id, date(2027, 12, 23), by=MARINA, at=AT)
    found = view()
    assert (found.situation.state, found.step.code) == (State.ACTIVE_AGAIN, "verify")
    assert [s.state for s in steps_of(found)] == ["done", "done", "done", "done", "now"]
    mark_stage(case.id, Stage.VERIFIED, by=MARINA, at=AT)
    assert view().situation.state is State.ACTIVE


def test_a_check_that_nobody_made_does_not_silence_the_next_year(shop):
    case = mark(Stage.PAID)
    activate_case(case.id, date(2027, 12, 23), by=MARINA, at=AT)
    found = view(date(2027, 12, 1))
    assert found.situation.state is State.WINDOW_OPEN
    assert not found.situation.paid


def test_in_grace_the_rest_of_it_is_counted(shop):
    found = view(date(2026, 12, 26))
    assert (found.answer.level, found.answer.word.values["left"].values["count"]) == ("fail", 11)
    assert (found.step.code, found.step.by) == ("rescue", date(2027, 1, 6))


def test_after_the_grace_the_way_back_is_shown(shop):
    found = view(date(2027, 1, 8))
    assert (found.situation.state, found.answer.level, found.step.by) == (State.LAPSED, "fail", None)


def test_a_locked_portal_says_so(shop):
    assert note_refusal(PortalLocked("PORTAL_BLOCKED_BY_LICENSE_SCANNER", "locked"), AT)
    assert view(date(2027, 1, 8)).situation.state is State.LOCKED
    assert note_answer(AT + timedelta(days=1))
    assert not get_availability().refused


def test_only_the_licences_own_refusals_count(shop):
    assert not note_refusal(Unreachable("timeout"), AT)
    assert not get_availability().refused
    assert note_refusal(PlanLapsed("ACCESS_DENIED", "REST is available only on commercial plans."), AT)
    assert not note_refusal(PlanLapsed("ACCESS_DENIED", "…"), AT + timedelta(hours=1))
    assert (get_availability().kind, get_availability().refused_since) == ("plan_lapsed", AT)
    assert note_answer(AT) is not False


def test_an_unknown_date_asks_for_it_first(portal):
    set_paid_term("plan", None, by=MARINA, at=AT)
    found = view()
    assert (found.step.action, found.answer.word.message) == ("write_date", "Date not confirmed")
    assert steps_of(found)[0].state == "now"


def test_an_old_date_asks_to_be_confirmed(portal):
    set_paid_term("plan", END, by=MARINA, at=AT - timedelta(days=200))
    assert view().step.action == "confirm_date"


def test_without_any_term_there_is_nothing_to_answer(portal):
    found = view()
    assert (found.answer, found.step, steps_of(found)) == (None, None, [])


@pytest.mark.parametrize(
    ("day", "word"),
    [(date(2026, 12, 8), "On schedule"), (date(2026, 12, 10), "Check the card"), (END, "Check the card")],
)
def test_with_autopay_nobody_is_told_to_pay(shop, day, word):
    set_paid_term("plan", END, by=MARINA, at=AT, autopay=True)
    assert view(day).answer.word.message == word
    assert [step.text.message for step in steps_of(view(day))[1:3]] == [
        "none is needed",
        "the card is charged on %(day)s",
    ]


def test_autopay_asks_to_check_the_card(shop):
    set_paid_term("plan", END, by=MARINA, at=AT, autopay=True)
    assert view().answer.lead.message.startswith("Autopay")
    assert (view().step.code, view().step.who.name) == ("autopay", "Олег Дроздов")


def test_a_late_step_is_marked(shop):
    change_profile(by=MARINA, at=AT, approval_days=0)
    mark(Stage.INVOICE_RECEIVED)
    assert not steps_of(view(date(2026, 12, 18)))[2].late
    assert "last day" in view(date(2026, 12, 18)).step.reason.message


def test_the_route_of_the_case_wins_over_the_profile(shop):
    case = mark(Stage.CHOSEN)
    change_case(case.id, route="portal")
    assert view().step.title.message == "Order the invoice"
