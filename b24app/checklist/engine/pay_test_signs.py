"""How settings of a pay system show that it runs in test mode: by known providers, and by the shape of any other. Pure.

Values are looked at and forgotten: only the kind of sign is kept.

| provider | setting | test | source, read on 29 November 2026 |
|---|---|---|---|
| Sberbank, SKB, UAPay, Wooppay | `SBERBANK_TEST_MODE`, `SKB_…`, `UAPAY_…`, `WOOPPAY_…` | Y | module sale, handlers/paysystem/*/.description.php |
| Robokassa, Assist, bePaid, PayPal, Adyen, Authorize | `PS_IS_TEST` | Y | the same |
| YooKassa | the secret key | begins with `test_` | yookassa.ru, developers/using-api/testing: a test shop has a key of its own; the prefix itself is named by the collected cases, not documented there |
| T-Bank | the terminal | `TinkoffBankTest`, or ends in `DEMO` | the first: documentation of T-Bank's acquiring; the ending: seen in public integrations, not documented there |
| handlers of applications | `PS_WORK_MODE` and others | `TEST`, in any case | b24-rest-docs, sale.paysystem.handler.add |
| Robokassa's second pair | `ROBOXCHANGE_SHOPPASSWORD_TEST` | never: a spare password is no switch | module sale |
"""

import re
from collections.abc import Mapping
from enum import StrEnum


class ModeSign(StrEnum):
    """A sign of the test mode."""

    SWITCH = "switch"
    MODE = "mode"
    KEY = "key"
    SERVER = "server"


YES = frozenset({"y", "yes", "1", "true", "on", "да"})
NO = frozenset({"n", "no", "0", "false", "off", "нет"})
TEST_VALUES = frozenset({
    "test", "testing", "test_mode", "testmode", "sandbox", "demo", "тест", "тестовый", "тестовая", "тестирование", "песочница",
})  # fmt: skip
TEST_WORD = re.compile(r"(is)?(test|sandbox|demo)(ing|mode|env)?")
LIVE_WORD = re.compile(r"(is)?(live|production|prod)(mode)?")
DEVELOPMENT = frozenset({"debug", "dev", "development", "stage", "staging", "uat"})
"""Test values of settings whose name is a mode or an environment, and of no others."""
MODE_WORD = re.compile(r"mode|env|environment|stage|stand|type|server|gateway|endpoint|host")
SERVER_WORD = re.compile(r"server|gateway|endpoint|host|api")
OUR_PAGE = re.compile(r"return|success|fail|back|callback|notif\w*|notice|redirect|cancel|decline|result")
KEY_WORD = re.compile(r".*key|.*secret|.*token")
SPARE = re.compile(
    r".*passw.*|pwd|login|url|.*key|.*secret|.*token"
)  # belongs to the test mode, does not switch it on
TEST_KEY = re.compile(r"(sk_|pk_|rk_)?(test|sandbox)_", re.IGNORECASE)
TEST_TERMINAL = re.compile(r"tinkoffbanktest|.*demo", re.IGNORECASE)
TEST_SERVER = re.compile(r"(^|//|\.)(test|sandbox|demo|uat|3dsec)[\w-]*\.", re.IGNORECASE)
TEST_TITLE = re.compile(r"\bтест|песочниц|\btest|sandbox|\bdemo|\bдемо", re.IGNORECASE)
_SPLIT = re.compile(r"[^a-zA-Z0-9]+|(?<=[a-z])(?=[A-Z])")


def signs_of(
    values: Mapping[str, object], declared: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[ModeSign, ...]:
    """The signs of test mode among settings, each once; `declared` holds what the handler itself calls test values."""
    found = {sign for code, value in values.items() if (sign := _sign(code, value, declared or {}))}
    return tuple(sorted(found))


def declared_test_values(about: Mapping[str, object]) -> tuple[str, ...]:
    """The values of a setting that its handler declares as test: of a list by their titles, of a flag by the setting's name."""
    given = about.get("INPUT")
    given = given if isinstance(given, Mapping) else {}
    options = given.get("OPTIONS")
    if isinstance(options, Mapping):
        return tuple(str(value) for value, title in options.items() if TEST_TITLE.search(str(title)))
    is_flag = given.get("TYPE") == "Y/N" and TEST_TITLE.search(str(about.get("NAME", "")))
    return ("Y",) if is_flag else ()


def _sign(code: str, given: object, declared: Mapping[str, tuple[str, ...]]) -> ModeSign | None:
    if isinstance(given, dict | list) or given is None:
        return None
    value = str(given).strip()
    low, words = value.lower(), [word.lower() for word in _SPLIT.split(code) if word]
    if low in {one.lower() for one in declared.get(code, ())}:
        return ModeSign.MODE
    if any(TEST_WORD.fullmatch(word) for word in words):
        spare = any(SPARE.fullmatch(word) for word in words)
        return ModeSign.SWITCH if not spare and low in YES | TEST_VALUES else None
    if low in NO and any(LIVE_WORD.fullmatch(word) for word in words):
        return ModeSign.SWITCH
    if low in TEST_VALUES | DEVELOPMENT and any(MODE_WORD.fullmatch(word) for word in words):
        return ModeSign.MODE
    return _sign_of_account(words, value)


def _sign_of_account(words: list[str], value: str) -> ModeSign | None:
    """The sign of a key, a terminal or a server for tests only."""
    if any(KEY_WORD.fullmatch(word) for word in words) and TEST_KEY.match(value):
        return ModeSign.KEY
    if any(word.startswith("terminal") for word in words) and TEST_TERMINAL.fullmatch(value):
        return ModeSign.KEY
    ours = any(OUR_PAGE.fullmatch(word) for word in words)
    if not ours and any(SERVER_WORD.fullmatch(word) for word in words) and TEST_SERVER.search(value):
        return ModeSign.SERVER
    return None
