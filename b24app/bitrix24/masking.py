"""Masking of secrets and personal data in text: what a name means for its value; addresses, commands, words of errors. Pure."""

import functools
import re
from collections.abc import Mapping
from enum import Enum, auto
from urllib.parse import unquote, urlsplit


class Sort(Enum):
    """The kind of a value by its name."""

    PLAIN = auto()
    SECRET = auto()
    PERSON = auto()
    TITLE = auto()
    """A name, title or free text: of a person, or of a setting such as a pay system; the method decides which."""


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
    "post banking_details commentary document_name message_out file_content "
    "portal_number web website find search_content searchcontent additional_info detail_info lastmessage"
)
# A field that the customer has made himself: elements of lists and goods.
OWN_FIELD = re.compile(r"property_?\d+(?:_?value)?", re.IGNORECASE)
# Whose a name may be: what follows them is judged as of a person.
PEOPLE = _all(
    "user users contact client customer employee manager author creator responsible assigned owner person operator "
    "sender recipient member created updated modified moved by"
)
TITLES = _all(
    "name title description text message subject detail_text preview_text source_description status_description "
    "user_description reason_marked reason_canceled pay_return_comment parsed_description notify_title content detail_url"
)
# A name that ends so is free text: `psStatusMessage`, `taskDescription`.
FREE_ENDS = frozenset({"description", "message", "title", "subject", "text"})
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
    if OWN_FIELD.fullmatch(name):
        return Sort.PERSON
    if whole in PERSON_NAMES or not PERSON_WORDS.isdisjoint(words) or _is_of_somebody(words):
        return Sort.PERSON
    if "".join(words) in PERSON_WORDS:
        return Sort.PERSON
    return Sort.TITLE if words and words[-1] in FREE_ENDS else Sort.PLAIN


def _is_of_somebody(words: list[str]) -> bool:
    """Whether a name is a person's own behind the word for that person: `USER_LAST_NAME`, `USER_WORK_POSITION`."""
    own = words
    while own and own[0] in PEOPLE:
        own = own[1:]
    return own[:1] == ["work"] or (own != words and "_".join(own) in PERSON_NAMES | {"name", "title"})


def _is_secret(words: list[str]) -> bool:
    left = [word for word in words if word not in HARMLESS]
    return not SECRET_WORDS.isdisjoint(left) or any(
        SECRET_PARTS.search(spelling) for spelling in ("_".join(left), "".join(left))
    )


def label_of(value: Mapping[object, object]) -> str:
    """The name inside a `{CODE, VALUE}` pair; of several, the one that hides most."""
    if SPELLED_VALUES.isdisjoint(value):
        return ""
    labels = [str(inner) for key, inner in value.items() if str(key).lower() in LABELS and inner]
    order = (Sort.SECRET, Sort.PERSON, Sort.TITLE, Sort.PLAIN)
    return min(labels, key=lambda label: order.index(sort_of(label)), default="")


