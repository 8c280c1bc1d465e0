"""Tables there and back: what spreadsheets save is read, what we write they open, and nothing is lost on the way."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.backup.reader.exporting import csv_cell
from b24app.errors import BadInput
from b24app.input_limits import bare_cell, plain_cell
from b24app.text.table_cells import read_day, read_number
from b24app.text.table_reading import (
    NO_TABLE,
    WORKBOOK,
    TableRow,
    WrongLine,
    decode_table,
    name_cells,
    plain_head,
    read_rows,
    unread_columns,
)
from b24app.text.table_writing import FOR_PROGRAMS, PIPED, TableLook, table_lines, write_table

RUSSIAN = TableLook("ru", ZoneInfo("Europe/Moscow"))
ROWS = (("Клиент", "ИНН"), ("Морошка; ягоды, чай", "7799104520"))


def cells(text: str) -> list[tuple[str, ...]]:
    return [row.cells for row in read_rows(text, 100, "too long")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "cp866", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("divider", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_file_is_read_as_excel_saves_it(encoding: str, divider: str, end: str) -> None:
    text = end.join(
        divider.join(f'"{cell}"' if set(cell) & set(";,") else cell for cell in row) for row in ROWS
    )
    assert cells(decode_table(text.encode(encoding))) == list(ROWS)


def test_a_line_that_names_the_divider_is_no_row() -> None:
    rows = read_rows("sep=;\r\nИмя, фамилия;День\r\nА;1\r\n", 10, "")
    assert rows == (TableRow(1, ("Имя, фамилия", "День")), TableRow(2, ("А", "1")))


def test_the_divider_is_looked_for_outside_quotation_marks() -> None:
    assert cells('"Период, месяцев, шт";"a"\n1;2') == [("Период, месяцев, шт", "a"), ("1", "2")]


def test_a_cell_may_hold_line_breaks_dividers_and_quotation_marks() -> None:
    rows = read_rows('Имя;Примечание\r\nА;"первая\r\nвторая; ""третья"""\r\nБ;x\r\n', 10, "")
    assert rows[1].cells == ("А", 'первая\nвторая; "третья"')
    assert rows[2].number == 3  # as a spreadsheet counts


def test_quotation_marks_inside_of_a_cell_are_letters() -> None:
    assert cells('Имя;День\nООО "Ромашка";1\n"Лён" ООО;2\n""\n"";3') == [
        ("Имя", "День"), ('ООО "Ромашка"', "1"), ('"Лён" ООО', "2"), ("", "3"),
    ]  # fmt: skip


def test_a_quotation_mark_that_never_closes_names_its_line() -> None:
    with pytest.raises(WrongLine) as wrong:
        read_rows('Имя;День\nА;1\n"Б;2\nВ;3\n', 10, "")
    assert wrong.value.line == 3


def test_numbers_are_those_of_the_spreadsheet_whatever_is_empty() -> None:
    assert [row.number for row in read_rows("\r\nИмя\r\n\r\nА\r\n;;\r\nБ", 10, "")] == [2, 4, 6]


