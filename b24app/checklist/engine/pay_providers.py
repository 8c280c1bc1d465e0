"""Data on payment handlers: the provider of each, and which of them take money online. Pure.

Sources, read on 29 November 2026:
- `sale`: the portal's own source, module sale, handlers/paysystem/<code>/.description.php (the public copy
  avshatalov48/bitrix-core-business): codes of handlers and of their settings.
- `docs`: b24-rest-docs, api-reference/pay-system/ and sale/data-types.md: handlers of applications, IS_CASH.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from b24app.text.messages import N_, Sentence, sentence

ONLINE = frozenset({
    "adyen", "alfabank", "assist", "authorize", "bepaid", "bepaiderip", "liqpay", "paymaster", "paypal", "platon", "qiwi",
    "roboxchange", "sberbankonline", "skb", "uapay", "webmoney", "wooppay", "yandex", "yandexcheckout", "yandexinvoice",
    "yandexreferrer",
})  # fmt: skip
"""Handlers of the portal itself that take money by themselves (`sale`)."""
BY_HAND = frozenset({
    "alfabankb2b", "cash", "cashondelivery", "cashondeliverycalc", "inner", "invoicedocument", "orderdocument", "sberbank",
})  # fmt: skip
"""Handlers that print a paper or take cash: `sberbank` is a bank slip, `inner` the buyer's balance in the shop (`sale`)."""
BILL = re.compile(r"bill([a-z]{2})?")
"""Invoices, one handler a country: bill, billby, billkz … (`sale`)."""
BILL_NAME = re.compile(
    r"^\s*сч[её]т\b(?! (мобильн|телефон))|сч[её]т\w* (для|на оплату|юр)|по сч[её]ту|безналичн\w* (расч|плат|перев)"
    r"|квитанци|\binvoice\b",
    re.IGNORECASE,
)
CASH_NAME = re.compile(r"\bналичн(?!\w* и )|налож\w* плат|при получении|cash on delivery", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Provider:
    """A payment provider: the codes of its handlers and the words by which it is recognised."""

    code: str
    handlers: frozenset[str]
    sign: re.Pattern[str]


PROVIDERS = (
    Provider(
        "yookassa",
        frozenset({"yandexcheckout", "yandex", "yandexinvoice", "yandexreferrer"}),
        re.compile(r"yandexcheckout|yookassa|ю.?касса|ю.?kassa", re.IGNORECASE),
    ),
    Provider("sberbank", frozenset({"sberbankonline"}), re.compile(r"sber|сбер", re.IGNORECASE)),
    Provider("robokassa", frozenset({"roboxchange"}), re.compile(r"robo(x|k)|робокасс", re.IGNORECASE)),
    Provider("tbank", frozenset(), re.compile(r"tinkoff|t-?bank\b|т-?банк|тинькофф", re.IGNORECASE)),
)


NEEDED_SETTINGS = {
    "yandexcheckout": ("YANDEX_CHECKOUT_SHOP_ID", "YANDEX_CHECKOUT_SECRET_KEY"),
    "sberbankonline": ("SBERBANK_LOGIN", "SBERBANK_PASSWORD"),
    "roboxchange": ("ROBOXCHANGE_SHOPLOGIN", "ROBOXCHANGE_SHOPPASSWORD", "ROBOXCHANGE_SHOPPASSWORD2"),
    "skb": ("SKB_LOGIN", "SKB_PASSWORD", "SKB_MERCHANT_ID", "SKB_SECRET_KEY"),
    "bepaid": ("BEPAID_ID", "BEPAID_SECRET_KEY"),
    "wooppay": ("WOOPPAY_LOGIN", "WOOPPAY_PASSWORD"),
}
"""Required settings of the portal's own handlers (`sale`)."""


TITLES = {
    "yookassa": N_("YooKassa"),
    "sberbank": N_("Sberbank"),
    "robokassa": N_("Robokassa"),
    "tbank": N_("T-Bank"),
    "bill": N_("an invoice"),
    "cash": N_("cash or a bank slip"),
}
FIELDS = (
    (re.compile(r"PASSW|PWD", re.IGNORECASE), N_("password")),
    (re.compile(r"TERMINAL", re.IGNORECASE), N_("terminal")),
    (re.compile(r"TOKEN", re.IGNORECASE), N_("token")),
    (re.compile(r"KEY|SECRET", re.IGNORECASE), N_("secret key")),
    (re.compile(r"LOGIN", re.IGNORECASE), N_("login")),
    (re.compile(r"SHOP|SERVICE_?ID|MERCHANT", re.IGNORECASE), N_("number of the shop")),
    (re.compile(r"ACCOUNT", re.IGNORECASE), N_("account")),
)


def handler_title(handler: str) -> Sentence | str:
    """The title of a handler: its provider, or its own code when that is unknown."""
    title = TITLES.get(provider_of(handler))
    return sentence(title) if title else handler


def field_title(code: str) -> Sentence | str:
    """The title of a field of the settings, derived from its code."""
    title = next((title for sign, title in FIELDS if sign.search(code)), None)
    return sentence(title) if title else code


def missing_settings(handler: str, codes: Collection[str]) -> tuple[str, ...]:
    """The needed settings of a handler that are not among those the portal shows; empty when it shows none of them."""
    needed = NEEDED_SETTINGS.get(handler_code(handler), ())
    return (
        tuple(code for code in needed if code not in codes) if any(code in codes for code in needed) else ()
    )


def provider_of(handler: str, *names: str) -> str:
    """The provider of a payment: by the handler first, then by its names; the handler's own code when unknown."""
    code = handler_code(handler)
    if _is_by_hand(code):
        return "bill" if BILL.fullmatch(code) or code in {"invoicedocument", "orderdocument"} else "cash"
    named = next((one.code for one in PROVIDERS if code in one.handlers), None)
    if named is not None or code in ONLINE:
        return named or handler
    text = " ".join(names)
    signed = next((one.code for one in PROVIDERS if one.sign.search(f"{handler} {text}")), None)
    return signed or ("bill" if BILL_NAME.search(text) else "cash" if CASH_NAME.search(text) else handler)


def is_online(handler: str) -> bool:
    """Whether it is a handler of the portal itself that takes money online."""
    return handler_code(handler) in ONLINE


def is_by_hand(handler: str, *names: str) -> bool:
    """Whether the payment is manual: cash, an invoice for companies, a bank slip; nothing technical breaks there."""
    code = handler_code(handler)
    if code in ONLINE or _is_by_hand(code):
        return code not in ONLINE
    if any(one.sign.search(handler) for one in PROVIDERS):
        return False
    text = " ".join(names)
    return bool(BILL_NAME.search(text) or CASH_NAME.search(text))


def is_of_the_portal(handler: str) -> bool:
    """Whether this handler is part of the portal, not of an application."""
    code = handler_code(handler)
    return code in ONLINE or _is_by_hand(code)


def handler_code(handler: str) -> str:
    """The code of a handler: on-premise portals may show the folder of it."""
    return handler.rstrip("/").rpartition("/")[2].lower()


def _is_by_hand(code: str) -> bool:
    return code in BY_HAND or BILL.fullmatch(code) is not None
