"""The two shops of the listing's pictures, a Russian and an English one: portals of the sandbox with invented names in one language."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from b24app.manifest import read_manifest
from sandbox.portal import Portal
from sandbox.rest.table import Table
from tests.browser.stage import CARD, Stage, set_stage
from tools.listing_english import FIRST_NAMES, LAST_NAMES, POSITIONS, WORDS

TODAY = datetime(2027, 3, 10, 7, 20, tzinfo=UTC)
"""The moment of the pictures: a quiet month, in which no country's banks rest for long."""

DAYS_LEFT = 20
NIGHT_STORAGE = {"ru": "Хранилище компании, teply-dom-copy", "en": "Company storage, riverside-copy"}


@dataclass(frozen=True, slots=True)
class Shop:
    """One portal of the pictures; `words` are the names of its settings where they are not those of the sandbox."""

    language: str
    name: str
    plan: str
    money: Mapping[str, str]
    responsible: str
    words: Mapping[str, str] = field(default_factory=dict)


SHOPS = (
    Shop(
        "ru",
        "Тёплый дом",
        "ru_std",
        {"amount": "83880", "currency": "RUB", "months": "12", "invoice_number": "А-118"},
        "Вера Корзинкина",
        {"ЮKassa: банковская карта": "Банковская карта на сайте"},
    ),
    Shop(
        "en",
        "Riverside Home",
        "en_std",
        {"amount": "1188", "currency": "USD", "months": "12", "invoice_number": "A-118"},
        "Vera Basketfield",
        WORDS,
    ),
)


@contextlib.contextmanager
def open_shop(shop: Shop, folder: Path, smtp_url: str) -> Iterator[Stage]:
    """The portal with the application beside it; nothing is installed yet."""
    paid_till = TODAY.date() + timedelta(days=DAYS_LEFT)
    with set_stage(
        folder, smtp_url=smtp_url, now=TODAY, paid_till=paid_till, lang=shop.language, plan=shop.plan
    ) as stage:
        manifest, card = read_manifest(), stage.world.applications[CARD["client_id"]]
        stage.world.applications[CARD["client_id"]] = replace(
            card, title=manifest.title[shop.language], menu_title=manifest.menu[shop.language]
        )
        stage.portal.extra |= {"name": shop.name, "scenario_in_menu": False}
        if shop.language == "en":
            name_people(stage.portal)
        rename_settings(stage.portal, shop.words)
        yield stage


def name_people(portal: Portal) -> None:
    """Give people of a generated shop English names."""
    for place, person in enumerate(portal.users):
        person.name = FIRST_NAMES[place % len(FIRST_NAMES)]
        person.last_name = LAST_NAMES[place * 7 % len(LAST_NAMES)]
        person.fields["WORK_POSITION"] = POSITIONS[place % len(POSITIONS)]


def rename_settings(portal: Portal, words: Mapping[str, str]) -> None:
    """Give settings other names; rows that are built when they are read, such as orders, keep theirs and are not shown."""
    for table in portal.tables.values():
        if isinstance(table, Table):
            for row_id in table.touched():
                row = table.get(row_id) or {}
                table.update(row_id, **{key: translated(value, words) for key, value in row.items()})


def translated(value: Any, words: Mapping[str, str]) -> Any:
    """A value with every text of it that has an English one."""
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, dict):
        return {key: translated(one, words) for key, one in value.items()}
    return [translated(one, words) for one in value] if isinstance(value, list) else value
