"""One number, its arithmetic, and what to do first."""

from hypothesis import given
from hypothesis import strategies as st

from b24app.checklist.engine.check import Severity
from b24app.checklist.engine.judge import JudgedCheck, readiness
from b24app.checklist.engine.verdict import Level

MANY = st.lists(
    st.builds(JudgedCheck, st.uuids().map(str), st.sampled_from(Level), st.sampled_from(Severity)),
    max_size=60,
)


def test_what_does_not_apply_leaves_the_total() -> None:
    ready = readiness(
        [JudgedCheck("a", Level.PASS, Severity.WORK), JudgedCheck("b", Level.NA, Severity.WORK)], ()
    )
    assert (ready.passed, ready.total, ready.percent) == (1, 1, 100)


def test_blockers_come_first_and_the_gravest_of_them() -> None:
    ready = readiness(
        [
            JudgedCheck("ask", Level.ASK, Severity.ORDERS),
            JudgedCheck("note", Level.FAIL, Severity.NOTE),
            JudgedCheck("orders", Level.FAIL, Severity.ORDERS),
        ],
        (),
    )
    assert ready.todo == ("orders", "note", "ask")
    assert ready.next_code == "orders"
    assert ready.minutes == 45


def test_an_empty_list_is_not_ready() -> None:
    assert readiness([], ()).percent == 0
    assert readiness([], ()).next_code is None


@given(MANY, st.integers(0, 10))
def test_the_sum_always_holds(judged: list[JudgedCheck], silenced: int) -> None:
    muted = {item.code for item in judged[:silenced]}
    ready = readiness(judged, muted)
    assert sum(ready.counts.values()) + ready.muted == len(judged)
    assert ready.total == sum(ready.counts.values()) - ready.counts[Level.NA]
    assert (ready.percent == 100) <= (ready.todo == ())
