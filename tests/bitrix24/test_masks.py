"""What a log may keep: secrets by the content of names, settings by method, people by the documented fields."""

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from b24app.bitrix24.call_log import describe_answer, describe_request
from b24app.bitrix24.masked_values import mask_lines, mask_object, mask_traceback
from b24app.bitrix24.masking import HARMLESS, WORD, Sort, mask_address, mask_text, mask_words, sort_of
from b24app.bitrix24.responses import to_command

MARK = "markedvalue"
SECRET_WORDS = (
    "PASSWORD",
    "pwd",
    "secret",
    "Token",
    "KEY",
    "cert",
    "SIGN",
    "auth",
    "sessid",
    "hash",
    "пароль",
)
LETTERS = st.text("abcdefXYZ_019", max_size=8)
METHODS = ("crm.item.list", "sale.paysystem.list", "app.option.get", "no.such.method")


@st.composite
def secret_names(draw: st.DrawFn) -> str:
    name = draw(LETTERS) + draw(st.sampled_from(SECRET_WORDS)) + draw(LETTERS)
    assume(not HARMLESS & {word.lower() for word in WORD.findall(name)})
    return name


@st.composite
def marked(draw: st.DrawFn) -> Any:
    """A value that is secret by its name or by the name beside it, somewhere deep."""
    name = draw(secret_names())
    pair = {
        draw(st.sampled_from(["CODE", "code", "NAME"])): name,
        draw(st.sampled_from(["VALUE", "value"])): MARK,
    }
    value: Any = draw(st.sampled_from([{name: MARK}, {name: {"a": [MARK]}}, pair]))
    for wrap in draw(st.lists(st.sampled_from(["items", "0", "fields", "list"]), max_size=4)):
        value = [1, value] if wrap == "list" else {"ID": 7, wrap: value}
    return value if isinstance(value, dict) else {"rows": value}


@given(marked(), st.sampled_from(METHODS))
def test_a_secret_is_masked_wherever_it_lies(value: Any, method: str) -> None:
    assert MARK not in describe_request(method, value)
    assert MARK not in describe_answer(method, {}, {"result": value, "time": {"start": 1}})
    assert MARK not in str(mask_object("extra", value))


@given(marked(), st.sampled_from(METHODS))
def test_a_secret_is_masked_inside_a_batch(value: Any, method: str) -> None:
    params = {"halt": 0, "cmd": {"a": to_command(method, value)}}
    body = {"result": {"result": {"a": value}, "result_error": []}}
    asked = describe_request("batch", params)
    assert MARK not in asked
    assert method in asked
    assert MARK not in describe_answer("batch", params, body)
    assert MARK not in mask_text(params["cmd"]["a"])


NAMED = (
    "ROBOXCHANGE_SHOPPASSWORD2 SBERBANK_PASSWORD_TEST QIWI_API_SIGN PWD CERT_PATH apiKey SERVER_CERT_FILE secretWord "
    "AUTH_ID REFRESH_ID APPLICATION_TOKEN frame_token X-Frame-Token client_secret PIN loginName PRIVATE_KEY_2"
)


@pytest.mark.parametrize("name", NAMED.split())
def test_names_are_judged_by_what_they_contain(name: str) -> None:
    assert sort_of(name) is Sort.SECRET


PLAIN = (
    "ID ASSIGNED_BY_ID AUTHOR_ID authorId dateInsert IS_PINNED STAGE_ID PLAN CODE total LAST_LOGIN currencyId"
)


@pytest.mark.parametrize("name", PLAIN.split())
def test_ids_dates_and_codes_stay(name: str) -> None:
    value = "2026-11-30T09:40:00+03:00" if name.startswith(("LAST", "date")) else "C1:NEW"
    assert value in describe_answer("crm.deal.list", {}, {"result": [{name: value}]})


SETTINGS = (
    ("sale.paysystem.settings.get", {"YANDEX_CHECKOUT_SHOP_ID": MARK, "ANY": 4711, "FLAG": True}),
    ("sale.paysystem.settings.payment.get", {"SHOP": MARK}),
    ("sale.delivery.config.get", [{"CODE": "ACCOUNT", "VALUE": MARK}]),
    ("sale.cashbox.list", [{"ID": 4711, "NAME": MARK, "EMAIL": f"{MARK}@shop.ru", "NUMBER_KKM": MARK}]),
    ("sale.cashbox.handler.list", [{"SETTINGS": {"AUTH": {"LABEL": MARK}}, "CODE": MARK}]),
)


@pytest.mark.parametrize(("method", "result"), SETTINGS)
def test_settings_of_shops_leave_their_keys_only(method: str, result: Any) -> None:
    alone = describe_answer(method, {"ID": 3}, {"result": result})
    batch = describe_answer("batch", {"cmd": {"a": f"{method}?ID=3"}}, {"result": {"result": {"a": result}}})
    listed = describe_answer("batch", {"cmd": {"0": f"{method}?ID=3"}}, {"result": {"result": [result]}})
    for told in (alone, batch, listed):
        assert MARK not in told
        assert "4711" not in told
        assert all(key in told for key in (result[0] if isinstance(result, list) else result))


