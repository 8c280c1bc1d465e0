"""Situations of test mode: every provider says it in its own way."""

from bench.truth.shop import Shop
from bench.truth.situation import situation
from bench.truth.situations.payments import CARD, ROBOKASSA, SBERBANK, SBP, SPLIT, add_like, change, settings


@situation("pay_test_mode", "Robokassa: IS_TEST=Y / другой код тест. режима")
def robokassa_with_another_code(shop: Shop) -> None:
    """The switch of a module that calls it otherwise."""
    settings(shop, ROBOKASSA, PS_IS_TEST=None, IS_TEST="Y")


@situation("pay_test_mode", "Сбербанк: TEST_MODE=Y")
def sberbank_with_another_code(shop: Shop) -> None:
    """The switch without the provider's name."""
    settings(shop, SBERBANK, SBERBANK_TEST_MODE=None, TEST_MODE="Y")


@situation("pay_test_mode", "PS_WORK_MODE=test (нижний регистр)")
def work_mode_in_small_letters(shop: Shop) -> None:
    """A handler of an application writes its mode in small letters."""
    change(shop, SPLIT, ACTIVE="Y")
    settings(shop, SPLIT, PS_WORK_MODE="test", REST_SERVICE_KEY="key")


@situation("pay_test_mode", "Сбербанк SBERBANK_TEST_MODE=Y (код из песочницы)")
def sberbank_in_test_mode(shop: Shop) -> None:
    """The switch of the portal's own handler."""
    settings(shop, SBERBANK, SBERBANK_TEST_MODE="Y")


@situation("pay_test_mode", "Robokassa PS_IS_TEST=Y (код из песочницы)")
def robokassa_in_test_mode(shop: Shop) -> None:
    """The switch of the portal's own handler."""
    settings(shop, ROBOKASSA, PS_IS_TEST="Y")


@situation("pay_test_mode", "ключ ЮKassa test_… (тестовый магазин)")
def key_of_a_test_shop(shop: Shop) -> None:
    """YooKassa has no switch: the key says it."""
    settings(shop, CARD, YANDEX_CHECKOUT_SECRET_KEY="test_sandbox_000002")


@situation("pay_test_mode", "тестовый ключ ЮKassa стоял ещё до первого снимка", without_baseline=True)
def test_key_from_the_beginning(shop: Shop) -> None:
    """Nobody ever put the real key in."""
    settings(shop, SBP, YANDEX_CHECKOUT_SECRET_KEY="test_sandbox_000005")


@situation("pay_test_mode", "приложение Т-Банка: терминал …DEMO")
def demo_terminal(shop: Shop) -> None:
    """A handler of an application that knows its mode by the terminal."""
    handlers = shop.portal.tables["paysystem_handler"]
    handlers.add({"ID": "2", "NAME": "Т-Банк", "CODE": "tbank_app", "SORT": "300", "SETTINGS": {"CODES": {}}})
    add_like(
        shop, CARD, 9, NAME="Карта, Т-Банк", PSA_NAME="Карта, Т-Банк", ACTION_FILE="tbank_app", PS_MODE=""
    )
    settings(shop, 9, TERMINAL_KEY="1700000000000DEMO", TERMINAL_PASSWORD="sandbox")


@situation("pay_test_mode", "обработчик приложения: режим из списка с названием «Тестовый стенд»")
def mode_known_by_its_title(shop: Shop) -> None:
    """Only the handler's own declaration says which value is the test one."""
    options = {"TYPE": "ENUM", "OPTIONS": {"1": "Боевой контур", "2": "Тестовый стенд"}}
    codes = {"CONTOUR": {"NAME": "Контур", "SORT": "100", "INPUT": options}}
    handlers = shop.portal.tables["paysystem_handler"]
    handlers.add({"ID": "2", "NAME": "Банк", "CODE": "bank_app", "SORT": "300", "SETTINGS": {"CODES": codes}})
    add_like(shop, CARD, 9, ACTION_FILE="bank_app", PS_MODE="")
    settings(shop, 9, CONTOUR="1")
    shop.take_baseline()
    settings(shop, 9, CONTOUR="2")


@situation("pay_test_mode", "Robokassa: тестовые пароли заполнены, режим рабочий")
def spare_passwords(shop: Shop) -> None:
    """A pair of passwords for tests lies there and is not used; an offer of testimonials is no test."""
    settings(shop, ROBOKASSA, ROBOXCHANGE_SHOPPASSWORD_TEST="test_1", PS_IS_TEST="N", SHOW_TESTIMONIALS="Y")
    shop.take_baseline()


@situation("pay_test_mode", "выключенная система осталась в тестовом режиме")
def test_mode_of_a_switched_off_system(shop: Shop) -> None:
    """The sandbox's system of an application is off and in test mode from the beginning."""
    settings(shop, SPLIT, PS_WORK_MODE="TEST")
