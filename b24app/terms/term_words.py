"""The columns and codes of a table of terms as people write them, in both languages; codes are read as well. Pure."""

from collections.abc import Callable, Mapping

from b24app.errors import BadInput
from b24app.terms.term import KIND_TITLES, PAYS_BY
from b24app.text.messages import N_, P_
from b24app.text.table_cells import DAY_PROBLEMS, currency_of, number_text, read_day, read_yes
from b24app.text.table_reading import plain_head
from b24app.text.table_writing import Cell

HEADS = {
    "kind": N_("What is paid for"),
    "title": N_("Name"),
    "ends_on": N_("Paid until"),
    "owner_name": N_("Responsible"),
    "price": N_("Price for the period"),
    "currency": N_("Currency"),
    "period_months": N_("Period, months"),
    "autopay": N_("Autopay"),
    "pays_by": N_("Who issues the invoice"),
    "note": P_("remark", "Note"),
}
EARLIER_HEADS = {"note": N_("Note")}
"""How tables of earlier releases called their columns: they are still read."""
VALUES: Mapping[str, Mapping[str, str]] = {
    "kind": {str(code): title for code, title in KIND_TITLES.items()},
    "pays_by": dict(PAYS_BY),
    "autopay": {"yes": N_("Yes"), "no": N_("No")},
}
Speak = Callable[[str], str]
Row = Mapping[str, str]


def head_names(speak: Speak) -> dict[str, str]:
    """The names of the columns in one language, as they are looked up, with the columns that they name."""
    named = (*EARLIER_HEADS.items(), *HEADS.items())
    return {plain_head(speak(title)): column for column, title in named}


def value_codes(speak: Speak) -> dict[tuple[str, str], str]:
    """The values of cells in one language, as they are looked up, with their codes; those of earlier releases too."""
    return {
        (column, plain_head(name)): code
        for column, titles in VALUES.items()
        for code, title in titles.items()
        for name in (str(title), speak(title))
    }


def in_codes(row: Row, codes: Mapping[tuple[str, str], str], language: str) -> dict[str, str]:
    """A row with the codes of its words, days and sums in plain forms; what is none stays as it was typed, to be named as wrong."""
    known = {column: codes.get((column, plain_head(value)), value) for column, value in row.items()}
    found = {column: _plain(column, value, language) for column, value in known.items()}
    sign = currency_of(row.get("price", ""))
    if sign and not found.get("currency"):
        found["currency"] = sign
    elif sign and sign != found["currency"].upper():
        found["price"] = row["price"]  # «100 $» in a line of roubles is no sum of roubles
    return found


def _plain(column: str, value: str, language: str) -> str:
    """A day, a sum, a count or a yes as the form of a term reads it."""
    match column:
        case "ends_on":
            day, _ = read_day(value, language)
            return day.isoformat() if day else value
        case "price":
            return number_text(value, language)
        case "period_months":
            return number_text(value, language).removesuffix(".0").removesuffix(".00")
        case "autopay":
            yes = read_yes(value)
            return value if yes is None else "yes" if yes else "no"
    return value


def check_cells(row: Row, language: str) -> None:
    """Raise BadInput that names what is wrong with a cell of `in_codes` from which no day, or no sum, was read."""
    if row.get("ends_on"):
        day, problem = read_day(row["ends_on"], language)
        if day is None:
            raise BadInput(DAY_PROBLEMS[problem], "ends_on")
    if currency_of(row.get("price", "")):
        raise BadInput(N_("The sign beside the sum is of another currency"), "price")


def in_words(column: str, value: Cell, speak: Speak) -> Cell:
    """The word of a code in one language; any other value as it is."""
    title = VALUES.get(column, {}).get(value) if isinstance(value, str) else None
    return speak(title) if title else value
