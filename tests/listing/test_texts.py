"""The texts of the vendor's card: whole, true of this tree, and nothing in them that a reviewer refuses."""

import re
from pathlib import Path

import pytest

from b24app.manifest import ROOT, read_manifest
from tests.listing.conftest import Spoil
from tools.listing_evidence import Evidenced, read_addresses
from tools.listing_fields import fields_of
from tools.listing_kit import read_kit, read_readers
from tools.listing_lint import check_switches, find_faults

RUSSIA, BELARUS, KAZAKH, WEST = "russia/ru.toml", "belarus/ru.toml", "kazakhstan/kk.toml", "west/en.toml"
OFFERS = re.compile(
    r"купите у нас|закажите у нас|наши услуги|спецпредложени|промокод|только сегодня|buy from us|our services|special offer|promo ?code",
    re.IGNORECASE,
)


def test_the_kit_as_it_is_has_no_fault(tree: Evidenced) -> None:
    assert find_faults(read_kit(), read_manifest(), tree) == []


SLIPS = [
    (RUSSIA, 'name = "Продление без простоя"', 'name = ""', "name: 0 characters"),
    (RUSSIA, "Срок тарифа под контролем", "Продление без простоя", "slogan: it repeats the name"),
    (RUSSIA, 'slogan = "', 'slogan = "Раз. Два. Три. ', "slogan: 5 sentences"),
    (RUSSIA, "каталоге Битрикс24 Маркетплейс", "каталоге Маркетплейс", "the vendor writes it otherwise"),
    (RUSSIA, "платный тариф Битрикс24", "платный тариф Bitrix24", "the vendor writes it otherwise"),
    (RUSSIA, "платный тариф Битрикс24", "платный тариф Битрикс\u00a024", "the vendor writes it otherwise"),
    (RUSSIA, "Документы продления", "Ски\u00adдка на документы продления", "an offer or a promise"),
    (RUSSIA, "Документы продления", "Скидка на документы продления", "an offer or a promise"),
    (RUSSIA, "Документы продления", "Гарантируем документы продления", "an offer or a promise"),
    (RUSSIA, '"кассы",', '"кассы", "Битрикс24",', "keywords: “Битрикс”: a brand"),
    (RUSSIA, '"кассы",', '"кассы", "кассы",', "keywords: кассы stands twice"),
    (RUSSIA, '"кассы",', '"кассы, чеки",', "a comma inside"),
    (RUSSIA, '"кассы",', f'"{"касса " * 400}",', "keywords: 2"),
    (RUSSIA, "Документы продления", "Documents of the renewal", "“Documents” is not ru"),
    (RUSSIA, "Документы продления", "Құжаттар продления", "is not ru"),
    (RUSSIA, "Документы продления", "Документы help@firm.example", "contacts and addresses"),
    (RUSSIA, "Дни и часы: {operator_hours}", "Дни и часы: любые", "{operator_hours} is not said"),
    (RUSSIA, "{support_contact}", "{support_contract}", "unknown placeholder {support_contract}"),
    (RUSSIA, 'no_extras = "Платных функций внутри приложения нет."\n', "", "description: no_extras is not said"),
    (RUSSIA, "[description.limits]", '[description.limits]\nfast = "Всё быстро."', "fast points to no page"),
    (RUSSIA, 'papers = "Документы продления и архив для бухгалтерии."', 'papers = " "', "papers: an empty sentence"),
    (BELARUS, "Контроль сроков тарифа", "Попробуйте контроль сроков тарифа", "reference only, no calls"),
    (BELARUS, "письмом, в службе сообщений", "письмом, в Telegram", "reference only, no brands"),
    (BELARUS, "строка службы сообщений", "строка Telegram", "installation: “Telegram”: no brands"),
    (WEST, "catalogue, sales channels", "catalogue, cash registers, 1C, sales channels", "of one country"),
    (WEST, "Papers of the renewal", "Бумаги of the renewal", "“Бумаги” is not en"),
    (WEST, "Phone: {operator_phone}", "Phone: none", "{operator_phone} is not said"),
    (WEST, "in Bitrix24 Market,", "in the Bitrix24 Marketplace,", "the vendor writes it otherwise"),
    (KAZAKH, "draft = true", "draft = false", "nobody whose mother tongue it is has signed it"),
    (KAZAKH, 'read_by = ""', 'read_by = "A. B."', "hence it is no draft"),
    (RUSSIA, "оператор предоставляет: {extra_prices}", "оператор предоставляет услуги", "extras: {extra_prices} is not said"),
    ("versions/en.toml", "First version: terms in one table, the last day to pay, checks of the shop, a comparison after the activation, reminders.", " ", "versions/en.toml: version 1 says nothing new"),
    ("versions/kk.toml", "2 = ", "99 = ", "there is no version 99"),
    ("regions.toml", 'ru = "CRM"', 'ru = "Разное"', "the category Разное"),
    (RUSSIA, 'tags = ["интернет-магазин"', 'tags = ["а", "б", "в", "интернет-магазин"', "tags: 7, at most 5"),
    ("regions.toml", 'languages = ["en"]', "languages = []", "the language en is missing"),
    ("regions.toml", 'minimal_plan = "basic"', 'minimal_plan = "golden"', "unknown plan golden"),
    ("regions.toml", 'kz = "kazakhstan"', 'kz = "nowhere"', "there is no region nowhere"),
    ("regions.toml", 'price_policy = "monetised"', 'price_policy = "not_monetised"', "two price policies"),
    ("evidence.toml", '"/money"', '"/moneys"', "there is no /moneys"),
    ("evidence.toml", "test_a_term_is_written_down", "test_a_term_is_sung", "::test_a_term_is_sung"),
    ("evidence.toml", 'limit = "plan"', 'limit = "rights"', "no limit of the kind plan"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "before", "after", "told"), SLIPS, ids=[told for *_rest, told in SLIPS])
