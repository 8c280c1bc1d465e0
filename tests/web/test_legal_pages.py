"""Licence agreement and privacy policy: whose they are, of which version, under whose law, and what is not set is said."""

import hashlib
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from b24app.factory import create_app
from b24app.legal.legal_documents import LICENCE, PRIVACY, LawShown, law_for, was_read
from b24app.manifest import ROOT
from b24app.settings import Settings
from sandbox.world import World
from tests.actors import Actor, Opened, browser_of
from tests.story import OPERATOR

BOTH = ["/legal/licence", "/legal/privacy"]
RUSSIAN_LAW = (
    "152-",
    "1286",
    "Roskomnadzor",
    "Роскомнадзор",
    "Civil Code",
    "Гражданск",
    "Russian Federation",
)
NOT_SET = "not set by whoever runs this installation"


def with_settings(settings: Settings, world: World, **changes: object) -> FlaskClient:
    return browser_of(create_app(settings.model_copy(update=changes), clock=world.clock), world)


def read(client: FlaskClient, path: str, lang: str = "en", region: str = "") -> str:
    answer = client.get(path, query_string={"lang": lang} | ({"region": region} if region else {}))
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return answer.text


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_document_opens_at_once_and_names_its_version_and_whoever_runs_the_application(
    visitor: FlaskClient, path: str, lang: str
):
    text = read(visitor, path, lang)
    assert {"ru": "Версия 1.0 от 1", "en": "Version 1.0 of 1"}[lang] in text
    assert all(OPERATOR[name] in text for name in ("operator_name", "operator_number", "operator_address"))
    assert NOT_SET not in text
    assert "не указано" not in text


@pytest.mark.parametrize(
    ("lang", "name"), [("ru", "Продление без простоя"), ("en", "Renewal without downtime")]
)
def test_the_agreement_names_application_territory_term_and_liability(
    visitor: FlaskClient, lang: str, name: str
):
    text = read(visitor, "/legal/licence", lang)
    heads = {"ru": ["Лицензиар", "Предмет", "Территория", "Срок", "Ответственность", "Поручение"],
             "en": ["Licensor", "Object", "Territory", "Term", "Liability", "Instruction"]}[lang]  # fmt: skip
    assert all(f">{head}" in text for head in heads)
    assert f"{name}” for Bitrix24" in text or f"«{name}» для Битрикс24" in text
    assert OPERATOR["operator_hours"] in text
    assert OPERATOR["operator_reaction"] in text


def test_the_policy_tells_what_is_read_of_payments_and_whom_errors_mail_and_messengers_reach(
    settings: Settings, world: World, visitor: FlaskClient
):
    plain = read(visitor, "/legal/privacy")
    assert "they are read; their values are not kept" in plain
    assert "Hosting Example, Russia: servers and the database." in plain
    assert all(one in plain for one in ("Reports of errors go nowhere", "no letters leave", "no bot is set"))
    assert "by right of" in plain.lower()
    assert "How long:" in plain


def test_the_policy_names_the_servers_that_the_settings_name_and_none_of_their_secrets(
    settings: Settings, world: World
):
    from pydantic import SecretStr

    client = with_settings(
        settings,
        world,
        smtp_url=SecretStr("smtp://robot:hidden-word@mail.operator.example:587"),
        telegram_token=SecretStr("123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11"),
    )
    text = read(client, "/legal/privacy")
    assert "Mail leaves through mail.operator.example:" in text
    assert "hidden-word" not in text
    assert "Telegram is a foreign service" in text


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("region", ["eu", "com", "us", "kz", "by", "xx"])
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_portal_outside_russia_is_shown_no_law_of_russia(
    visitor: FlaskClient, path: str, region: str, lang: str
):
    text = read(visitor, path, lang, region)
    assert [one for one in RUSSIAN_LAW if one in text] == []


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_portal_of_russia_is_shown_its_law(visitor: FlaskClient, path: str, lang: str):
    assert "152-" in read(visitor, path, lang, "ru")


