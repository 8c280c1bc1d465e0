"""A file of dates: how it is read, and what each of its lines would do; nothing is written before it is pressed."""

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.errors import BadInput
from b24app.integrators.bulk.date_file import (
    EMPTY,
    MOST_LINES,
    NO_HEAD,
    TOO_LONG,
    FileLine,
    mend_lines,
    pack_lines,
    plain_domain,
    read_lines,
    unpack_lines,
)
from b24app.text.table_reading import NO_TABLE, OPEN_QUOTE, decode_table

NAMES = {"клиент": "client", "инн": "inn", "портал": "domain", "оплачен до": "ends_on"}


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_file_is_read_as_spreadsheets_save_it(encoding: str, delimiter: str) -> None:
    rows = (("Клиент", "ИНН", "Оплачен до"), ('"Морошка; ягоды, чай"', "7799104520", "23.12.2026"))
    content = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    (line,) = read_lines(decode_table(content), NAMES)
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
        ('Клиент;Оплачен до\n"А;1.12.2026\n', OPEN_QUOTE),
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
    assert plain_domain("http://crm.firm.example:8080/") == "crm.firm.example:8080"
    assert plain_domain("https://shop.bitrix24.ru:443") == "shop.bitrix24.ru"


def test_a_mended_line_takes_the_place_of_the_wrong_one() -> None:
    lines = (FileLine(2, "А", "", "1", "", "31.02.2027"), FileLine(3, "Б", "", "", "", "1.12.2026"))
    mended = mend_lines(lines, {"day-2": "2027-02-28", "client-3": "b.example"})
    assert mended[0] == FileLine(2, "А", "", "1", "", "2027-02-28")
    assert mended[1] == FileLine(3, "b.example", "", "", "", "1.12.2026")


def test_a_line_with_more_cells_than_names_keeps_what_stands_past_them() -> None:
    (line,) = read_lines("Клиент;Оплачен до\nМорошка; ягоды;1.12.2026\n", NAMES)
    assert (line.client, line.ends_on, line.surplus) == ("Морошка", "ягоды", "1.12.2026")


def test_lines_packed_by_the_last_release_are_unpacked() -> None:
    packed = base64.urlsafe_b64encode(zlib.compress('[[2,"А","","1","","1.12.2026"]]'.encode())).decode()
    assert unpack_lines(packed) == (FileLine(2, "А", "", "1", "", "1.12.2026"),)