def test_a_slip_is_told_with_its_field(spoil: Spoil, file: str, before: str, after: str, told: str) -> None:
    faults = spoil(file, before, after)
    assert [fault for fault in faults if told in fault], faults


def test_a_signature_counts_when_the_same_person_has_signed_the_applications_texts(spoil: Spoil) -> None:
    faults = spoil(KAZAKH, 'draft = true\nread_by = ""', 'draft = false\nread_by = "A. B."')
    assert [fault for fault in faults if "A. B. has not signed in translations/readers.toml" in fault]


def test_readers_are_those_of_the_file_of_signatures(tmp_path: Path) -> None:
    signed = tmp_path / "readers.toml"
    assert read_readers(signed) == frozenset()
    signed.write_text('[[readers]]\nlanguage = "kk"\nreader = "A. B."\ndate = 2026-12-01\nhash = "0"\n')
    assert read_readers(signed) == {("kk", "A. B.")}


@pytest.mark.parametrize(
    ("name", "told"), [("mobile", "mobile: True"), ("anybody_installs", "anybody_installs: True")]
)
def test_a_switch_that_the_manifest_sets_otherwise_is_told(name: str, told: str) -> None:
    assert [fault for fault in check_switches(read_kit(), {name: True}) if told in fault]
    assert list(check_switches(read_kit(), {})) == []


def test_a_key_that_nobody_knows_stops_the_reading(spoil: Spoil) -> None:
    with pytest.raises(ValueError, match="slogans"):
        spoil(RUSSIA, "slogan =", "slogans =")


def test_a_zone_of_a_portal_leads_to_the_card_that_it_sees() -> None:
    kit = read_kit()
    seen = {zone: kit.region_of(zone) for zone in ("ru", "by", "kz", "de", "en", "uz")}
    assert seen == {
        "ru": "russia", "by": "belarus", "kz": "kazakhstan", "de": "west", "en": "west", "uz": "west",
    }  # fmt: skip


def test_every_region_names_widgets_of_the_manifest_and_no_other() -> None:
    kit, manifest = read_kit(), read_manifest()
    for region, language in kit.texts:
        told = fields_of(kit, region, language, manifest)["description"]
        assert set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", told)) == set(manifest.placements)


def test_the_name_of_the_card_is_the_name_of_the_manifest() -> None:
    kit, manifest = read_kit(), read_manifest()
    for (_region, language), text in kit.texts.items():
        if text.listed:
            assert text.name == manifest.title[language]


def test_the_application_asks_nobody_for_money() -> None:
    """No page or message offers anything of the operator's own, and nothing in the code takes a payment."""
    texts = [*(ROOT / "translations").rglob("*.po"), *(ROOT / "templates").rglob("*.html")]
    found = {path.name: OFFERS.findall(path.read_text(encoding="utf-8")) for path in texts}
    assert {name: offers for name, offers in found.items() if offers} == {}
    assert not [address for address in read_addresses() if re.search("/(pay|checkout|tariff)", address)]
