"""What the tab says above never contradicts what stands below: days × stage × blockers × questions × comparison."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from b24app.pages.renewal.renewal_view import takes_blocker
from b24app.renewal.case import CaseView, LastAnswer, Situation
from b24app.renewal.next_step import next_step
from b24app.renewal.page_answer import answer_of
from b24app.renewal.page_phase import ActivationOutcome, Found, Phase, ShopState, phase_of
from b24app.renewal.progress_steps import draw_steps
from b24app.renewal.renewal_stages import ORDER, Mark, Opening, Stage, may_mark
from b24app.renewal.step_parts import NextStep
from b24app.terms.policy import State, read_policy, state_on
from b24app.terms.term import Term
from b24app.terms.timeline import Paying, draw_row, standing_of
from b24app.terms.working_days import open_calendar
from b24app.text.messages import NOTHING, Sentence, sentence
from b24app.text.translation import Translator

END, NEXT = date(2026, 12, 23), date(2027, 12, 23)
EN = Translator("en")
PAY = ("Pay ", "Time to pay", "transfer", "renew by")
IDLE = ("othing to do", "in order", "othing blocks", "othing stands")


@dataclass(frozen=True)
class Told:
    """Everything that one state of the tab says."""

    s: Situation
    phase: Phase
    shop: ShopState
    outcome: ActivationOutcome
    step: NextStep
    level: str
    head: tuple[str, ...]
    panel: tuple[str, ...]


def said(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    return tuple(EN.say(one).replace("\u00a0", " ").strip() for one in sentences)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def a_term(ends_on: date, today: date) -> Term:
    now = moment(today)
    return Term(
        1, "plan", "", ends_on, None, "", None, "RUB", None, None, "unknown", None, None, "person", "Марина", now,
        "Марина", now, "",
    )  # fmt: skip


def a_case(reached: Stage | None, today: date, method: str, outcome: str) -> CaseView:
    on = min(today, END)
    stages = ORDER[: ORDER.index(reached) + 1] if reached else ()
    marks = tuple(Mark(stage, on, "Марина", moment(on)) for stage in stages)
    return CaseView(
        1, 1, "plan", END, "", None, "portal", method, None, "RUB", "", moment(END - timedelta(days=30)),
        moment(today) if outcome else None, outcome, None, "", marks,
    )  # fmt: skip


def a_situation(ahead: int, reached: Stage | None, method: str, *, given_up: bool) -> Situation:
    """The situation `ahead` days before the end; after the activation the end is the next one."""
    today = END - timedelta(days=ahead)
    case = a_case(reached, today, method, "given_up" if given_up and reached is None else "")
    active = reached in (Stage.ACTIVE, Stage.VERIFIED)
    term = a_term(NEXT if active else END, today)
    policy, calendar = read_policy("cloud", "ru"), open_calendar("ru")
    row = draw_row(
        term,
        policy,
        calendar,
        paying=Paying(method),
        now=moment(today),
        today=today,
        plan_name=sentence("Standard"),
    )
    state = state_on(standing_of(term, verified=reached is not Stage.ACTIVE), policy, today)
    if reached in (Stage.PAID, Stage.ACTIVATION_AWAITED):
        state = State.RENEWED_PENDING
    last = LastAnswer(moment(today), holds=True)
    return Situation(
        today, term, NOTHING, state, policy, calendar, row.plan, case, "portal", last_answer=last
    )


@st.composite
def tabs(draw: st.DrawFn) -> Told:
    reached = draw(st.sampled_from([None, *Stage]))
    s = a_situation(
        draw(st.integers(-30, 60)),
        reached,
        draw(st.sampled_from(["transfer", "card"])),
        given_up=draw(st.booleans()),
    )
    blockers = draw(st.integers(0, 4))
    shop = ShopState(True, blockers, sentence("«СБП» выключена") if blockers else NOTHING)
    found = draw(st.sampled_from(Found))
    count = draw(st.integers(1, 5))
    outcome = ActivationOutcome(
        found,
        to_restore=count if found is Found.RESTORE else 0,
        to_look=count,
        failing=count,
        names=("ЮKassa",),
    )
    openings = {
        code: Opening(code, "portal", "Марина", moment(s.today))
        for code in draw(st.sets(st.sampled_from(["invoice", "pay", "activation"])))
    }
    phase = phase_of(s, verified=reached is Stage.VERIFIED)
    answer, step = answer_of(s, phase, shop, outcome), next_step(s, openings)
    panel = (step.title, step.reason, step.action_text, step.other_text, step.third_text)
    head = (answer.word, answer.answer, answer.lead, answer.why)
    if phase in (Phase.AFTER, Phase.VERIFIED) or (blockers and takes_blocker(s, phase, step)):
        panel = ()  # the panel is that of the comparison or of the blocker
    return Told(s, phase, shop, outcome, step, answer.level, said(head), said(panel))


@given(told=tabs())
def test_nobody_is_sent_to_pay_for_what_is_paid_or_given_up(told: Told):
    if told.phase in (Phase.PAID, Phase.AFTER, Phase.VERIFIED, Phase.GIVEN_UP):
        text = " ".join((*told.head, *told.panel))
        assert not [word for word in PAY if word in text]


@given(told=tabs())
def test_nothing_is_said_to_be_fine_above_what_blocks(told: Told):
    text = " ".join(told.head)
    if told.shop.blockers:
        assert not [word for word in IDLE if word in text]
        if told.phase is Phase.BEFORE:
            assert told.level != "pass"
        if told.phase is Phase.PAID and told.s.days_left >= 0:
            assert "In the way of the shop" in text
            assert told.level != "pass"


@given(told=tabs())
def test_no_sentence_is_said_twice(told: Told):
    spoken = [text for text in (*told.head, *told.panel) if text]
    assert len(spoken) == len(set(spoken))
    title = told.panel[0] if told.panel else ""
    assert not [text for text in told.head if title and text.startswith(title)]


@given(told=tabs())
def test_the_step_is_never_one_that_was_done(told: Told):
    for action in (told.step.action, told.step.other, told.step.third):
        if action.startswith("mark_") and told.panel:
            assert may_mark(told.s.marks, Stage(action.removeprefix("mark_")))


@given(told=tabs())
def test_a_transfer_is_called_late_only_when_it_is(told: Told):
    advice = told.s.advice
    if told.phase is Phase.LATE:
        assert advice is None or advice.transfer is None or not advice.transfer.in_time
        assert draw_steps(told.s)[1].state in ("none", "done")


@given(told=tabs())
def test_the_answer_and_the_step_name_the_same_way(told: Told):
    if told.phase is Phase.BEFORE and told.step.code == "card" and not told.step.opening:
        assert not [text for text in told.head if text.startswith("Pay by") and "card" not in text]


@given(told=tabs())
def test_the_last_day_is_called_today(told: Told):
    if told.phase is Phase.LATE and told.s.today == END:
        assert "today, until midnight" in told.head[1]


@given(told=tabs())
def test_nothing_is_called_done_while_the_money_is_late(told: Told):
    s = told.s
    if told.phase is Phase.PAID and s.days_left >= 0 and s.delays:
        assert not [text for text in told.head if "is done" in text]
        assert told.level == "warn"


@given(told=tabs())
def test_the_comparison_counts_what_is_open_and_nothing_else(told: Told):
    if told.phase is not Phase.AFTER:
        return
    answer = told.head[1]
    assert (str(told.outcome.to_restore) in answer) is (told.outcome.found is Found.RESTORE) or (
        told.outcome.found in (Found.LOOK, Found.FAILING)
    )
    assert ("Put back" in answer) is (told.outcome.found is Found.RESTORE)
    assert (told.level == "pass") is (told.outcome.found is Found.WHOLE)


@given(told=tabs())
def test_every_state_has_an_answer_and_every_value_of_it(told: Told):
    assert told.head[0]
    assert told.head[1]
    assert not [text for text in (*told.head, *told.panel) if "%(" in text or "None" in text]