def test_settings_that_are_written_are_not_logged_either() -> None:
    asked = describe_request("sale.paysystem.settings.update", {"ID": 3, "PARAMS": {"SHOP": {"VALUE": MARK}}})
    assert MARK not in asked
    assert '"ID": 3' in asked


def test_words_about_settings_stay_only_where_every_method_may_say_them() -> None:
    wrong = {"error": "ERROR_CHECK_FAILURE", "error_description": f"Shop {MARK} is wrong"}
    assert MARK not in describe_answer("sale.paysystem.settings.get", {}, wrong)
    known = {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}
    assert "Too many requests" in describe_answer("sale.paysystem.settings.get", {}, known)


PEOPLE: tuple[tuple[str, Any], ...] = (
    (
        "profile",
        {"ID": "1", "ADMIN": True, "NAME": MARK, "LAST_NAME": MARK, "PERSONAL_PHOTO": f"https://{MARK}/"},
    ),
    (
        "user.get",
        [{"ID": "1", "SECOND_NAME": MARK, "EMAIL": MARK, "WORK_POSITION": MARK, "UF_PHONE_INNER": MARK}],
    ),
    (
        "crm.contact.list",
        [
            {
                "ID": "1",
                "NAME": MARK,
                "COMMENTS": MARK,
                "PHONE": [{"ID": "1", "VALUE_TYPE": "WORK", "VALUE": MARK}],
            }
        ],
    ),
    (
        "crm.company.list",
        [{"ID": "1", "TITLE": MARK, "ADDRESS": MARK, "BIRTHDATE": MARK, "WEB": [{"VALUE": MARK}]}],
    ),
    ("crm.item.get", {"item": {"id": 1, "title": MARK, "ufCrm44_1721812760630": MARK, "comments": MARK}}),
    (
        "sale.order.get",
        {
            "order": {
                "id": 1,
                "userDescription": MARK,
                "propertyValues": [{"code": "ANY", "name": "x", "value": MARK}],
            }
        },
    ),
    (
        "crm.requisite.list",
        [{"ID": "1", "NAME": MARK, "RQ_INN": MARK, "RQ_FIRST_NAME": MARK, "RQ_ACC_NUM": MARK}],
    ),
    ("crm.address.list", [{"ADDRESS_1": MARK, "CITY": MARK, "POSTAL_CODE": MARK, "LOC_ADDR_ID": "1"}]),
    ("voximplant.statistic.get", [{"ID": "1", "PHONE_NUMBER": MARK, "COMMENT": MARK, "PORTAL_NUMBER": MARK}]),
    (
        "im.dialog.messages.search",
        {"messages": [{"id": 1, "text": MARK}], "users": [{"id": 1, "name": MARK}]},
    ),
    (
        "tasks.task.get",
        {"task": {"id": 1, "title": MARK, "description": MARK, "creator": {"id": "1", "name": MARK}}},
    ),
    ("crm.activity.list", [{"ID": "1", "SUBJECT": MARK, "DESCRIPTION": MARK}]),
    ("disk.storage.getList", [{"ID": "1", "NAME": MARK}]),
)


@pytest.mark.parametrize(("method", "result"), PEOPLE)
def test_people_are_masked_and_ids_stay(method: str, result: Any) -> None:
    told = describe_answer(method, {}, {"result": result})
    assert MARK not in told
    assert json.loads(told)
    asked = describe_request(method, {"filter": result if isinstance(result, dict) else result[0]})
    assert MARK not in asked


def test_names_of_things_stay() -> None:
    told = describe_answer("sale.paysystem.list", {}, {"result": [{"ID": 1, "NAME": "Наличные курьеру"}]})
    assert "Наличные курьеру" in told
    multi = describe_answer(
        "crm.contact.list", {}, {"result": [{"PHONE": [{"ID": "3", "VALUE_TYPE": "WORK"}]}]}
    )
    assert '{"ID": "3", "VALUE_TYPE": "WORK"}' in multi


TEXTS = (
    f"Call 8 (916) 123-45-67, +7 916 123 45 67, 79161234567, (495) 123-45-67 or {MARK}@shop.ru",
    f"https://hooks.example/rest/1/{MARK}/profile?auth={MARK}&token={MARK}",
    f'{{"password": "{MARK} {MARK}", "deep": {{"api_key":"{MARK}"}}}}',
    f'a:1:{{s:8:"password";s:11:"{MARK}";}}',
    f"password: {MARK}",
    f"Authorization: Bearer {MARK}",
    f"https://user:{MARK}@host.example/",
    f"https://renewal.example/status/Il{MARK}{MARK}.{MARK}",
    f"Authorization=Bearer%20{MARK}",
)


