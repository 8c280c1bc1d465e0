"""A portal of the West in English sees no law, wallet, program or market of Russia: not on a page, nor in a letter, report or guide."""

import html
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from b24app.database import db, portal_scope
from b24app.manifest import ROOT
from b24app.reminders.reminder_jobs import remind_portal
from b24app.terms.paid_terms import set_paid_term
from b24app.terms.profile import get_profile
from b24app.terms.term import Author
from sandbox.world import World
from tests.actors import Actor, Opened
from tests.conftest import DAY_OF_THE_STORY
from tests.integrators.consent_story import declare
from tests.web.test_portal_refused import every_page

HERE = Path(__file__).parent
MARKUP = re.compile(r"<[^>]+>")
OUTSIDE = ("/", "/help", "/support", "/help/errors", "/legal/licence", "/legal/privacy")


@cache
def forbidden() -> Mapping[str, re.Pattern[str]]:
    """What is shown to nobody there, by its group."""
    groups = tomllib.loads((HERE / "west_words.toml").read_text(encoding="utf-8"))
    return {name: re.compile(group["pattern"]) for name, group in groups.items() if group["why"]}


@cache
def allowed() -> Mapping[str, tuple[str, ...]]:
    """Texts and pages that may name such a thing, by the reason."""
    groups = tomllib.loads((HERE / "west_allowed.toml").read_text(encoding="utf-8"))
    return {group["why"]: tuple(group["places"]) for group in groups.values()}


def is_allowed(place: str) -> bool:
    return any(place == one or place.startswith(f"{one}|") for places in allowed().values() for one in places)


def realities_in(text: str) -> list[str]:
    """Every forbidden word of a text with what stands around it."""
    plain = " ".join(html.unescape(MARKUP.sub(" ", text)).split())
    return [
        f"{name}: …{plain[max(0, found.start() - 40) : found.end() + 40]}…"
        for name, pattern in forbidden().items()
        for found in pattern.finditer(plain)
    ]


def move_west(actor: Actor) -> None:
    """The shop of the sandbox as one of the West has it: what it calls its things is its own, and names nothing of Russia."""
    for table in actor.portal.tables.values():
        for row_id in list(table.ids):
            row = westward(dict(table.get(row_id) or {}))
            assert isinstance(row, dict)
            if row.get(table.key) != (table.get(row_id) or {}).get(table.key):
                table.delete(row_id)
                table.add(row)
            else:
                table.update(row_id, **row)


def westward(value: object) -> object:
    """A value of a portal without what is Russia's: roubles are euros, providers are others."""
    if isinstance(value, str):
        for pattern in forbidden().values():
            value = pattern.sub("EUR" if value == "RUB" else "Stripe", value)
        return "stripe" if value in ("yandexcheckout", "sberbankonline", "roboxchange") else value
    if isinstance(value, dict):
        return {key: westward(one) for key, one in value.items()}
    return [westward(one) for one in value] if isinstance(value, list) else value


@pytest.fixture
def west(visitor: FlaskClient, world: World, run_jobs: Callable[[], int]) -> Actor:
    """A portal of the West with the application installed, a date, a run and letters, which is an integrator's too."""
    actor = Actor(visitor, world.add_portal("west.bitrix24.example", plan="en_std", lang="en"))
    move_west(actor)
    actor.portal.add_application(next(iter(world.applications.values())))
    wizard = actor.opens(lang="en")
    assert wizard.post("/install/bind").status_code == 200
    assert wizard.post("/install/done").status_code == 200
    actor.portal.finish_install(next(iter(world.applications.values())))
    run_jobs()
    with portal_scope(actor.portal_id):
        set_paid_term("plan", date(2026, 11, 20), by=Author(1, "Mary"), at=DAY_OF_THE_STORY)
        db.session.commit()
    opened = actor.opens(lang="en")
    declare(opened)
    opened.post("/shop/run")
    run_jobs()
    return actor


@pytest.fixture
def opened(west: Actor) -> Opened:
    return west.opens(lang="en")


