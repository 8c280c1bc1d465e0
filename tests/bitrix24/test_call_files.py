"""Files of calls: a CSV that a Russian Excel opens without a question, and JSON Lines; whole, with the commands of each batch."""

import csv
import io
import json
from datetime import UTC, datetime
from itertools import groupby

from b24app.bitrix24.call_files import COLUMNS, MOST_CELL, CallFile, write_calls
from b24app.bitrix24.call_search import LoggedCall, WholeCall
from b24app.bitrix24.call_texts import CallTexts

AT = datetime(2026, 11, 30, 6, 40, 0, 250_000, tzinfo=UTC)
REQUEST = '{"halt": 0, "cmd": {"a": ["profile"], "b": ["crm.item.get", {"id": "7"}], "c": ["app.info"]}}'
ANSWER = json.dumps(
    {
        "result": {
            "result": {"a": {"ID": "1"}},
            "result_error": {"b": {"error": "ACCESS_DENIED", "error_description": "Доступа нет"}},
            "result_time": {"a": {"duration": 1.25}},
        },
        "time": {"duration": 2},
    },
    ensure_ascii=False,
)
MOST_OF_A_CELL = 32_767


def a_call(
    request: str = REQUEST, answer: str = ANSWER, *, method: str = "batch", error: str = ""
) -> WholeCall:
    call = LoggedCall(17, AT, method, 1.5, 200, error, 99, (), "")
    return WholeCall(call, CallTexts(request, answer))


def written(*calls: WholeCall, kind: CallFile = CallFile.CSV) -> bytes:
    return "".join(write_calls(calls, kind)).encode()


def rows_of(content: bytes) -> list[dict[str, str]]:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.DictReader(text, delimiter=";", strict=True))


def test_the_table_begins_as_excel_knows_it() -> None:
    content = written(a_call())
    assert content.startswith(b"\xef\xbb\xbf" + ";".join(COLUMNS).encode() + b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 5


def test_each_command_of_a_batch_has_its_line() -> None:
    rows = rows_of(written(a_call()))
    assert [(one["command"], one["method"], one["milliseconds"], one["error"]) for one in rows] == [
        ("", "batch", "1500", ""),
        ("a", "profile", "1250", ""),
        ("b", "crm.item.get", "", "ACCESS_DENIED"),
        ("c", "app.info", "", ""),
    ]
    assert {one["call"] for one in rows} == {"17"}
    assert rows[0]["at"] == "2026-11-30T06:40:00.250+00:00"
    assert (rows[0]["request"], rows[0]["answer"]) == ('{"halt": 0}', '{"time": {"duration": 2}}')
    assert rows[2]["request"] == '{"id": "7"}'
    assert "Доступа нет" in rows[2]["answer"]
    assert rows[3]["answer"] == ""


def test_no_number_is_written_so_that_a_russian_excel_makes_a_date_of_it() -> None:
    rows = rows_of(written(a_call()))
    assert all("." not in one[name] for one in rows for name in ("call", "milliseconds", "http", "bytes"))
    assert [one["part"] for one in rows] == ["1 of 1"] * 4


def test_what_is_longer_than_a_cell_goes_on_in_the_next_line_and_nothing_is_lost() -> None:
    answer = json.dumps({"result": '😀;\r\n"' * 20_000}, ensure_ascii=False)
    rows = rows_of(written(a_call("{}", answer, method="profile"), a_call()))
    for _, parts in groupby(rows, key=lambda one: (one["call"], one["command"], one["method"])):
        found = list(parts)
        assert [one["part"] for one in found] == [f"{at} of {len(found)}" for at in range(1, len(found) + 1)]
    long = [one["answer"] for one in rows if one["method"] == "profile" and one["command"] == ""]
    assert "".join(long) == answer
    assert max(len(one.encode("utf-16-le")) // 2 for one in long) <= MOST_OF_A_CELL
    assert max(map(len, long)) == MOST_CELL


def test_a_formula_is_disarmed_wherever_it_stands() -> None:
    evil = '=HYPERLINK("http://x")'
    request = json.dumps({"cmd": {evil: [evil]}})
    rows = rows_of(written(a_call(request, "{}"), a_call(evil, evil, method=evil, error=evil)))
    cells = [cell for one in rows for cell in one.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    assert cells.count(f"'{evil}") == 6


def test_a_line_of_json_holds_a_call_with_its_commands() -> None:
    (line,) = written(a_call(), kind=CallFile.JSON_LINES).splitlines()
    found = json.loads(line)
    assert (found["call"], found["method"], found["seconds"], found["cut"]) == (17, "batch", 1.5, False)
    assert [(one["command"], one["seconds"], one["error"]) for one in found["commands"]] == [
        ("a", 1.25, ""),
        ("b", None, "ACCESS_DENIED"),
        ("c", None, ""),
    ]
    assert found["commands"][0]["answer"] == {"result": {"ID": "1"}, "time": {"duration": 1.25}}
    assert found["answer"] == {"time": {"duration": 2}}


def test_a_text_that_was_cut_stays_a_text_and_says_so() -> None:
    found = json.loads(written(a_call("{}", '{"result": "a…'), kind=CallFile.JSON_LINES))
    assert (found["cut"], found["answer"], "commands" in found) == (True, '{"result": "a…', False)
    row = rows_of(written(a_call("{}", '{"result": "a…')))[0]
    assert row["answer"].endswith("…")


def test_nothing_found_is_a_head_alone() -> None:
    assert rows_of(written()) == []
    assert written(kind=CallFile.JSON_LINES) == b""