def test_more_rows_than_are_taken_are_refused_and_not_cut() -> None:
    assert len(read_rows("a\n" * 5, 5, "too long")) == 5
    with pytest.raises(BadInput, match="too long"):
        read_rows("a\n" * 6, 5, "too long")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04\x00\x00", WORKBOOK),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", WORKBOOK),
        (b"\xff\xfea", NO_TABLE),
        (b"\xef\xbb\xbf\xff", NO_TABLE),
        (b"\x98\xff\xff", NO_TABLE),
        (b"ab\x00cd", NO_TABLE),
    ],
    ids=[
        "a workbook",
        "an old workbook",
        "half a letter",
        "a mark without letters",
        "bad bytes",
        "a zero byte",
    ],
)
def test_bytes_that_are_no_table_are_refused(content: bytes, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        decode_table(content)
    assert refused.value.message == says


@pytest.mark.parametrize(
    "name", ["Оплачено до", " оплачено  ДО ", "Оплачено\u00a0до:", "«x»", "Оплачено\nдо *"]
)
def test_a_head_is_known_in_whatever_case_and_spaces(name: str) -> None:
    assert plain_head(name) in {"оплачено до", "«x»"}
    assert plain_head("Автоплатёж") == plain_head("АВТОПЛАТЕЖ")


def test_columns_have_their_names_and_what_has_none_is_told() -> None:
    rows = read_rows("А;Б;А;Другое\n1;2;3;4;5\n6\n", 10, "")
    known = {"А": "a", "Б": "b"}
    first, second = name_cells(rows, lambda name: known.get(name, ""))
    assert (first.cells, first.surplus) == ({"a": "1", "b": "2"}, "5")
    assert (second.cells, second.surplus) == ({"a": "6"}, "")
    assert unread_columns(rows, lambda name: known.get(name, "")) == ("А", "Другое")


FORMULAS = ["=1+1", "+7 900", "-5", "@a", "\tx", "\n=1", "＝1", "'=1", "''=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_run_as_a_formula_and_each_comes_back_as_it_was(text: str) -> None:
    assert plain_cell(text).startswith("'")
    assert bare_cell(plain_cell(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "@a", "\tx", "＝1"])
def test_the_reader_of_copies_disarms_the_same(text: str) -> None:
    assert csv_cell(text) == plain_cell(text)


def test_a_russian_excel_opens_what_we_write() -> None:
    at = datetime(2026, 12, 4, 7, 30, 5, tzinfo=UTC)
    row = ("Лампа; свет", date(2026, 12, 4), Decimal("-83880.50"), 12, None, at, '=HYPERLINK("x")')
    content = write_table(["Клиент", "День"], [row], RUSSIAN)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == (
        'Клиент;День\r\n"Лампа; свет";04.12.2026;-83880,50;12;;04.12.2026 10:30:05;"\'=HYPERLINK(""x"")"\r\n'
    )


def test_a_program_reads_the_same_in_every_language() -> None:
    at = datetime(2026, 12, 4, 7, 30, tzinfo=UTC)
    (line,) = list(table_lines(["a"], [(date(2026, 12, 4), Decimal("1.50"), at)], PIPED))[1:]
    assert line == "2026-12-04;1.50;2026-12-04T07:30:00+00:00\r\n"
    assert write_table(["a"], [], FOR_PROGRAMS) == b"\xef\xbb\xbfa\r\n"
    assert write_table(["a"], [], PIPED) == b"a\r\n"


def test_an_english_reader_gets_days_with_one_reading() -> None:
    content = write_table(["a"], [(date(2026, 12, 4), Decimal("1.50"))], TableLook("en"))
    assert content.decode("utf-8-sig").splitlines()[1] == "2026-12-04;1.50"


PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=30).map(str.strip)
CELL = st.one_of(PLAIN, st.sampled_from(FORMULAS).map(str.strip))


@given(st.lists(st.tuples(CELL, st.dates(date(2015, 1, 1), date(2099, 1, 1)), st.decimals(-9999, 9999, places=2)), max_size=8),
       st.sampled_from(["ru", "en", "kk"]))  # fmt: skip
def test_what_we_write_we_read(rows: list[tuple[str, date, Decimal]], language: str) -> None:
    content = write_table(["Текст", "День", "Сумма"], rows, TableLook(language))
    back = read_rows(decode_table(content), 100, "")[1:]
    assert [row.cells[0] for row in back] == [text for text, _, _ in rows]
    assert [read_day(row.cells[1], language)[0] for row in back] == [day for _, day, _ in rows]
    assert [read_number(row.cells[2], language) for row in back] == [number for _, _, number in rows]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        rows = read_rows(text, 1000, "too long")
    except BadInput:
        return
    assert all(any(row.cells) for row in rows)


def test_a_megabyte_of_quotation_marks_is_read_at_once() -> None:
    for text in ('"' * 1_000_000, '"";' * 300_000, ('"a;' * 200_000)[:1_000_000], 'a"' * 500_000):
        try:
            read_rows(text, 1000, "")
        except BadInput:
            continue


WRITE_BY_THEMSELVES = {"b24app/text/table_writing.py", "b24app/backup/reader/exporting.py"}  # fmt: skip


def test_every_table_of_ours_has_one_reader_and_one_writer() -> None:
    root = Path(__file__).parents[2]
    found = {
        str(path.relative_to(root))
        for path in root.glob("b24app/**/*.py")
        if re.search(r"^\s*import csv|from csv", path.read_text(), re.MULTILINE)
    }
    assert "b24app/text/table_writing.py" in found
    assert found <= WRITE_BY_THEMSELVES