@pytest.mark.cases
def test_no_page_of_a_portal_of_the_west_names_them(opened: Opened):
    pages = {path: opened.get(path) for path in (*every_page(), *OUTSIDE)}
    assert len(pages) > 60
    assert {path: page.status_code for path, page in pages.items() if page.status_code != 200} == {}
    assert {
        path: found
        for path, page in pages.items()
        if not is_allowed(path) and (found := realities_in(page.text))
    } == {}


def test_the_copy_offers_storages_of_the_world_and_asks_for_no_tick(opened: Opened, north_admin: Opened):
    page, at_home = opened.get("/copy").text, north_admin.get("/copy").text
    assert "A cloud with S3" in page
    assert 'name="accepted"' not in page
    assert "Yandex" not in page
    assert 'name="accepted"' in at_home
    assert (
        "Yandex Cloud" in north_admin.client.get("/copy?LANG=en", headers=north_admin._headers()).text
        or "Яндекс" in at_home
    )


def test_days_are_counted_by_weekends_and_it_is_said(west: Actor, opened: Opened):
    page = opened.get("/renewal/days/counted").text
    assert "Weekends alone are counted" in page
    assert "weekends only" in page
    with portal_scope(west.portal_id):
        assert get_profile().is_abroad


def test_no_letter_names_them(west: Actor, run_jobs: Callable[[], int]):
    remind_portal(west.portal_id)
    run_jobs()
    sent = [str(row) for name in ("notification", "task") for row in west.portal.tables[name]]
    assert any("Renewal" in text or "renew" in text for text in sent)
    assert [found for text in sent for found in realities_in(text)] == []


def test_a_portal_of_russia_read_in_english_has_its_own_storages(north: Actor):
    page = north.opens(lang="en").get("/copy").text
    assert "Yandex Cloud" in page
    assert 'name="accepted"' in page


def english_texts() -> Iterator[tuple[str, str]]:
    """Every English text with its place: the catalogue, data that people read, the manifest."""
    catalogue = ROOT / "translations/en/LC_MESSAGES/messages.po"
    with catalogue.open("rb") as file:
        for message in read_po(file, locale="en"):
            texts = (message.string,) if isinstance(message.string, str) else message.string
            yield from ((f"{message.locations[0][0]}|{text}", text) for text in texts if message.id)
    for path in sorted((ROOT / "b24app").rglob("*.toml")):
        name = str(path.relative_to(ROOT))
        yield from (
            (f"{name}|{text}", text) for text in _english(tomllib.loads(path.read_text(encoding="utf-8")))
        )
    manifest = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))
    yield from ((f"manifest.json|{one['why']['en']}", one["why"]["en"]) for one in manifest["scopes"])


def _english(tree: object) -> Iterator[str]:
    """The texts under `en`, but for steps that only Russia and its neighbours see."""
    if isinstance(tree, dict):
        if tree.get("near") is not True:
            for key, value in tree.items():
                yield from [value] if key == "en" and isinstance(value, str) else _english(value)
    elif isinstance(tree, list):
        yield from (text for value in tree for text in _english(value))


def test_no_english_text_names_them_but_those_with_a_reason():
    found = {place: text for place, text in english_texts() if realities_in(text) and not is_allowed(place)}
    assert list(found) == []


def test_nothing_is_allowed_that_names_nothing():
    named = [place for place, text in english_texts() if realities_in(text)]
    unused = [
        one
        for places in allowed().values()
        for one in places
        if not one.startswith("/") and not any(place == one or place.startswith(f"{one}|") for place in named)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("by article 6 of 152-FZ", "law"),
        ("its INN", "taxpayer"),
        ("pay by YooMoney", "wallets"),
        ("the exchange with 1C stops", "accounting"),
        ("Ozon and others", "marketplaces"),
        ("the production calendar", "calendar"),
        ("1 990 ₽", "money"),
        ("the fiscal data operator", "receipts"),
    ],
)
def test_each_kind_is_found(text: str, group: str):
    assert [one.partition(":")[0] for one in realities_in(text)] == [group]


@pytest.mark.parametrize("text", ["1C-Bitrix", "Russian", "1C‑Bitrix support", "PID 152", "in EUR"])
def test_what_is_no_such_thing_is_not(text: str):
    assert realities_in(text.replace("\u2011", "-")) == []
