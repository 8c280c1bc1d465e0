"""Test mode of a pay system is known by its settings, whoever wrote them; nothing else is taken for it, and no value is kept."""

import pytest

from b24app.checklist.engine.pay_test_signs import ModeSign, declared_test_values, signs_of
from b24app.checklist.engine.verdict import Level
from sandbox.shop.switches import change_settings
from tests.checklist.conftest import Shop

TEST = [
    ({"SBERBANK_TEST_MODE": "Y"}, ModeSign.SWITCH),
    ({"SKB_TEST_MODE": "Y"}, ModeSign.SWITCH),
    ({"PS_IS_TEST": "Y"}, ModeSign.SWITCH),
    ({"IS_TEST": 1}, ModeSign.SWITCH),
    ({"isTestMode": True}, ModeSign.SWITCH),
    ({"SANDBOX": "да"}, ModeSign.SWITCH),
    ({"LIVE_MODE": "N"}, ModeSign.SWITCH),
    ({"PS_WORK_MODE": "TEST"}, ModeSign.MODE),
    ({"PS_WORK_MODE_IFRAME": " test "}, ModeSign.MODE),
    ({"ENVIRONMENT": "Sandbox"}, ModeSign.MODE),
    ({"YANDEX_CHECKOUT_SECRET_KEY": "test_abc"}, ModeSign.KEY),
    ({"API_KEY": "sk_test_abc"}, ModeSign.KEY),
    ({"TERMINAL_KEY": "1700000000000DEMO"}, ModeSign.KEY),
    ({"TERMINAL": "TinkoffBankTest"}, ModeSign.KEY),
    ({"ASSIST_SERVER_URL": "test.pay.example"}, ModeSign.SERVER),
    ({"API_URL": "https://3dsec.bank.example/payment/rest/"}, ModeSign.SERVER),
]
NO_TEST = [
    {"TEST_MODE": "N"},
    {"PS_IS_TEST": ""},
    {"PS_IS_TEST": None},
    {"TESTIMONIAL": "Y"},
    {"LATEST": "Y", "CONTEST": "Y", "ATTESTATION": "Y"},
    {"ROBOXCHANGE_SHOPPASSWORD_TEST": "1", "ROBOXCHANGE_SHOPPASSWORD2_TEST": "test_2"},
    {"YANDEX_CHECKOUT_SECRET_KEY": "live_test_shop"},
    {"PS_WORK_MODE": "REGULAR"},
    {"LIVE_MODE": "Y"},
    {"ORDER_DESCRIPTION": "test"},
    {"RETURN_URL": "https://test.lavka.example/thanks"},
    {"CODES": {"TEST": "Y"}},
]


@pytest.mark.parametrize(("values", "sign"), TEST)
def test_a_test_mode_is_seen(values: dict[str, object], sign: ModeSign) -> None:
    assert signs_of(values) == (sign,)


@pytest.mark.parametrize("values", NO_TEST)
def test_nothing_else_is_taken_for_it(values: dict[str, object]) -> None:
    assert signs_of(values) == ()


@pytest.mark.parametrize(
    ("about", "values"),
    [
        ({"INPUT": {"TYPE": "ENUM", "OPTIONS": {"1": "Боевой", "2": "Тестовый"}}}, ("2",)),
        ({"NAME": "Тестовый режим", "INPUT": {"TYPE": "Y/N"}}, ("Y",)),
        ({"NAME": "Автоматическая смена статуса оплаты", "INPUT": {"TYPE": "Y/N"}}, ()),
        ({"NAME": "Тестовый пароль"}, ()),
        ({}, ()),
    ],
)
def test_a_handler_says_itself_which_values_are_test(
    about: dict[str, object], values: tuple[str, ...]
) -> None:
    assert declared_test_values(about) == values


def test_what_the_handler_declares_counts() -> None:
    assert signs_of({"CONTOUR": "2"}, {"CONTOUR": ("2",)}) == (ModeSign.MODE,)
    assert signs_of({"CONTOUR": "1"}, {"CONTOUR": ("2",)}) == ()


def test_the_system_is_named_with_the_sign(shop: Shop) -> None:
    change_settings(shop.portal, "pay_settings", 2, YANDEX_CHECKOUT_SECRET_KEY="test_sandbox")
    told = shop.verdict("pay_test_mode")
    assert told.level is Level.WARN
    assert told.sentence.values["names"] == ("ЮKassa: банковская карта",)
    assert told.evidence[0].sentence.message == "its key belongs to a test shop"


def test_no_value_leaves_the_fact(shop: Shop) -> None:
    change_settings(shop.portal, "pay_settings", 2, YANDEX_CHECKOUT_SECRET_KEY="test_sandbox_secret")
    assert "test_sandbox" not in repr(shop.facts("pay_settings").values["pay_settings"])


def test_a_switched_off_system_may_be_in_test_mode(shop: Shop) -> None:
    assert shop.facts("pay_settings").values["pay_settings"].systems["7"].test_mode
    assert shop.verdict("pay_test_mode").level is Level.PASS


def test_says_of_how_many_systems_the_portal_shows_the_settings(shop: Shop) -> None:
    values = shop.verdict("pay_test_mode").sentence.values
    assert (values["count"], values["total"]) == (5, 6)
    unseen = values["names"]
    assert isinstance(unseen, tuple)
    assert len(unseen) == 1
