"""Cells as Russian and English spreadsheets write them: days, sums, yes and no; what has two readings is never guessed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.text.table_cells import EPOCH, currency_of, read_day, read_number, read_yes

DAY = date(2026, 12, 4)


@pytest.mark.parametrize(
    "text",
    [
        "04.12.2026", "4.12.26", "2026-12-04", "2026-12-4", "04/12/2026", "4-12-26", "4 декабря 2026", "4 декабря 2026 г.",
        "«4 декабря 2026»".strip("«»"), "4 дек 2026", "4 дек. 2026 г.", "04.дек.26", "4-дек-26", "4-Dec-26", "December 4, 2026",
        "4 December 2026", "пятница, 4 декабря 2026 г.", "пт, 04.12.2026", "46360", "46360,5", "46360.75", "04.12.2026 0:00:00",
        "04.12.2026 23:59", "2026-12-04T00:00:00", "2026-12-04 10:30:15.123", "04/12/2026 10:30", "4 декабря 2026, 10:30",
        "20261204", "20261204000000", "2026/12/04", "\u00a004.12.2026\u00a0", "04 . 12 . 2026", "'04.12.2026", "04.12.2026 г.",
        "\ufeff04.12.2026", "2026.12.04", "4 желтоқсан 2026", "4 Декабря 2026 года",
    ],
)  # fmt: skip
def test_a_day_of_a_russian_spreadsheet_is_read(text: str) -> None:
    assert read_day(text, "ru") == (DAY, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no_day"), (" \u00a0", "no_day"), ("31.02.2027", "no_such_day"), ("2026-13-01", "no_such_day"), ("soon", "bad_day"),
        ("4636", "bad_day"), ("99999", "bad_day"), ("12.2026", "bad_day"), ("4 брюмера 2026", "bad_day"), ("2026", "bad_day"),
        ("2026-12-03T21:00:00Z", "bad_day"), ("2026-12-03T21:00:00+03:00", "bad_day"), ("до 04.12.2026", "bad_day"),
        ("04.12.2026 25:00", "bad_day"), ("0.0.0000", "no_such_day"), ("32/12/2026", "no_such_day"),
    ],
)  # fmt: skip
def test_what_is_no_day_says_why(text: str, problem: str) -> None:
    assert read_day(text, "ru") == (None, problem)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("04/12/2026", (None, "two_days")),
        ("12/23/2026", (date(2026, 12, 23), "")),
        ("23/12/2026", (date(2026, 12, 23), "")),
        ("12/12/2026", (date(2026, 12, 12), "")),
        ("04.12.2026", (DAY, "")),
    ],
)
def test_a_day_with_two_readings_is_asked_back_from_an_english_reader(
    text: str, found: tuple[date | None, str]
) -> None:
    assert read_day(text, "en") == found


def test_a_number_is_no_day_where_a_person_types() -> None:
    assert read_day("46360", "ru", serials=False) == (None, "bad_day")


@given(st.dates(date(2015, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_from_each_of_its_forms(day: date) -> None:
    serial = str((day - EPOCH) // timedelta(days=1))
    for text in (f"{day:%d.%m.%Y}", f"{day:%d.%m.%y}", f"{day:%d/%m/%Y}", day.isoformat(), serial):
        assert read_day(text, "ru") == (day, "")


@given(st.text(max_size=40), st.sampled_from(["ru", "en", ""]))
def test_no_text_breaks_the_readers(text: str, language: str) -> None:
    day, problem = read_day(text, language)
    assert (day is None) == bool(problem)
    read_number(text, language)
    read_yes(text)
    currency_of(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13990", "13990"), ("13 990,50", "13990.50"), ("13\u00a0990,50", "13990.50"), ("13\u202f990,50 ₽", "13990.50"),
        ("13 990,00 руб.", "13990.00"), ("13990 р.", "13990"), ("1.234.567,89", "1234567.89"), ("1,234,567.89", "1234567.89"),
        ("$1,234.56", "1234.56"), ("-5,5", "-5.5"), ("\u22125", "-5"), ("'100", "100"), ("0,5", "0.5"), ("1,234", "1.234"),
        ("100 ₸", "100"), ("12 500 тг", "12500"), (",5", ".5"),
    ],
)  # fmt: skip
def test_a_sum_of_a_spreadsheet_is_read(text: str, number: str) -> None:
    assert read_number(text, "ru") == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "many", "NaN", "--1", "1,23,4.50", "7,7991E+11", "100 уе", "1 000,5,5", "٣"]
)
def test_what_is_no_sum_is_none(text: str) -> None:
    assert read_number(text, "ru") is None


def test_a_comma_divides_thousands_for_an_english_reader_alone() -> None:
    assert (read_number("1,234", "en"), read_number("1,234", "ru")) == (Decimal(1234), Decimal("1.234"))


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("100 ₽", "RUB"),
        ("100 руб.", "RUB"),
        ("$5", "USD"),
        ("5 €", "EUR"),
        ("5 тенге", "KZT"),
        ("Br 5", "BYN"),
        ("5", ""),
    ],
)
def test_a_sign_beside_a_sum_names_its_currency(text: str, currency: str) -> None:
    assert currency_of(text) == currency


@pytest.mark.parametrize(
    "text", ["да", "ДА", "Истина", "ИСТИНА", "1", "x", "х", "Х", "TRUE", "yes", " + ", "иә"]
)
def test_yes_is_read(text: str) -> None:
    assert read_yes(text) is True


@pytest.mark.parametrize("text", ["нет", "Ложь", "ЛОЖЬ", "0", "FALSE", "no", "-", "—", "жоқ"])
def test_no_is_read(text: str) -> None:
    assert read_yes(text) is False


@pytest.mark.parametrize("text", ["", "может быть", "2", "many"])
def test_what_is_neither_is_none(text: str) -> None:
    assert read_yes(text) is None
