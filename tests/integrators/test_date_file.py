"""A file of dates: how it is read, and what each of its lines would do; nothing is written before it is pressed."""

import base64
import zlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.errors import BadInput
from b24app.integrators.bulk.date_file import (
    EMPTY,
    MOST_LINES,
    NO_HEAD,
    NO_TABLE,
    TOO_LARGE,
    TOO_LONG,
    FileLine,
    decode_file,
    mend_lines,
    pack_lines,
    plain_domain,
    read_day,
    read_lines,
    unpack_lines,
)

NAMES = {"клиент": "client", "инн": "inn", "портал": "domain", "оплачен до": "ends_on"}


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_file_is_read_as_spreadsheets_save_it(encoding: str, delimiter: str) -> None:
    rows = (("Клиент", "ИНН", "Оплачен до"), ('"Морошка; ягоды, чай"', "7799104520", "23.12.2026"))
    content = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    (line,) = read_lines(decode_file(content), NAMES)
    assert line == FileLine(2, "Морошка; ягоды, чай", "", "7799104520", "", "23.12.2026")


def test_the_number_is_that_of_the_file_whatever_is_empty_above() -> None:
    lines = read_lines("\r\nКлиент;Оплачен до\r\n\r\nА;1.12.2026\r\n;\r\nБ;2.12.2026\r\n", NAMES)
    assert [(one.number, one.client) for one in lines] == [(4, "А"), (6, "Б")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", EMPTY),
        ("\n;;\n", EMPTY),
        ("Клиент;Оплачен до\n", EMPTY),
        ("Клиент;Тариф\nА;Базовый\n", NO_HEAD),
        ("Оплачен до\n1.12.2026\n", NO_HEAD),
        ("А;1.12.2026\n", NO_HEAD),
        ('Клиент;Оплачен до\n"А;1.12.2026\n', NO_TABLE),
        ("Клиент;Оплачен до\nА\0;1.12.2026\n", NO_TABLE),
        ("Клиент;Оплачен до\n" + "А;1.12.2026\n" * (MOST_LINES + 1), TOO_LONG),
    ],
    ids=["nothing", "empty rows", "a head alone", "no date", "no client", "no head", "an open quote", "a zero byte", "too long"],
)  # fmt: skip
def test_what_is_no_table_is_said_in_words(text: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_lines(text, NAMES)
    assert (refused.value.message, refused.value.field) == (says, "file")


def test_five_thousand_lines_are_read() -> None:
    lines = read_lines("Портал;Оплачен до\n" + "a.example;1.12.2026\n" * MOST_LINES, NAMES)
    assert len(lines) == MOST_LINES
    assert unpack_lines(pack_lines(lines)) == lines


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x" * 10 * 1024 * 1024, TOO_LARGE),
        (b"\x98\xff\x98", NO_TABLE),
        (b"PK\x03\x04\x00\x00", NO_TABLE),
        (b"\xff\xfea", NO_TABLE),
    ],
    ids=["ten megabytes", "bad bytes", "a workbook", "half a letter"],
)
def test_bytes_that_are_no_table_are_refused(content: bytes, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        decode_file(content)
    assert refused.value.message == says


@pytest.mark.parametrize(
    ("text", "day", "wrong"),
    [
        ("23.12.2026", date(2026, 12, 23), ""),
        ("3.1.2027", date(2027, 1, 3), ""),
        ("2026-12-23", date(2026, 12, 23), ""),
        ("23.12.2026 0:00:00", date(2026, 12, 23), ""),
        ("2026-12-23T00:00:00", date(2026, 12, 23), ""),
        ("31.02.2027", None, "no_such_day"),
        ("2026-13-01", None, "no_such_day"),
        ("23.12.26", None, "bad_day"),
        ("46379", None, "bad_day"),
        ("", None, "no_day"),
    ],
)
def test_a_day_is_read_or_said_to_be_none(text: str, day: date | None, wrong: str) -> None:
    assert read_day(text) == (day, wrong)


@given(st.text(max_size=40))
def test_no_text_of_a_day_breaks_the_reader(text: str) -> None:
    day, wrong = read_day(text)
    assert (day is None) == bool(wrong)


@given(st.binary(max_size=200))
def test_nothing_but_what_was_packed_is_unpacked(content: bytes) -> None:
    with pytest.raises(BadInput):
        unpack_lines(content.hex())


@pytest.mark.parametrize(
    "rows",
    [
        "[[Infinity]]",
        "[[1e400]]",
        "[[NaN]]",
        "[" * 100_000 + "]" * 100_000,
        "[[0]]",
        "[[-5]]",
        "[[9000000000]]",
        r'[[2,"\u0000"]]',
        r'[[2,"\ud800"]]',
        '{"a":1}',
        "5",
    ],
)
def test_lines_that_no_file_has_are_not_unpacked(rows: str) -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(rows.encode())).decode()
    with pytest.raises(BadInput):
        unpack_lines(packed)


def test_an_address_is_read_as_people_paste_it() -> None:
    assert plain_domain(" https://Shop.Bitrix24.ru/company/ ") == "shop.bitrix24.ru"


def test_a_mended_line_takes_the_place_of_the_wrong_one() -> None:
    lines = (FileLine(2, "А", "", "1", "", "31.02.2027"), FileLine(3, "Б", "", "", "", "1.12.2026"))
    mended = mend_lines(lines, {"day-2": "2027-02-28", "client-3": "b.example"})
    assert mended[0] == FileLine(2, "А", "", "1", "", "2027-02-28")
    assert mended[1] == FileLine(3, "b.example", "", "", "", "1.12.2026")
