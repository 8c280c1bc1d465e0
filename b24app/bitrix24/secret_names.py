"""What a name says of its value: a secret, something of a person, the name of a thing, or nothing special. Pure."""

import functools
import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any


class Sort(Enum):
    """What kind of value a name promises."""

    PLAIN = auto()
    SECRET = auto()
    PERSON = auto()
    TITLE = auto()
    """A name, title or free text: of a person, or of a thing such as a pay system; the method tells which."""


def _all(words: str) -> frozenset[str]:
    return frozenset(words.split())


WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[А-ЯЁ]+(?![а-яё])|[А-ЯЁ]?[а-яё]+")
SECRET_PARTS = re.compile(
    r"pass|pwd|secret|token|key|cert|sign|auth|credential|sessid|hash|hmac|salt|login|webhook|refresh_id"
    r"|^ap$|^ap_|url_?machine|download_?url|url_?download"
    r"|парол|ключ|секрет|токен|подпис|сертификат|логин"
)
SECRET_WORDS = frozenset(
    {"pw", "psw", "crt", "pfx", "pin", "cvv", "cvc", "cvv2", "otp", "pem", "jwt", "bearer"}
)
# Documented names that hold a secret's word and are none; the words are dropped before the search.
HARMLESS = frozenset({"assigned", "author", "authors", "keyword", "keywords", "design", "signed", "pinned"})
DATES = frozenset({"last_login"})
PERSON_WORDS = _all(
    "email emails mail mails mailbox phone phones mobile fax pager icq skype telegram whatsapp viber birthday "
    "birthdate fio surname patronymic honorific photo avatar address addresses street city zip postal province "
    "comment comments note notes passport inn kpp ogrn bik iban snils rq personal uf caller location im www "
    "имя фамилия отчество фио телефон почта адрес"
)
PERSON_NAMES = _all(
    "lastname last_name firstname first_name secondname second_name middlename middle_name fullname full_name "
    "shortname short_name nameformatted user_name username author_name sender_name owner_name responsible_name "
    "contact_name client_name customer_name recipient_name company_title companytitle company_name position "
    "portal_number web website find search_content searchcontent additional_info detail_info lastmessage"
)
TITLES = _all(
    "name title description text message subject detail_text preview_text source_description status_description "
    "user_description reason_marked reason_canceled pay_return_comment parsed_description notify_title content"
)
# A name that ends so is an identifier, a number or a switch, whatever it is of.
PLAIN_ENDS = frozenset({"id", "ids", "count", "counter", "type", "code", "codes", "enabled", "date", "sort"})
# The two halves of a `{CODE, VALUE}` pair.
VALUES = frozenset({"value", "values", "default", "default_value", "defaultvalue"})
SPELLED_VALUES = VALUES | {name.upper() for name in VALUES} | {"Value", "Values", "Default", "defaultValue"}
LABELS = frozenset({"code", "name", "key", "field", "field_name", "fieldname", "param", "title"})


@functools.lru_cache(maxsize=8192)
def sort_of(name: str) -> Sort:
    """Judge a name by what it contains, in any spelling: `SHOPPASSWORD2`, `apiKey`, `!=LAST_NAME`."""
    words = [word.lower() for word in WORD.findall(name)]
    whole = "_".join(words)
    if whole not in DATES and _is_secret(words):
        return Sort.SECRET
    if words and words[-1] in PLAIN_ENDS and not {"postal", "zip"} & set(words):
        return Sort.PLAIN
    if whole in TITLES:
        return Sort.TITLE
    if whole in PERSON_NAMES or words[:1] == ["work"] or not PERSON_WORDS.isdisjoint(words):
        return Sort.PERSON
    return Sort.PERSON if "".join(words) in PERSON_WORDS else Sort.PLAIN


def _is_secret(words: list[str]) -> bool:
    left = [word for word in words if word not in HARMLESS]
    return not SECRET_WORDS.isdisjoint(left) or any(
        SECRET_PARTS.search(spelling) for spelling in ("_".join(left), "".join(left))
    )


def label_of(value: Mapping[Any, Any]) -> str:
    """The name inside a `{CODE, VALUE}` pair; of several, the one that hides most."""
    if SPELLED_VALUES.isdisjoint(value):
        return ""
    labels = [str(inner) for key, inner in value.items() if str(key).lower() in LABELS and inner]
    order = (Sort.SECRET, Sort.PERSON, Sort.TITLE, Sort.PLAIN)
    return min(labels, key=lambda label: order.index(sort_of(label)), default="")
