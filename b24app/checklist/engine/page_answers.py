"""What the answer of a shop's page means: open, behind a guard against robots, or a redirect to another site. Pure.

A guard answers 403, 429 or 503 in the place of the page. Documented: `cf-mitigated: challenge` of Cloudflare
(developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response, read on 29 November 2026). The
words in a body and the names of other services in `server`, as well as the phrases of registrars below, are common on such
pages, but not documented: they only soften or explain a verdict.
"""

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from b24app.text.host_names import NoHostName, to_ascii

ALWAYS_A_GUARD = frozenset({403, 429})
CAN_BE_A_GUARD = frozenset({401, 405, 406, 418, 503, 520, 521, 525})
REDIRECTS = range(300, 400)
GUARD_HEADERS = {"cf-mitigated": "challenge"}
GUARD_SERVERS = re.compile(r"ddos-guard|qrator|variti|stormwall|servicepipe", re.IGNORECASE)
GUARD_BODY = re.compile(
    r"challenge|cf-chl|cf_chl|just a moment\.\.\.|checking your browser|ddos-guard|__ddg\d|qrator|variti|stormwall|servicepipe"
    r"|smartcaptcha|captcha|проверк\w+ (вашего )?браузера|вы не робот|подтвердите, что вы",
    re.IGNORECASE,
)
GUARD_TITLE = re.compile(
    r"<title>\s*(just a moment|ddos-guard|checking your browser|attention required|вы не робот|проверка браузера)",
    re.IGNORECASE,
)


PARKED = re.compile(
    r"домен\w* (припаркован|не прилинкован|не делегирован|не продл[её]н|просрочен|освобожда)|срок (регистрации|делегирования) домена"
    r"|domain (is |has )?(parked|expired|for sale)|buy this domain|парковк\w+ домен",
    re.IGNORECASE,
)
"""Phrases of registrars and hosters on the page of a site whose domain was not paid for: common ones, from no document."""


def is_parked(body: str) -> bool:
    """Whether a registrar's page is in the place of the shop."""
    return bool(PARKED.search(body))


def is_guarded(status: int, headers: Mapping[str, str], body: str) -> bool:
    """Whether a guard against robots answered in the place of the page; header names are lower case."""
    if status in ALWAYS_A_GUARD:
        return True
    if any(headers.get(name, "").lower() == value for name, value in GUARD_HEADERS.items()):
        return True
    if status in CAN_BE_A_GUARD:
        return bool(GUARD_BODY.search(body) or GUARD_SERVERS.search(headers.get("server", "")))
    return status < 300 and bool(GUARD_TITLE.search(body))


def leads_to(status: int | None, headers: Mapping[str, str], host: str) -> str:
    """The host that a redirect leads to, when it is another site than this one; a name before or after `www.` is the same site."""
    if status is None or status not in REDIRECTS:
        return ""
    try:
        target = urlsplit(urljoin(f"https://{host}/", headers.get("location", ""))).hostname or ""
    except ValueError:
        return ""
    return "" if not target or is_same_site(target, host) else target


def is_same_name(one: str, other: str) -> bool:
    """Whether two hosts differ at most by `www.`."""
    return _plain(one) == _plain(other)


def is_same_site(one: str, other: str) -> bool:
    """Whether one host is the other, or a subdomain of it."""
    first, second = _plain(one), _plain(other)
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _plain(host: str) -> str:
    """A host in ASCII as in DNS, international names too, without `www.`."""
    try:
        return to_ascii(host).removeprefix("www.")
    except NoHostName:
        return host.lower().removesuffix(".").removeprefix("www.")
