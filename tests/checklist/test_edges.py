"""The small parts: hosts, tolerant reading, and verdicts as JSON."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from b24app.checklist.engine.answer_fields import (
    UPPER,
    Flag,
    Moment,
    Number,
    Text,
    digest,
    host_of,
    hosts_in,
    listed,
    mapped,
    record,
)
from b24app.checklist.engine.fact import Reason, refusal_of
from b24app.checklist.engine.stored_facts import dump_verdict, load_verdict
from b24app.checklist.engine.verdict import Level, seen, sentence, verdict
from b24app.errors import AnswerBroken, OperationLimited, PortalError, ScopeMissing

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    __pydantic_config__ = UPPER

    id: Text
    active: Flag = False
    sort: Number = None
    since: Moment = None


def test_only_hosts_are_taken_from_settings() -> None:
    assert hosts_in({"A": ["https://pay.example/x?key=1"], "B": {"C": "http://two.example"}, "D": 5}) == (
        "pay.example",
        "two.example",
    )
    assert hosts_in("https:///nothing") == ()
    assert host_of("https://[broken") == ""


@pytest.mark.parametrize("yes", ["Y", "1", 1, True, "true"])
def test_reads_every_yes(yes: object) -> None:
    assert record(Row, {"ID": 7, "ACTIVE": yes, "SORT": "x", "SINCE": "soon"}) == Row("7", active=True)


@pytest.mark.parametrize("no", ["N", "", None, 0, False, [], {}])
def test_reads_every_no(no: object) -> None:
    assert not record(Row, {"ID": None, "ACTIVE": no, "SINCE": {}}).active


def test_a_moment_without_its_zone_tells_nothing() -> None:
    assert record(Row, {"ID": 1, "SINCE": "2026-11-30T09:00:00"}).since is None
    assert record(Row, {"ID": 1, "SINCE": NOW}).since == NOW


def test_another_shape_is_a_broken_answer() -> None:
    with pytest.raises(AnswerBroken):
        record(Row, {"NAME": "no id"})
    with pytest.raises(AnswerBroken):
        listed("text")


def test_empty_maps_of_php_are_understood() -> None:
    assert mapped([]) == {}
    assert listed({"2": {"ID": 1}}) == [{"ID": 1}]
    assert listed({"items": []}, "items") == []


def test_a_fingerprint_tells_a_change_and_depends_on_the_portal() -> None:
    assert digest({"a": 1, "b": 2}, "x") == digest({"b": 2, "a": 1}, "x")
    assert digest({"a": 1}, "x") != digest({"a": 2}, "x")
    assert digest({"a": 1}, "x") != digest({"a": 1}, "y")


def test_a_verdict_survives_storage() -> None:
    values = {
        "day": date(2026, 12, 1),
        "at": NOW,
        "names": ("СБП",),
        "count": 3,
        "none": None,
        "inner": sentence("x", n=1),
        "sum": "1.5",
    }
    first = verdict(
        Level.FAIL, ("one", "many"), "detail", (seen("Label", "%(a)s", Level.WARN, NOW, a="b"),), **values
    )
    assert load_verdict(dump_verdict(first)) == first
    assert (
        load_verdict(dump_verdict(verdict(Level.PASS, "x", sum=Decimal("1.5")))).sentence.values["sum"]
        == "1.5"
    )


def test_every_error_has_a_reason() -> None:
    assert refusal_of(ScopeMissing("insufficient_scope")).reason is Reason.SCOPE
    assert refusal_of(OperationLimited("OPERATION_TIME_LIMIT")).reason is Reason.LIMIT
    assert refusal_of(PortalError("WHATEVER")).reason is Reason.BROKEN
