"""International names: one name in both of its forms, and none that would be taken for another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.backup.targets.target_settings import WebDavSettings
from b24app.backup.targets.typed_storage import same_place, settings_of
from b24app.checklist.engine.page_answers import is_same_site
from b24app.errors import BadInput
from b24app.guard import (
    ENTERED,
    PORTALS,
    SENTENCES,
    SFTP,
    Guard,
    PlaceRefused,
    read_authority,
    read_place,
    read_trust,
)
from b24app.integrators.bulk.date_file import plain_domain
from b24app.setting_rules import judge_public_url, judge_sender
from b24app.text.host_names import NoHostName, for_people, in_ascii, to_ascii, to_unicode
from b24app.text.mail_addresses import ascii_host, check_mail, mail_key, read_mail

IN_LETTERS, IN_ASCII = "пример.рф", "xn--e1afmkfd.xn--p1ai"
LIKE_APPLE = "xn--80ak6aa92e.com"
MIXED = ["exаmple.com", "xn--exmple-4nf.com", "сбep.рф", "shοp.example", "EXАMPLE.com"]


@pytest.mark.parametrize(
    "name", [IN_LETTERS, IN_ASCII, "Пример.РФ", "ПРИМЕР。рф", "пример.рф.", IN_ASCII.upper()]
)
def test_one_name_has_one_form_for_the_name_system_and_one_for_people(name: str) -> None:
    assert (to_ascii(name), to_unicode(name)) == (IN_ASCII, IN_LETTERS)


@pytest.mark.parametrize(
    "name", ["shop.example", "faß.de", "müller.de", "日本ab.jp", "r1---sn.video.example", "ελλάδα.gr"]
)
def test_names_of_one_alphabet_come_back_as_they_were(name: str) -> None:
    assert to_unicode(to_ascii(name)) == name


@pytest.mark.parametrize("name", MIXED)
def test_a_name_that_mixes_alphabets_is_none_in_either_form(name: str) -> None:
    with pytest.raises(NoHostName) as wrong:
        to_ascii(name)
    assert wrong.value.mixed
    assert to_unicode(name).isascii()


def test_a_name_that_only_looks_latin_is_shown_as_the_name_system_knows_it() -> None:
    assert to_unicode("аррӏе.com") == to_unicode(LIKE_APPLE) == LIKE_APPLE
    assert to_unicode("сохо.рф") == "сохо.рф"


@pytest.mark.parametrize(
    "name", ["xn--zzzzzz9999.com", "xn--.com", "i❤.ws", "пример.рф:80", "а" * 70 + ".рф"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(NoHostName) as wrong:
        to_ascii(name)
    assert not wrong.value.mixed
    assert to_unicode(name)


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    to_unicode(text)
    mail_key(text)
    try:
        assert to_ascii(to_ascii(text)) == to_ascii(text)
    except NoHostName:
        return


def test_an_address_changes_its_host_alone() -> None:
    assert in_ascii("https://Пример.рф:8443/хук?а=б#в") == f"https://{IN_ASCII}:8443/хук?а=б#в"
    assert for_people(f"https://{IN_ASCII}:8443/***") == "https://пример.рф:8443/***"
    assert (
        in_ascii("https://shop.example/A?b")
        == for_people("https://shop.example/A?b")
        == "https://shop.example/A?b"
    )
    assert for_people("https://[::1") == "https://[::1"


@pytest.mark.parametrize("rule", [ENTERED, PORTALS])
def test_the_guard_judges_the_form_of_the_name_system(rule) -> None:
    asked: list[str] = []
    guard = Guard(rule, resolve=lambda host, _port: asked.append(host) or ["8.8.8.8"])
    assert (
        guard.check("https://Пример.рф/хук")
        == guard.check(f"https://{IN_ASCII}/хук")
        == read_place(f"https://{IN_ASCII}/")
    )
    assert asked == [IN_ASCII, IN_ASCII]


@pytest.mark.parametrize("name", MIXED)
def test_the_guard_refuses_mixed_names_in_words_of_their_own(name: str) -> None:
    with pytest.raises(PlaceRefused) as refused:
        Guard(ENTERED, resolve=lambda _host, _port: ["8.8.8.8"]).check(f"https://{name}/")
    assert refused.value.message == SENTENCES["mixed"]


def test_an_operators_list_names_a_host_in_either_form() -> None:
    trust = read_trust(["портал.рф:8443"])
    assert (
        trust.names(read_authority("xn--80awhdgm.xn--p1ai:8443"))
        is trust.names(read_authority("портал.рф:8443"))
        is True
    )


OPEN = Guard(ENTERED, resolve=lambda _host, _port: ["8.8.8.8"])
S3 = {
    "kind": "s3",
    "address": "https://хранилище.рф",
    "region": "ru-1",
    "bucket": "copies",
    "key_id": "k",
    "secret": "s",
}
SSH = {"kind": "sftp", "host": "сервер.рф", "port": "22", "user": "u", "secret": "s"}
DAV = {"kind": "webdav", "address": "облако.рф/папка", "user": "u", "secret": "s"}


@pytest.mark.parametrize(("typed", "field"), [(S3, "endpoint"), (DAV, "url"), (SSH, "host")])
def test_a_storage_is_kept_by_the_name_system_and_shown_in_letters(typed: dict[str, str], field: str) -> None:
    found = settings_of(typed, OPEN, Guard(SFTP, resolve=OPEN.resolve))
    kept = getattr(found, field)
    name = typed.get("address", typed.get("host", "")).removeprefix("https://").partition("/")[0]
    assert to_ascii(name) in kept
    assert kept.partition("/папка")[0].isascii()
    assert name in found.title


def test_a_storage_of_the_last_release_is_read_by_the_name_system() -> None:
    kept = '{"url": "https://облако.рф/папка", "user": "u", "secret": "s"}'
    assert WebDavSettings.from_text(kept).url == f"https://{to_ascii('облако.рф')}/папка"


@pytest.mark.parametrize("typed", [S3, DAV, SSH])
def test_a_secret_is_kept_for_the_same_host_in_either_form(typed: dict[str, str]) -> None:
    field = "host" if "host" in typed else "address"
    scheme = "https://" if field == "address" else ""
    other = typed | {
        field: in_ascii(f"https://{typed[field].removeprefix('https://')}").removeprefix(
            "https://" if not scheme else ""
        )
    }
    assert same_place(typed, other)
    assert not same_place(typed, other | {field: f"{scheme}другой.рф"})


def test_hosts_of_sites_and_of_clients_are_compared_in_one_form() -> None:
    assert is_same_site("WWW.Пример.рф", IN_ASCII)
    assert plain_domain("https://Пример.рф/company/") == plain_domain(IN_ASCII) == IN_ASCII


def test_an_operators_own_addresses_are_kept_as_servers_know_them() -> None:
    assert judge_public_url("https://Продление.рф/", local=False) == f"https://{to_ascii('продление.рф')}"
    assert judge_sender("info@пример.рф") == f"info@{IN_ASCII}"
    with pytest.raises(ValueError, match="alphabet"):
        judge_public_url("https://exаmple.com", local=False)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("почта@пример.рф", "почта@пример.рф"),
        (f" info@{IN_ASCII} ", "info@пример.рф"),
        ("Info@Пример.РФ", "Info@пример.рф"),
        ("Почта@shop.example", "почта@shop.example"),
        ("Marina@Shop.example", "Marina@Shop.example"),
    ],
)
def test_an_address_of_mail_is_kept_as_people_read_it(typed: str, kept: str) -> None:
    assert check_mail(typed) == kept
    assert check_mail(kept) == kept


@pytest.mark.parametrize("text", ["", "a@b", "a b@c.ru", "почта", "@пример.рф", "а@" + "б" * 64 + ".рф", "а" * 40 + "@b.ru", "a@b@пример.рф", "а\u200b@b.ru"])  # fmt: skip
def test_what_is_no_address_of_mail_is_refused(text: str) -> None:
    assert read_mail(text) == ""
    with pytest.raises(BadInput):
        check_mail(text)


def test_an_address_at_a_mixed_name_is_refused_in_words_of_its_own() -> None:
    with pytest.raises(BadInput, match="two alphabets"):
        check_mail("a@exаmple.com")


def test_two_forms_of_an_address_are_one() -> None:
    assert mail_key("Info@Пример.рф") == mail_key(f"info@{IN_ASCII}") == f"info@{IN_ASCII}"
    assert ascii_host("почта@пример.рф") == f"почта@{IN_ASCII}"
