"""Cards ready for pasting: the operator's words in their places, and a refusal that names what is missing or wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from b24app.manifest import ROOT, read_manifest
from tools.listing import named_region, write
from tools.listing_filled import NotReady, filled_card, read_operator, version_card
from tools.listing_kit import read_kit

Capture = pytest.CaptureFixture[str]
OPERATOR = {
    "public_url": "https://renewal.example",
    "operator_name": "ООО «Пример»",
    "operator_name_en": "Example LLC",
    "operator_mail": "help@firm.example",
    "operator_phone": "+7 000 000-00-00",
    "operator_hours": "по рабочим дням с 9 до 18",
    "operator_hours_en": "working days, 9:00 to 18:00 UTC+3",
    "operator_reaction": "в течение рабочего дня",
    "operator_reaction_en": "within a working day",
    "support_contact": "https://renewal.example/support",
    "test_storage": "ключи в чате с модератором",
    "test_storage_en": "keys are in the chat with the moderator",
}
LISTED = [("russia", "ru"), ("russia", "en"), ("belarus", "ru"), ("kazakhstan", "ru"), ("west", "en")]


def card(region: str, language: str, **changed: str) -> dict[str, str]:
    return filled_card(read_kit(), region, language, OPERATOR | changed, read_manifest())


@pytest.mark.parametrize(("region", "language"), LISTED)
def test_a_filled_card_holds_no_brace_and_the_word_of_its_language(region: str, language: str) -> None:
    fields = card(region, language)
    assert not [name for name, value in fields.items() if "{" in value or not value.strip()]
    assert ("Example LLC" if language == "en" else "ООО «Пример»") in fields["support"]


@pytest.mark.parametrize(
    "name", ["operator_name", "operator_hours", "operator_reaction", "support_contact", "public_url"]
)
def test_a_word_that_is_missing_is_named_and_nothing_is_written(name: str) -> None:
    with pytest.raises(NotReady, match=f"{name} is not filled in: B24APP_{name.upper()}"):
        card("russia", "ru", **{name: ""})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"operator_hours_en": "", "operator_hours": "по будням"}, "give operator_hours_en"),
        ({"operator_mail": "help@firm.ru"}, "below a national domain"),
        ({"support_contact": "https://firm.ru/help"}, "below a national domain"),
        ({"operator_phone": "8 800 000-00-00"}, "begins with +"),
        ({"operator_reaction_en": "with a discount"}, "an offer or a promise"),
        ({"public_url": "http://renewal.example"}, "https://"),
        ({"extra_prices": "support, 1000 a month"}, "sums are in USD or EUR"),
    ],
)
def test_a_word_that_the_west_would_refuse_is_told(changed: dict[str, str], told: str) -> None:
    with pytest.raises(NotReady, match=told.replace("+", r"\+")):
        card("west", "en", **changed)


def test_a_mail_of_the_country_is_right_in_its_region() -> None:
    assert "help@firm.ru" in card("russia", "ru", operator_mail="help@firm.ru")["support"]


def test_a_draft_is_not_listed() -> None:
    with pytest.raises(NotReady, match="kk is a draft"):
        card("kazakhstan", "kk")


def test_the_words_come_from_the_settings_of_the_application_too() -> None:
    found = read_operator(
        None, {"B24APP_OPERATOR_NAME": " Example ", "PATH": "/bin", "B24APP_OPERATOR_HOURS_EN": "9 to 18"}
    )
    assert found == {"operator_name": "Example", "operator_hours_en": "9 to 18"}


def test_the_card_of_the_version_names_what_the_manifest_declares() -> None:
    manifest = read_manifest()
    told = version_card(read_kit(), "russia", "ru", OPERATOR, manifest)
    for one in (
        *manifest.scopes,
        *manifest.placements,
        manifest.menu["ru"],
        "https://renewal.example/app",
        "Базовый",
    ):
        assert one in told
    assert "Может устанавливать любой пользователь: [ ]" in told


def test_paid_functions_of_the_operator_are_named_with_their_prices() -> None:
    prices = "сопровождение — 1000 рублей в месяц."
    fields = card("russia", "ru", extra_prices=prices)
    assert prices in fields["description"]
    assert prices in fields["price"]
    assert "Платных функций внутри приложения нет" not in fields["description"]
    told = version_card(read_kit(), "russia", "ru", OPERATOR | {"extra_prices": prices}, read_manifest())
    assert "Содержит дополнительный платный функционал: [x]" in told
    assert "Платных функций внутри приложения нет" in card("russia", "ru")["description"]


@pytest.mark.parametrize("address", ["/legal/licence?lang=ru", "/legal/privacy?lang=en"])
def test_documents_of_the_card_open_at_once(visitor: FlaskClient, address: str) -> None:
    told = version_card(read_kit(), "russia", address[-2:], OPERATOR, read_manifest())
    assert f"https://renewal.example{address}" in told
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("address", ["/app", "/install"])
def test_addresses_of_the_version_answer_the_vendors_question(visitor: FlaskClient, address: str) -> None:
    told = version_card(read_kit(), "russia", "ru", OPERATOR, read_manifest())
    assert f": https://renewal.example{address}\n" in told
    assert visitor.head(address).status_code in {200, 301, 302}


def test_the_command_writes_a_file_for_each_field(tmp_path: Path) -> None:
    words = tmp_path / "operator.toml"
    words.write_text("\n".join(f'{name} = "{value}"' for name, value in OPERATOR.items()), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "tools/listing.py", "by", "--operator", str(words), "--into", str(tmp_path / "out")],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    names = sorted(path.name for path in (tmp_path / "out" / "belarus" / "ru").iterdir())
    assert names[0] == "01-name.txt"
    assert len(names) == 10


@pytest.mark.parametrize("asked", ["rusia", "1c", "West"])
def test_a_misspelt_region_is_no_zone(asked: str) -> None:
    with pytest.raises(SystemExit, match=f"there is no region {asked}"):
        named_region(read_kit(), asked)


def test_a_region_is_named_by_itself_or_by_a_zone() -> None:
    assert [named_region(read_kit(), asked) for asked in ("west", "KZ", "de")] == [
        "west",
        "kazakhstan",
        "west",
    ]


def test_what_is_missing_is_said_and_nothing_is_written(tmp_path: Path, capsys: Capture) -> None:
    assert write(read_kit(), "russia", ["ru"], {}, tmp_path / "out") == 1
    assert "operator_name is not filled in" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_card_of_one_language_waits_for_the_other(tmp_path: Path, capsys: Capture) -> None:
    known = {name: value for name, value in OPERATOR.items() if name != "operator_name_en"}
    assert write(read_kit(), "russia", ["ru", "en"], known, tmp_path / "out") == 1
    assert "give operator_name_en" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_language_that_a_region_does_not_have_is_refused(tmp_path: Path, capsys: Capture) -> None:
    assert write(read_kit(), "west", ["ru"], OPERATOR, tmp_path / "out") == 1
    assert "west has no text in ru" in capsys.readouterr().err