@pytest.mark.parametrize("text", TEXTS)
def test_texts_lose_what_they_must_not_hold(text: str) -> None:
    told = mask_text(text)
    assert MARK not in told
    assert "123" not in told.replace("api_key", "")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30 09:40:00",
        "2026-11-30T09:40:00+03:00",
        "30.11.2026",
        "550e8400-e29b-41d4-a716-446655440000",
        "192.168.100.101",
        "1708952993785",
        "REST_APP_URI",
        "C1:EXECUTING",
        "bx_ps0003",
        "ru_std",
        "Заказ № 1 на 1999.50",
        "https://renewal.example/events",
    ],
)
def test_ids_moments_and_codes_in_texts_stay(text: str) -> None:
    assert mask_text(text) == text


def test_words_of_portals_lose_what_they_quote() -> None:
    assert mask_words("Field 'NAME' cannot hold 'Иван 5'") == "Field 'NAME' cannot hold '***'"


def test_tracebacks_keep_frames_and_lose_values() -> None:
    url = f"/services/T1/B2/{MARK}"
    text = (
        "Traceback (most recent call last):\n"
        '  File "/srv/app.py", line 3, in work\n    send(letter)\n'
        f"ValueError: invalid literal for int() with base 10: '{MARK}'\n"
        f"MaxRetryError: HTTPSConnectionPool(host='a', port=443): Max retries exceeded with url: {url} (Caused by x)\n"
        f"DETAIL:  Key (portal_id, email)=(1, {MARK}) already exists.\nDETAIL:  Failing row contains (1, {MARK}).\n"
        f"  Input should be valid [type=int_parsing, input_value={{'a': '{MARK}'}}, input_type=dict]\n"
        f"InvalidURL: https://hooks.example{url}"
    )
    told = mask_traceback(text)
    assert MARK not in told
    assert 'File "/srv/app.py", line 3, in work' in told
    assert "hooks.example" in told


def test_an_address_is_shown_by_its_host() -> None:
    assert mask_address(f"https://u:p@hooks.example:8443/{MARK}?a=1") == "https://hooks.example:8443/***"
    assert mask_address("https://hooks.example") == "https://hooks.example"


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.sets(st.integers()),
        lambda deeper: (
            st.lists(deeper)
            | st.dictionaries(st.sampled_from(["NAME", "PHONE", "value", "CODE", "0"]), deeper)
        ),
    )
)
def test_whatever_is_logged_is_drawn(value: Any) -> None:
    assert describe_answer("profile", {}, {"result": value})
    assert describe_request("batch", {"cmd": {"a": value}})
    assert mask_object("phone", value) is not NotImplemented
    assert mask_object("x", value) is not NotImplemented


PAY = "sale.paysystem.settings.get"


@pytest.mark.parametrize(
    ("method", "params", "body"),
    [
        ("batch", {"cmd": {"a": PAY}}, {"result": {"result": {"b": {"X": MARK}}}}),
        ("batch", {"cmd": {"a": PAY}}, {"result": {"result": [{"X": MARK}]}}),
        ("batch", {"cmd": {"a": PAY}}, {"result": [{"X": MARK}]}),
        ("batch", {"cmd": [PAY]}, {"result": {"result": [{"X": MARK}]}}),
        ("batch", {"cmd": {"a": f" {PAY}"}}, {"result": {"result": {"a": {"X": MARK}}}}),
        (PAY, {}, {"X": MARK}),
        (PAY, {}, {"result": [], "time": {"X": MARK}}),
        (PAY, {}, {"error": "0", "error_description": f"wrong value {MARK}"}),
    ],
)
def test_settings_that_answer_elsewhere_than_asked_are_not_kept(method: str, params: Any, body: Any) -> None:
    assert MARK not in describe_answer(method, params, body)


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Basic {MARK}==",
        f"{{'Authorization': 'Basic {MARK}'}}",
        f"redis://:{MARK}@cache.example:6379/0",
        f"postgresql+psycopg://renewal:{MARK}@db.example/renewal",
        f"Settings(password='{MARK}', x=1)",
        f"api_key => '{MARK}'",
        f"ValueError: pwd: {MARK}",
        f"RuntimeError: X-Frame-Token: {MARK}",
    ],
)
def test_secrets_in_the_spelling_of_programs_are_masked(text: str) -> None:
    assert MARK not in mask_text(text)


@pytest.mark.parametrize("name", ["TERMINAL_PSW", "MERCHANT_PW", "CLIENT_CRT"])
def test_short_spellings_of_secrets_are_secrets(name: str) -> None:
    assert sort_of(name) is Sort.SECRET


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (
            "GET /copy/download/WzEsMTc2NDQzMjE0NF0.abcDEFghiJKLmnopqrstuvwx/2 HTTP/1.1",
            "WzEsMTc2NDQzMjE0NF0.abcDEFghiJKLmnopqrstuvwx",
        ),
        (
            "cannot read -----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\nZXktdjE\n-----END OPENSSH PRIVATE KEY-----",
            "ZXktdjE",
        ),
        ("-----BEGIN PRIVATE KEY-----\nshort", "short"),
    ],
)
def test_what_opens_a_copy_or_a_storage_is_in_no_line(line: str, secret: str) -> None:
    assert secret not in mask_lines(line)
    assert secret not in mask_text(line)
