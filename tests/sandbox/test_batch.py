"""The batch method (the portal's source, rest 25.600)."""

from typing import Any

import pytest

from sandbox.portal import Portal
from tests.sandbox.caller import Caller


def test_keeps_the_keys_and_writes_lists_for_empty_maps(caller: Caller) -> None:
    answer = caller.batch({"me": "profile", "app": "app.info"})
    assert set(answer["result"]) == set(answer["result_time"]) == {"me", "app"}
    assert answer["result_error"] == answer["result_next"] == answer["result_total"] == []


def test_answers_a_list_with_a_list(caller: Caller) -> None:
    assert [one["ID"] for one in caller.batch(["profile", "profile"])["result"]] == ["1", "1"]


def test_turns_a_list_with_a_failure_into_a_map_of_numbers(caller: Caller) -> None:
    answer = caller.batch(["no.such", "user.admin"])
    assert answer["result"] == {"1": True}
    assert answer["result_error"][0]["error"] == "ERROR_METHOD_NOT_FOUND"


@pytest.mark.parametrize(("halt", "done"), [(0, True), ("0", True), ("", True), (1, False), ("false", False)])
def test_halts_as_php_understands_it(caller: Caller, halt: Any, done: bool) -> None:
    answer = caller.batch({"bad": "no.such", "good": "user.admin"}, halt=halt)
    assert ("good" in answer["result"]) is done


def test_reads_the_query_of_a_command(caller: Caller) -> None:
    answer = caller.batch({"set": "app.option.set?options[a]=1%262", "get": "app.option.get?option=a"})
    assert answer["result"] == {"set": True, "get": "1&2"}


def test_hands_results_to_later_commands(caller: Caller) -> None:
    caller.result("app.option.set", options={"tree": {"name": "profile"}})
    answer = caller.batch(
        {
            "options": "app.option.get",
            "whole": "app.option.set?options[copy]=$result[options][tree]",
            "part": "method.get?name=$result[options][tree][name]",
            "inside": "method.get?name=app.$result[options][tree][no]",
        }
    )
    assert answer["result"]["part"]["isExisting"] is True
    assert caller.result("app.option.get", option="copy") == {"name": "profile"}


def test_stops_a_reference_at_the_deepest_value_found(caller: Caller) -> None:
    caller.batch({"me": "profile", "set": "app.option.set?options[a]=$result[me][NAME][deeper]"})
    assert caller.result("app.option.get", option="a") == caller.portal.admin.name


def test_puts_only_plain_values_into_text(caller: Caller) -> None:
    caller.batch({"me": "profile", "set": "app.option.set?options[a]=u$result[me][ID]-$result[me]"})
    assert caller.result("app.option.get", option="a") == "u1-$result[me]"


def test_takes_fifty_commands_and_no_more(caller: Caller) -> None:
    answer = caller.batch({f"c{n}": "user.admin" for n in range(52)})
    assert len(answer["result"]) == 50
    assert {one["error"] for one in answer["result_error"].values()} == {"ERROR_BATCH_LENGTH_EXCEEDED"}


@pytest.mark.parametrize("name", ["batch", "BATCH", "upload", "download"])
def test_takes_neither_batches_nor_files(caller: Caller, name: str) -> None:
    assert caller.batch({"x": name})["result_error"]["x"]["error"] == "ERROR_BATCH_METHOD_NOT_ALLOWED"


def test_leaves_the_text_of_a_missing_scope_empty(north: Portal, caller: Caller) -> None:
    north.withhold_scope(caller.card, "placement")
    answer = caller.batch({"x": "placement.list"})
    assert answer["result_error"] == {"x": {"error": "insufficient_scope", "error_description": ""}}


def test_skips_what_is_no_command(caller: Caller) -> None:
    answer = caller.batch({"a": 5, "b": ["profile"], "c": "user.admin"})
    assert (answer["result"], answer["result_error"]) == ({"c": True}, [])


def test_answers_nothing_with_nothing(caller: Caller) -> None:
    assert caller.result("batch")["result"] == []


def test_understands_its_parameters_in_any_case(caller: Caller) -> None:
    assert caller.result("batch", CMD={"a": "user.admin"}, HALT=0)["result"] == {"a": True}


def test_reports_errors_that_came_with_status_200(caller: Caller) -> None:
    command = "placement.bind?PLACEMENT=PAGE_BACKGROUND_WORKER&HANDLER=https://app.example/w"
    assert caller.batch({"x": command})["result_error"]["x"]["error"] == "EMPTY_ERROR_HANDLER_URL"
