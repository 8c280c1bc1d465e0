"""Kazakh is prepared: drafts are shown to nobody; signed texts are shown, what was changed after the signature is said."""

import io
import shutil
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from b24app.manifest import ROOT, read_manifest
from b24app.placements import all_titles, load_placements
from b24app.text import offered_languages
from b24app.text.formats import day_long, day_short, money, month, number, percent
from b24app.text.offered_languages import SMALL, judge_language, portal_code, shipped_language
from b24app.text.translation import nearest_language
from tests.actors import Actor
from tools.prepared_languages import build_prepared, find_faults, sign, tell_standing

DAYS_LEFT = ("%(num)s day", "%(num)s days")
DRAFTS = {
    "Help": "Анықтама",
    "Support": "Қолдау",
    "Plan term": "Тариф мерзімі",
    DAYS_LEFT: ("%(num)s күн", "%(num)s күн"),
}
Drafts = Mapping[str | tuple[str, str], str | tuple[str, str]]


def template_of(drafts: Drafts) -> Catalog:
    """The texts of an application that says these, and one more that nobody has drafted."""
    template = Catalog()
    for message in (*drafts, "About"):
        template.add(message, None, [("templates/x.html", 0)])
    return template


def write_language(folder: Path, drafts: Drafts) -> None:
    """Put drafts down and build them, as `make translations` does."""
    parts, built = Catalog(locale="kk", fuzzy=False), folder / "kk" / "LC_MESSAGES"
    for message, text in drafts.items():
        parts.add(message, text)
    for one in (folder / "kk_parts", built):
        one.mkdir(parents=True, exist_ok=True)
    with (folder / "kk_parts" / "first.po").open("wb") as file:
        write_po(file, parts)
    catalog = build_prepared("kk", template_of(drafts), folder)
    for name, write in (("messages.po", write_po), ("messages.mo", write_mo)):
        out = io.BytesIO()
        write(out, catalog)
        (built / name).write_bytes(out.getvalue())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Translations of which Kazakh has a few drafts."""
    for language in ("ru", "en"):
        shutil.copytree(ROOT / "translations" / language, tmp_path / language)
    write_language(tmp_path, DRAFTS)
    monkeypatch.setattr(offered_languages, "TRANSLATIONS", tmp_path)
    return tmp_path


def sign_and_build(folder: Path, drafts: Drafts = DRAFTS) -> None:
    """A reader signs, then the catalogues are built again."""
    sign("kk", "A native reader", folder)
    write_language(folder, drafts)


def forget_offered() -> None:
    """As a restart does: what is offered is found once in a process."""
    offered_languages._offered.cache_clear()


@pytest.mark.parametrize("code", ["kz", "kk", "KZ", "kk-KZ", "kk_KZ"])
@pytest.mark.usefixtures("folder", "app")
def test_unsigned_drafts_are_never_shown(code: str):
    assert nearest_language(code) == "ru"
    with force_locale("kk"):
        assert gettext("Help") == "Помощь"
    assert "kk" not in read_manifest.__wrapped__().languages


@pytest.mark.usefixtures("folder")
def test_a_portal_in_kazakh_gets_russian_while_nobody_has_signed(stranger: Actor):
    stranger.portal.add_application(next(iter(stranger.portal.world.applications.values())))
    opened = stranger.opens(lang="kz").text
    assert '<html lang="ru"' in opened
    assert "Анықтама" not in opened


@pytest.mark.parametrize("code", ["kz", "kk", "kk-KZ"])
def test_a_signed_language_is_offered_by_both_codes_and_listed(folder: Path, code: str):
    sign_and_build(folder)
    forget_offered()
    assert nearest_language(code) == "kk"
    assert read_manifest.__wrapped__().languages == ("ru", "en", "kk")


def test_a_portal_in_kazakh_is_served_in_it_once_signed(folder: Path, app: Flask, stranger: Actor):
    sign_and_build(folder)
    forget_offered()
    stranger.portal.add_application(next(iter(stranger.portal.world.applications.values())))
    assert '<html lang="kk"' in stranger.opens(lang="kz").text
    with app.test_request_context("/?lang=kz"):
        assert gettext("Support") == "Қолдау"
    browser = app.test_client()
    page = browser.get("/help?lang=kz").text
    assert '<h1 class="t-4xl">Анықтама' in page
    assert "О приложении" in page, "what has no draft is said in Russian"


def test_a_text_that_is_missing_has_the_plural_of_russian(folder: Path, app: Flask):
    sign_and_build(folder)
    with app.test_request_context(), force_locale("kk"):
        assert ngettext(*DAYS_LEFT, 5) == "5 күн"
        assert ngettext(*DAYS_LEFT, 1) == "1 күн"
        one, many = (
            "Without the tick the access dies at once and the data after %(num)s day.",
            "Without the tick the access dies at once and the data after %(num)s days.",
        )
        assert ngettext(one, many, 3).endswith("через 3 дня.")
        assert ngettext(one, many, 5).endswith("через 5 дней.")


def test_a_few_texts_changed_after_the_signature_are_said_and_shown_in_russian(folder: Path, app: Flask):
    changed = DRAFTS | {"Help": "Көмек"}
    sign_and_build(folder, changed)
    standing = judge_language("kk", folder)
    assert standing.offered
    assert standing.changed == ("Help",)
    assert "changed since it was read: 'Help'" in tell_standing("kk", template_of(changed), folder)
    with app.test_request_context(), force_locale("kk"):
        assert (gettext("Help"), gettext("Support")) == ("Помощь", "Қолдау")


def test_many_changed_texts_take_the_language_back(folder: Path):
    drafts = DRAFTS | {f"Text {number}": f"Мәтін {number}" for number in range(SMALL + 1)}
    sign_and_build(folder, drafts)
    forget_offered()
    standing = judge_language("kk", folder)
    assert not standing.offered
    assert f"{SMALL + 1} texts were changed after the signature" in standing.reason
    assert nearest_language("kz") == "ru"


def test_a_signature_over_another_catalogue_counts_for_nothing(folder: Path):
    sign("kk", "A native reader", folder)
    read = folder / "kk" / "read.po"
    read.write_text(read.read_text(encoding="utf-8").replace("Қолдау", "Көмек"), encoding="utf-8")
    assert judge_language("kk", folder).reason == "read.po is not the catalogue that was signed"
    (folder / "kk" / "read.po").unlink()
    assert not judge_language("kk", folder).offered


def test_nobody_signs_without_a_name_and_nothing_is_signed_without_texts(folder: Path, tmp_path: Path):
    for reader, where in (("  ", folder), ("A native reader", tmp_path / "nothing")):
        with pytest.raises(SystemExit):
            sign("kk", reader, where)


def test_the_share_of_drafts_is_printed_as_it_is(folder: Path):
    assert "kk: 4 of 5 texts, 80.0%; not offered: no native reader has signed it" in tell_standing(
        "kk", template_of(DRAFTS), folder
    )


def test_a_draft_that_loses_a_value_or_its_text_is_a_fault(folder: Path):
    write_language(folder, DRAFTS | {DAYS_LEFT: ("күн", "%(num)s күн"), "Gone": "Жоқ"})
    faults = find_faults("kk", template_of(DRAFTS), folder)
    assert [fault.partition(": ")[2] for fault in faults] == [
        "other values in the draft of '%(num)s day'",
        "nothing says 'Gone' any more",
    ]


@pytest.mark.usefixtures("app")
def test_widgets_are_called_by_the_portals_code_of_the_language(folder: Path):
    sign_and_build(folder)
    placement = load_placements()["DEFAULT"]
    assert all_titles(placement, ("ru", "en")) == placement.titles
    assert all_titles(placement, ("ru", "en", "kk")) == {**placement.titles, "kz": "Тариф мерзімі"}
    assert portal_code("kk") == "kz"


def test_dates_and_money_are_written_as_kazakh_writes_them(app: Flask):
    with app.test_request_context(), force_locale("kk"):
        assert day_long(date(2026, 12, 23)) == "2026\u00a0ж.\u00a023\u00a0желтоқсан"
        assert day_short(date(2026, 12, 23)) == "23\u00a0жел"
        assert month(date(2026, 3, 1)) == "Наурыз"
        assert money(Decimal(13990), "KZT") == "13\u00a0990\u00a0₸"
        assert money(Decimal("13990.5"), "RUB") == "13\u00a0990,50\u00a0₽"
        assert number(1234567.5) == "1\u00a0234\u00a0567,5"
        assert percent(72) == "72\u00a0%"


def test_what_ships_in_two_languages_is_russian_for_a_reader_of_kazakh():
    assert [shipped_language(code) for code in ("ru", "en", "kk")] == ["ru", "en", "ru"]


def test_the_tree_shows_no_draft_of_its_own():
    """The catalogue that ships has drafts, and the compiled one holds none that was not signed."""
    drafts = offered_languages.read_texts(ROOT / "translations/kk/LC_MESSAGES/messages.po")
    signed = offered_languages.signed_texts("kk", ROOT / "translations")
    compiled = (ROOT / "translations/kk/LC_MESSAGES/messages.mo").read_bytes()
    assert len(drafts) > 300
    for key, texts in drafts.items():
        if signed.get(key) != texts:
            assert texts[0].encode() not in compiled