@pytest.mark.parametrize(
    ("lang", "region", "country", "law"),
    [
        ("ru", "", "", LawShown.RUSSIA),
        ("ru", "", "RU", LawShown.RUSSIA),
        ("ru", "", "KZ", LawShown.GENERAL),
        ("en", "", "RU", LawShown.GENERAL),
        ("en", "ru", "DE", LawShown.RUSSIA),
        ("ru", "by", "RU", LawShown.GENERAL),
    ],
)
def test_the_region_decides_and_without_one_language_and_country(
    lang: str, region: str, country: str, law: LawShown
):
    assert law_for(lang, region, country) is law


def test_the_agreement_is_under_the_law_of_the_licensors_country(settings: Settings, world: World):
    client = with_settings(settings, world, operator_country="KZ", hosting_country="DE")
    text = read(client, "/legal/licence", region="ru")
    assert "The law of the licensor’s country applies: Kazakhstan." in text
    assert "1286" not in text
    assert "This installation stands outside Russia: Germany." in text


@pytest.mark.parametrize("path", BOTH)
def test_the_local_edition_starts_without_an_operator_and_says_what_is_not_set(
    settings: Settings, world: World, path: str
):
    client = with_settings(settings, world, edition="local", **dict.fromkeys(OPERATOR, ""))
    assert NOT_SET in read(client, path)
    assert "не указано тем, кто запустил приложение" in read(client, path, "ru")


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize(
    ("day", "draft"),
    [(None, True), (date(2026, 11, 30), True), (date(2026, 12, 1), False), (date(2027, 6, 1), True)],
)
def test_a_document_is_a_draft_until_the_operators_lawyer_has_read_this_very_version(
    settings: Settings, world: World, path: str, day: date | None, draft: bool
):
    world.clock.advance(days=3)
    text = read(with_settings(settings, world, lawyer_read=day), path)
    assert ("A draft: a lawyer must read it" in text) is draft
    assert ("Read by the operator’s lawyer on" in text) is not draft


@pytest.mark.parametrize("document", [LICENCE, PRIVACY])
def test_a_lawyer_who_read_an_earlier_version_has_not_read_this_one(document):
    assert not was_read(document, date(2020, 1, 1), date(2030, 1, 1))
    assert was_read(document, document.day, document.day)


@pytest.mark.parametrize("region", ["<script>", "ru&lang=en", "R" * 40, "рф"])
def test_a_region_that_cannot_be_is_none(visitor: FlaskClient, region: str):
    assert "region=" not in read(visitor, "/legal/licence", "en", region)


def test_the_reader_keeps_his_region_from_page_to_page(visitor: FlaskClient):
    assert "/legal/privacy?lang=en&amp;region=eu" in read(visitor, "/legal/licence", "en", "eu")


def test_a_page_of_a_portal_leads_to_the_documents_of_its_region(
    north_admin: Opened, north: Actor, app: Flask
):
    assert "/legal/licence?lang=ru&amp;region=ru" in north_admin.get("/settings/data").text


def test_every_link_to_a_document_goes_by_way_of_the_region():
    """An address written out by hand would lose the region, and show the law of Russia to others."""
    templates = (ROOT / "templates").rglob("*.html")
    bare = [
        one.name for one in templates if "/legal/" in one.read_text() and "region_part" not in one.read_text()
    ]
    assert bare == []


WRITTEN = {
    ("1.0", "1.0"): "326d72ae89d2d780e63334c01136a5871c629187db21399107df0b9cfce51bd9",
}
"""The texts of `templates/legal/` by the versions of both documents. Another text: another version, and its line here."""


def test_a_changed_text_has_another_version():
    """Whoever accepts a version has to find later what it said."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "templates" / "legal").glob("*.html")):
        if path.name not in {"note.html", "links.html"}:
            digest.update(path.read_bytes())
    assert WRITTEN[LICENCE.version, PRIVACY.version] == digest.hexdigest()