MASK = "***"
MOST_TEXT = 500
# Text without any of these holds nothing to mask; a moment holds some of them and nothing to mask either.
SUSPECT = re.compile(r"[@=/:%]|-----BEGIN|\d{3}|\d\D\d|[\w-]{32}|[Bb]earer")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
URL = re.compile(r"\bhttps?://[^\s\"'<>\\]+", re.IGNORECASE)
WEBHOOK = re.compile(r"(/rest/(?:api/)?\d+/)[^/\s\"?]+")
OUTSIDE = re.compile(r"(/(?:status|calendar|report|download)/)[\w\-.]{16,}")
PRIVATE_KEY = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?=-----END|\Z)", re.DOTALL)
BEARER = re.compile(r"(?i)\b(bearer\s+|authorization\W{1,4}\w+\s+)[^\s\"',]+")
LOGIN = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]*://)[^\s/@\"'<>]*@")  # of a database, a queue, a mail server
# name=value of an address or a command; "name": "value" of JSON, of Python, and of PHP's own notation.
ASSIGNED = re.compile(r"(?P<name>[^\s&?=\"'<>(){},;:/]{1,120}?)(?:=|%3D)(?P<value>[^&\s\"'<>\\]+)")
QUOTED_PAIR = re.compile(
    r"\\*[\"'](?P<name>[^\"'\\]{1,120})\\*[\"']\s*(?::|=>|;s:\d+:)\s*[bf]?\\*(?P<quote>[\"'])(?P<value>(?:(?!\\*(?P=quote)).)*)",
    re.DOTALL,
)
COLON_PAIR = re.compile(r"\b(?P<name>[^\W\d]\w{1,60})\s*:\s+(?![\w-]{1,60}\s*:\s)(?P<value>[^\s\"'{\[]+)")
QUOTED_VALUE = re.compile(
    r"\b(?P<name>[^\W\d]\w{1,60})\s*=>?\s*(?P<quote>\\*[\"'])(?P<value>(?:(?!(?P=quote)).)+)", re.DOTALL
)
EMAIL = re.compile(r"[^\s@<>,;:\"'()«»=&/\\{}\[\]]+(?:@|%40)[^\s@<>,;:\"'()«»=&/\\{}\[\]]+\.\w[\w-]*")
# The characters around a mail address; looked through one by one, for a long text without spaces took seconds otherwise.
MAIL_RUN = re.compile(r"[^\s<>,;:\"'()«»=&/\\{}\[\]]+")
LONGEST_RUN = 1000
# Files and packed settings as text: their content is unknown, so nothing of them is kept.
LONG = 256
SHORT = 32
OPAQUE = re.compile(rf"[A-Za-z0-9+/=_%\\-]{{{LONG},}}")
DATE_AHEAD = r"(?!(?:19|20)\d\d-[01]\d-[0-3]\d)"
PHONE = re.compile(
    rf"(?<![\w.#-]){DATE_AHEAD}(?:"
    r"(?:\+|%2B)\d[\d\s()-]{6,18}\d"
    r"|[78][\s-]?\(?\d{3}\)?[\s-]?\d{3}[\s-]?\d{2}[\s-]?\d{2}"
    r"|\(?\d{3,5}\)?[\s-]\d{1,3}[\s-]\d{2}[\s-]\d{2}"
    r"|(?:375|380|374|992|994|995|996|998)\d{9}"
    r")(?![\w:-])"
)
# Tokens that nobody named: 40 signs and more of mixed kind, or a signed text such as a page token.
TOKEN = re.compile(r"(?<![\w/.-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{40,}(?![\w])|\beyJ[\w-]+(?:\.[\w-]+)+")
SIGNED = re.compile(r"(?<![\w.-])\.?[\w-]{20,}\.[\w-]{27,}(?![\w-])")
SEGMENT = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[\w.:~-]{20,}|bot\d+:[\w-]+")
QUOTED = re.compile(r"(?<!\w)(?P<open>[\"'])(?!\w*\.py\b)(?P<inner>.*?)(?P=open)(?!\w)|«[^»]*»", re.DOTALL)
# What drivers and validators quote of the values they stumble over, and the path that `requests` names.
QUOTED_BY_OTHERS = re.compile(
    r"(input_value=).*?(?=, input_type=)|(Key \([^)]*\)=\().*?(?=\) |\)$)|(Failing row contains \().*(?=\))"
    r"|(\bwith url: )\S+|(broken by .{1,200}?: )/\S*",
    re.DOTALL | re.MULTILINE,
)
# An authorization code, and the value of a `{CODE, VALUE}` pair, whose name is elsewhere in the text.
NAMELESS = re.compile(r"(?i)^code$|\bvalues?(?:\]|%5D)*$")
PRIVATE = frozenset({Sort.SECRET, Sort.PERSON})
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z_.]{0,40}")


def mask_text(text: str) -> str:
    """Take secrets, mail addresses and telephones out of free text, and bound its length."""
    return shorten(clean(text) if SUSPECT.search(text) else text)


def mask_whole(text: str) -> str:
    """Take secrets, mail addresses, telephones and unreadable runs out of a text that is kept whole."""
    if len(text) <= SHORT:
        return _mask_short(text)
    if len(text) >= LONG:
        text = OPAQUE.sub(MASK, text)
    return clean(text) if SUSPECT.search(text) else text


@functools.lru_cache(maxsize=8192)
def _mask_short(text: str) -> str:
    """Cached: codes, moments and sums of a list are the same in many of its rows."""
    return clean(text) if SUSPECT.search(text) else text


