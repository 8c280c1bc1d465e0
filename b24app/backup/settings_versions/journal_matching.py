"""Who changed a setting, by the portal's journal: only where an entry names this very object. Pure.

An entry names it when all three agree: its module, its type of event (which must name the kind of the object) and its
item. Being near in time proves nothing. Which types a portal writes is not documented beyond USER_AUTHORIZE, so many portals
will name no author: then it is unknown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One record of the journal (main-eventlog-list.md)."""

    at: datetime
    user_id: int
    kind: str
    module: str
    item: str


@dataclass(frozen=True, slots=True)
class Naming:
    """How the journal may name a kind of object: its modules, and words in its types of events."""

    modules: frozenset[str]
    words: tuple[str, ...]


def _naming(modules: str, words: str) -> Naming:
    return Naming(frozenset(modules.split()), tuple(words.split()))


NAMINGS: Mapping[str, Naming] = {
    "pipeline": _naming("crm", "CATEGORY FUNNEL PIPELINE"),
    "stage": _naming("crm", "STATUS STAGE"),
    "smart_process": _naming("crm", "TYPE DYNAMIC"),
    "field": _naming("crm main", "FIELD"),
    "process_template": _naming("bizproc", "TEMPLATE WORKFLOW"),
    "pay_system": _naming("sale", "PAYSYSTEM PAY_SYSTEM"),
    "cash_register": _naming("sale", "CASHBOX"),
    "delivery": _naming("sale", "DELIVERY"),
    "order_status": _naming("sale", "STATUS"),
    "checkout_field": _naming("sale", "PROPERTY PROPS"),
    "person_type": _naming("sale", "PERSON"),
    "currency": _naming("currency crm", "CURRENCY"),
    "vat": _naming("catalog", "VAT"),
    "store": _naming("catalog", "STORE"),
    "price_type": _naming("catalog", "PRICE_TYPE PRICETYPE GROUP"),
    "catalog": _naming("catalog iblock", "CATALOG IBLOCK"),
    "site": _naming("landing", "SITE"),
    "open_line": _naming("imopenlines", "CONFIG LINE"),
    "connector": _naming("imconnector imopenlines", "CONNECTOR"),
    "phone_line": _naming("voximplant", "LINE NUMBER SIP"),
}


def author_of(
    kind: str, key: str, since: datetime, until: datetime, entries: Iterable[JournalEntry]
) -> JournalEntry | None:
    """The newest entry that names the object within the time of its change; None when there is none, or several people."""
    naming = NAMINGS.get(kind)
    if naming is None:
        return None
    found = [one for one in entries if since <= one.at <= until and _names(naming, key, one)]
    if len({one.user_id for one in found}) != 1:
        return None
    return max(found, key=lambda one: one.at)


def _names(naming: Naming, key: str, entry: JournalEntry) -> bool:
    items = {key, key.rpartition(":")[2]}
    told = any(word in entry.kind.upper() for word in naming.words)
    return entry.user_id > 0 and told and entry.module in naming.modules and entry.item in items
