"""Trouble is recognised by the portal's own words and by people's; what is not about the licence is said to be so."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.renewal.guides import read_symptoms, recognise

SAID = {
    "webhook_subscription": "ACCESS_DENIED: REST is available only by subscription.",
    "app_commercial": '{"error":"ACCESS_DENIED","error_description":"REST API is available only on commercial plans."}',
    "subscription_ended": "PAYMENT_REQUIRED Subscription has been ended",
    "token_unpaid": "401 PAYMENT_REQUIRED: Payment required",
    "refresh_too_old": "oauth: invalid_grant",
    "token_hour": "expired_token: The access token provided has expired.",
    "webhook_secret": "INVALID_CREDENTIALS Invalid request credentials",
    "owner_gone": "Current user can't be authorized in this context",
    "scanner_lock": "PORTAL_BLOCKED_BY_LICENSE_SCANNER Portal is blocked by the license scanner.",
    "seats": "После продления сотрудники не могут войти",
    "disk_full": "Исчерпан выделенный дисковый ресурс.<br>",
    "missed_orders": "Часть заказов не попала в CRM: заказы пропали",
    "offline_queue": "WRONG_LICENSE for event.offline.get",
    "method_missing": "ERROR_METHOD_NOT_FOUND Method not found!",
    "smart_processes": "CREATE_DYNAMIC_ITEM_RESTRICTED",
    "automation_silent": "Роботы не запускаются с утра",
    "site_unpublished": "PUBLIC_PAGE_REACHED",
    "stock": "Складской учет недоступен на вашем тарифе",
    "bi_lost": "Отчёты BI исчезли",
    "too_fast": "503 QUERY_LIMIT_EXCEEDED Too many requests",
    "overload": "OVERLOAD_LIMIT REST API is blocked due to overload.",
    "numbers_silent": "Номера не звонят",
    "autopay_failed": "Автопродление включено, а портал просрочен",
    "paid_not_active": "Оплатили по счёту, оплата прошла, но тариф не активен",
    "cannot_buy": "Не могу продлить: кнопка неактивна",
    "box_network": "CONNECTION_ERROR Error connecting to authorization server",
    "silent_webhook": "Обмен с сайтом перестал работать",
}


@pytest.mark.parametrize("code", SAID)
def test_recognises_each_of_the_27_troubles_first(code):
    assert recognise(SAID[code])[0].code == code


def test_the_words_decide_when_a_code_is_shared():
    assert recognise("ACCESS_DENIED: Access denied!")[0].code == "right_missing"
    assert [s.code for s in recognise(SAID["app_commercial"])] == ["app_commercial", "right_missing"]


@pytest.mark.parametrize("text", ["", "Всё хорошо", "Привет", "404 not here"])
def test_what_is_not_understood_stays_so(text):
    assert recognise(text) == ()


def test_every_row_is_complete_in_both_languages():
    for row in read_symptoms():
        for text in (row.title, row.cause, row.fix, row.source):
            assert set(text) == {"ru", "en"}
            assert all(text.values())
        assert not re.search("[А-Яа-яЁё]", row.source["en"])


def test_codes_are_unique():
    codes = [row.code for row in read_symptoms()]
    assert len(codes) == len(set(codes))


@given(st.text(max_size=300))
def test_never_stumbles_over_what_people_paste(text):
    assert all(symptom.matches(" ".join(text.lower().split())) for symptom in recognise(text))
