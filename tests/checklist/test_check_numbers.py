"""One definition of the numbers: each check in exactly one place, and what to do first."""

from hypothesis import given
from hypothesis import strategies as st

from b24app.checklist.engine.check import Severity
from b24app.checklist.engine.check_numbers import CountedPlace, JudgedCheck, count_checks, place_of
from b24app.checklist.engine.verdict import Level

MANY = st.lists(
    st.builds(
        JudgedCheck,
        st.uuids().map(str),
        st.sampled_from(Level),
        st.sampled_from(Severity),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=100,
)


def one(code: str, level: Level, severity: Severity = Severity.WORK, **more: bool) -> JudgedCheck:
    return JudgedCheck(code, level, severity, **more)


def test_a_question_is_asked_only_in_the_deck() -> None:
    assert place_of(one("a", Level.ASK, in_deck=True)) is CountedPlace.ASKED
    assert place_of(one("a", Level.ASK)) is CountedPlace.OPTIONAL
    assert place_of(one("a", Level.PASS, in_deck=True)) is CountedPlace.FINE


def test_what_is_set_aside_is_nowhere_else() -> None:
    numbers = count_checks([one("a", Level.FAIL, muted=True), one("b", Level.FAIL)])
    assert (numbers.blockers, numbers.counts[CountedPlace.MUTED], numbers.todo) == (1, 1, ("b",))


def test_blockers_come_first_and_the_gravest_of_them() -> None:
    numbers = count_checks(
        [
            one("ask", Level.ASK, Severity.ORDERS),
            one("note", Level.FAIL, Severity.NOTE),
            one("orders", Level.FAIL, Severity.ORDERS),
        ]
    )
    assert numbers.todo == ("orders", "note", "ask")
    assert numbers.next_code == "orders"


def test_nothing_is_nothing() -> None:
    numbers = count_checks([])
    assert (numbers.total, numbers.parts, numbers.next_code) == (0, (), None)


@given(MANY)
def test_the_sum_always_holds(judged: list[JudgedCheck]) -> None:
    numbers = count_checks(judged)
    assert numbers.total == len(judged) == sum(count for _place, count in numbers.parts)
    assert all(count for _place, count in numbers.parts)
    assert numbers.blockers == sum(place_of(check) is CountedPlace.BLOCKING for check in judged)
