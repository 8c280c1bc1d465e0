"""A batch opened by its commands in every shape that portals have for it, and what bulk reading leaves of each command."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from b24app.bitrix24.bulk_notes import BulkNotes
from b24app.bitrix24.call_log import describe_answer, describe_request
from b24app.bitrix24.call_texts import (
    CallTexts,
    Needle,
    join_texts,
    open_commands,
    pack_texts,
    unpack_texts,
)
from b24app.json_values import JsonObject

ROWS = [{"ID": str(number), "NAME": "Иван", "PHONE": "79161234567"} for number in range(7, 12)]
PARAMS: JsonObject = {
    "halt": 0,
    "cmd": {"p": "crm.contact.list?start=0", "q": "crm.deal.list?start=0", "r": "profile"},
}
BODY: JsonObject = {
    "result": {
        "result": {"p": ROWS},
        "result_error": {"q": {"error": "ACCESS_DENIED", "error_description": "Иван may not"}},
        "result_total": {"p": 5},
        "result_time": {"p": {"duration": 0.5, "operating": 1}, "q": {"duration": 0.1}},
    }
}


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.text())
def test_packed_texts_come_back(request: str, answer: str) -> None:
    clean = answer.encode(errors="replace").decode()
    assert unpack_texts(pack_texts(CallTexts(request, answer))) == CallTexts(request, clean)


def opened(params: JsonObject, body: JsonObject) -> dict[str, tuple[str, str, float | None]]:
    texts = CallTexts(describe_request("batch", params), describe_answer("batch", params, body))
    return {one.key: (one.method, one.error, one.seconds) for one in open_commands(texts)}


def test_commands_have_their_own_time_error_and_method() -> None:
    assert opened(PARAMS, BODY) == {
        "p": ("crm.contact.list", "", 0.5),
        "q": ("crm.deal.list", "ACCESS_DENIED", 0.1),
        "r": ("profile", "", None),
    }


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ({"result": [[]], "result_error": [], "result_time": []}, ("profile", "", None)),
        ({"result": [], "result_error": ["ERROR_CORE"]}, ("profile", "ERROR_CORE", None)),
        ({"result": [], "result_error": {"0": {"error": {"code": "V3", "message": "x"}}}}, ("profile", "V3", None)),
        ({"result": "strange", "result_error": 7}, ("profile", "", None)),
        ([], ("profile", "", None)),
    ],
)  # fmt: skip
def test_any_shape_of_an_answer_is_opened(inner: JsonObject, expected: tuple[str, str, None]) -> None:
    assert opened({"cmd": {"0": "profile"}}, {"result": inner}) == {"0": expected}


@pytest.mark.parametrize("request_text", ["{}", "[]", '{"cmd": 7}', '{"cmd": {"a": ["profile', ""])
def test_what_is_no_whole_batch_has_no_commands(request_text: str) -> None:
    assert open_commands(CallTexts(request_text, "{}")) == ()


def test_bulk_reading_leaves_count_ids_time_and_hash_of_each_command_and_no_body() -> None:
    told = BulkNotes().of_answer("batch", PARAMS, BODY, b"raw")
    assert "Иван" not in told
    noted = json.loads(told)
    assert noted["bytes"] == 3
    found = {
        one.key: json.loads(one.answer or "{}")
        for one in open_commands(CallTexts(describe_request("batch", PARAMS), told))
    }
    assert len(found["p"].pop("sha256")) == 64
    assert found["p"] == {"rows": 5, "ids": "7-11", "time": {"duration": 0.5}}
    assert found["q"] == {"error": "ACCESS_DENIED", "time": {"duration": 0.1}}
    assert found["r"] == {}


def test_the_hash_of_a_command_is_another_when_its_rows_are() -> None:
    other = {"result": {"result": {"p": ROWS[1:]}}}
    told = [json.loads(BulkNotes().of_answer("batch", PARAMS, one, b"")) for one in (BODY, BODY, other)]
    hashes = [one["commands"]["p"]["sha256"] for one in told]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_refusal_of_bulk_reading_that_is_only_words_loses_what_it_quotes() -> None:
    body = {"result": {"result": [], "result_error": {"p": "Contact 'Иван 5' was not found"}}}
    assert "Иван" not in BulkNotes().of_answer("batch", PARAMS, body, b"")


@pytest.mark.parametrize("words", ["CODE", "самовар", 'a"b', "%", "İ"])
def test_words_are_found_in_texts_and_in_their_bytes_alike(words: str) -> None:
    texts = CallTexts("{}", json.dumps({"x": f'code САМОВАР A"B 100% {words}'}, ensure_ascii=False))
    needle = Needle.of(words)
    assert needle.lies_in(texts.answer)
    assert needle.lies_in_bytes(join_texts(texts))
    assert not Needle.of(f"{words}#").lies_in_bytes(join_texts(texts))


PEOPLE = ("USER_WORK_POSITION", "USER_LAST_NAME", "CONTACT_TITLE", "createdByName", "WELCOME_MESSAGE_TEXT", "DETAIL_URL")  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_what_whole_answers_would_show_of_people_is_hidden(name: str) -> None:
    assert "Иван" not in describe_answer("disk.folder.getChildren", {}, {"result": [{name: "Иван"}]})


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("crm.contact.add", {"fields": {"POST": "Самовар"}}),
        ("crm.company.add", {"fields": {"BANKING_DETAILS": "Самовар"}}),
        ("lists.element.add", {"FIELDS": {"PROPERTY_77": {"n0": "Самовар"}}}),
        ("catalog.product.add", {"fields": {"property55": {"value": "Самовар", "valueId": 7}}}),
        ("catalog.document.add", {"fields": {"title": "Самовар", "commentary": "Самовар"}}),
        ("disk.folder.uploadfile", {"data": {"NAME": "Самовар"}, "fileContent": ["Самовар.pdf", "U2Ftb3Zhcg=="]}),
        ("im.notify.system.add", {"USER_ID": 1, "MESSAGE": "Самовар", "MESSAGE_OUT": "Самовар"}),
        ("bizproc.task.list", {"fields": {"DOCUMENT_NAME": "Самовар"}}),
    ],
)  # fmt: skip
def test_what_people_wrote_into_odd_fields_is_hidden_in_whole_texts(method: str, params: JsonObject) -> None:
    texts = describe_request(method, params) + describe_answer(method, {}, {"result": params})
    assert "Самовар" not in texts
    assert "U2Ft" not in texts


@pytest.mark.parametrize("opens", ['{"a":', "["])
def test_an_answer_that_lies_deep_in_itself_fails_no_call(opens: str) -> None:
    depth = 195
    body = from_json('{"result":' + opens * depth + "1" + ("}" if opens == '{"a":' else "]") * depth + "}")

    def under(frames: int) -> str:
        return under(frames - 1) if frames else describe_answer("profile", {}, body)

    assert under(300)
