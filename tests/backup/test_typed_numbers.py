"""Numbers of what is to come back, as people type them and as spreadsheets save them: no line is left out in silence."""

import pytest

from b24app.backup.restore.data.choices import MOST_DIGITS, NO_NUMBER, read_numbers
from b24app.errors import BadInput
from b24app.text.table_reading import WrongLine, decode_table


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1\n2\n\n3", ["1", "2", "3"]),
        ("1, 2; 3 4", ["1", "2", "3", "4"]),
        ("15;15;007", ["15", "7"]),
        ("15;Заказ\n16;Другой", ["15", "16"]),
        ("ID;Название\r\n15;Заказ\r\n16;3\r\n", ["15", "16"]),
        ("ID\n15\n16\n", ["15", "16"]),
        ("sep=;\nID;Количество\n15;2\n", ["15"]),
        ('"15";"Заказ; большой"\n', ["15"]),
        ("\ufeff15\u00a0\n", ["15"]),
        ("", []),
        ("9" * (MOST_DIGITS + 1), []),
    ],
)
def test_numbers_are_read(text: str, numbers: list[str]) -> None:
    assert read_numbers(text) == numbers


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_a_file_of_a_russian_excel_is_read(encoding: str) -> None:
    assert read_numbers(decode_table("Номер;Имя\r\n15;Анна\r\n".encode(encoding))) == ["15"]


def test_a_line_without_a_number_is_named() -> None:
    with pytest.raises(WrongLine) as wrong:
        read_numbers("ID;Имя\n15;Анна\nАнна;16\n")
    assert (wrong.value.message, wrong.value.line) == (NO_NUMBER, 3)


def test_more_lines_than_are_taken_are_refused_and_not_cut() -> None:
    with pytest.raises(BadInput):
        read_numbers("1\n" * 20_001)
