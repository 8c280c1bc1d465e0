"""The columns and codes of a table of terms as people write them, in both languages; codes are read as well. Pure."""

from collections.abc import Callable, Mapping

from b24app.terms.term import KIND_TITLES, PAYS_BY
from b24app.text.messages import N_

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
    "note": N_("Note"),
}
VALUES: Mapping[str, Mapping[str, str]] = {
    "kind": {str(code): title for code, title in KIND_TITLES.items()},
    "pays_by": dict(PAYS_BY),
    "autopay": {"yes": N_("Yes"), "no": N_("No")},
}
Speak = Callable[[str], str]
Row = Mapping[str, str]


def head_names(speak: Speak) -> dict[str, str]:
    """The names of the columns in one language, in lower case, with the columns that they name."""
    return {speak(title).lower(): column for column, title in HEADS.items()}


def value_codes(speak: Speak) -> dict[tuple[str, str], str]:
    """What people write in a cell in one language, in lower case, with the code that it means."""
    return {
        (column, speak(title).lower()): code
        for column, titles in VALUES.items()
        for code, title in titles.items()
    }


def in_codes(row: Row, codes: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """A row with the codes of its words; what is no known word stays as it was typed, to be named as wrong."""
    return {column: codes.get((column, value.strip().lower()), value) for column, value in row.items()}


def in_words(column: str, code: str, speak: Speak) -> str:
    """The word of a code in one language; any other value as it is."""
    title = VALUES.get(column, {}).get(code)
    return speak(title) if title else code