def shorten(text: str) -> str:
    """Text of at most the length that a log keeps."""
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + "…"


def mask_words(text: str) -> str:
    """The words of an error: like any text, and what they quote is hidden unless it is the name of something."""
    return mask_text(hide_quoted(text))


def hide_quoted(text: str, *, names: bool = True) -> str:
    """Hide quoted text; with `names` those of parameters and fields stay."""
    return QUOTED.sub(_quoted if names else _any_quoted, text)


def clean(text: str, *, strict: bool = False) -> str:
    """Mask without a bound; `strict` also takes the path of every address, which may be a webhook's."""
    if MOMENT.fullmatch(text):
        return text
    if strict:
        text = URL.sub(lambda found: mask_address(found[0]), QUOTED_BY_OTHERS.sub(_kept_before, text))
    text = clean_secrets(text)
    if "@" in text or "%40" in text:
        text = MAIL_RUN.sub(_mail, text)
    return PHONE.sub(MASK, text)


def clean_secrets(text: str) -> str:
    """Mask secrets alone: mail addresses and telephones stay."""
    if "-----BEGIN" in text:
        text = PRIVATE_KEY.sub(rf"\1{MASK}", text)
    if "/" in text:
        text = URL.sub(_address, text)
        text = OUTSIDE.sub(rf"\1{MASK}", WEBHOOK.sub(rf"\1{MASK}", text))
    if "://" in text:
        text = LOGIN.sub(rf"\1{MASK}@", text)
    if "earer" in text or "uthorization" in text:
        text = BEARER.sub(rf"\1{MASK}", text)
    if '"' in text or "'" in text:
        text = QUOTED_VALUE.sub(_named_value, QUOTED_PAIR.sub(_quoted_pair, text))
    if "=" in text or "%3D" in text:
        text = ASSIGNED.sub(_named_value, text)
    if ":" in text:
        text = COLON_PAIR.sub(_colon_pair, text)
    return SIGNED.sub(MASK, TOKEN.sub(MASK, text))


def _hide(found: re.Match[str], *, hidden: bool) -> str:
    """The whole match, or all of it up to its value and a mask."""
    return found.string[found.start() : found.start("value")] + MASK if hidden else found[0]


def _mail(found: re.Match[str]) -> str:
    run = found[0]
    if "@" not in run and "%40" not in run:
        return run
    return MASK if len(run) > LONGEST_RUN else EMAIL.sub(MASK, run)


def _named_value(found: re.Match[str]) -> str:
    name = unquote(found["name"])
    return _hide(found, hidden=sort_of(name) in PRIVATE or NAMELESS.search(name) is not None)


def _quoted_pair(found: re.Match[str]) -> str:
    return _hide(found, hidden=sort_of(found["name"]) in PRIVATE and found["value"] != "")


def _colon_pair(found: re.Match[str]) -> str:
    name = found["name"]
    error = name.endswith(("Error", "Exception"))
    return _hide(found, hidden=sort_of(name) is Sort.SECRET and not error)


def _quoted(found: re.Match[str]) -> str:
    inner = found["inner"]
    if inner is None:
        return f"«{MASK}»"
    sign = found["open"]
    return found[0] if not inner or IDENTIFIER.fullmatch(inner) else f"{sign}{MASK}{sign}"


def _any_quoted(found: re.Match[str]) -> str:
    return f"{found[0][0]}{MASK}{found[0][-1]}"


def _kept_before(found: re.Match[str]) -> str:
    return "".join(filter(None, found.groups())) + MASK


def _address(found: re.Match[str]) -> str:
    try:
        parts = urlsplit(found[0])
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return MASK
    path = "/".join(MASK if SEGMENT.fullmatch(piece) else piece for piece in parts.path.split("/"))
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}{path}{query}" + (f"#{MASK}" if parts.fragment else "")


@functools.lru_cache(maxsize=256)
def mask_address(address: str) -> str:
    """What may be seen of an address that may be a secret itself: its host and a masked tail."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return MASK
    if not host:
        return MASK if address else ""
    return f"{parts.scheme}://{host}" + (f"/{MASK}" if parts.path.strip("/") or parts.query else "")
