"""Envelopes as PHP writes them, and parameters as PHP reads them."""

import json
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app import errors
from b24app.bitrix24.responses import (
    Answer,
    Command,
    php_map,
    read_answer,
    read_batch,
    read_body,
    refers,
    to_command,
    to_query,
)
from sandbox.php import parse_query


def batch(**inner: Any) -> dict[str, Any]:
    return {"result": inner}


def test_an_empty_php_map_comes_as_a_list() -> None:
    assert read_batch(batch(result=[], result_error=[]), ["a"]) == {}


def test_a_list_of_results_is_a_map_by_number() -> None:
    outcome = read_batch(batch(result=[7], result_total=["12"]), ["0"])["0"]
    assert outcome == Answer(7, total=12)


def test_a_refused_command_becomes_its_error() -> None:
    refused = {"error": "insufficient_scope", "error_description": ""}
    outcome = read_batch(batch(result=[], result_error={"a": refused}), ["a"])["a"]
    assert isinstance(outcome, errors.ScopeMissing)


def test_times_come_as_texts_or_not_at_all() -> None:
    assert read_answer({"result": 1, "time": {"operating": "1.5", "duration": None}}).time.operating == 1.5


@pytest.mark.parametrize("raw", ["", "<html>", "[]", "7", '{"time": {}}', '{"result": 1', "\x00"])
def test_what_is_no_envelope_is_broken(raw: str) -> None:
    with pytest.raises(errors.AnswerBroken):
        read_body(raw.encode(), 200)


def test_what_is_not_utf_8_is_broken() -> None:
    with pytest.raises(errors.AnswerBroken):
        read_body(b'{"result": "\xff"}', 200)


def test_an_error_with_status_200_is_an_error() -> None:
    with pytest.raises(errors.RequestWrong):
        read_body(json.dumps({"error": "ERROR_ARGUMENT", "error_description": "x"}).encode(), 200)


def test_an_error_beside_a_result_is_an_error() -> None:
    with pytest.raises(errors.RightMissing):
        read_body(b'{"result": [], "error": "ACCESS_DENIED", "error_description": "Access denied!"}', 200)


@pytest.mark.parametrize("nothing", ['""', "null", "0", "[]"])
def test_an_empty_error_beside_a_result_is_none(nothing: str) -> None:
    assert read_body(f'{{"result": 1, "error": {nothing}}}'.encode(), 200)["result"] == 1


def test_a_result_with_a_failing_status_is_broken() -> None:
    with pytest.raises(errors.AnswerBroken):
        read_body(b'{"result": 1}', 500)


@pytest.mark.parametrize("body", [{"result": 1, "total": "many"}, {"result": 1, "next": []}])
def test_a_count_of_a_wrong_type_is_broken(body: dict[str, Any]) -> None:
    with pytest.raises(errors.AnswerBroken):
        read_answer(body)


def test_a_map_of_a_wrong_type_is_broken() -> None:
    with pytest.raises(errors.AnswerBroken):
        php_map("text")
    with pytest.raises(errors.AnswerBroken):
        read_batch({"result": "text"}, ["a"])


def test_flags_and_nothing_are_written_as_php_wants() -> None:
    assert to_query({"a": True, "b": False, "c": None}) == "a=1&b=0&c="


def test_a_command_without_parameters_is_its_name() -> None:
    assert to_command("profile", {}) == "profile"


def test_a_reference_to_another_command_is_seen() -> None:
    assert refers(Command("crm.item.get", {"id": "$result[add][item][id]"}))
    assert not refers(Command("crm.item.get", {"id": 5}))


texts = st.text(min_size=1, max_size=8).filter(lambda text: "\x00" not in text and text.strip() == text)
names = st.from_regex(r"[>=<!%@]{0,2}[a-zA-Z_]{1,8}", fullmatch=True)


@given(st.dictionaries(names, st.one_of(texts, st.lists(texts, min_size=1, max_size=3)), max_size=4))
def test_php_reads_back_what_was_written(filter: dict[str, Any]) -> None:
    query = to_query({"filter": filter})
    read = parse_query(query).get("filter", {})
    assert {
        key: list(value.values()) if isinstance(value, dict) else value for key, value in read.items()
    } == filter
    assert unquote(query).count("filter") >= len(filter)
