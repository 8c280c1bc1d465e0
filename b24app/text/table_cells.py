"""Reads a cell of a spreadsheet: a day, a number, yes or no, as Excel and people write them. Pure."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale

from b24app.text.messages import N_

LANGUAGES = ("ru", "en", "kk", "be")
DAY_PROBLEMS: Mapping[str, str] = {
    "no_day": N_("There is no date"),
    "bad_day": N_("This is not a date: write 23.12.2026"),
    "no_such_day": N_("There is no such day"),
    "two_days": N_("This date can be read in two ways: write it as 2026-12-23"),
}
UNSEEN = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
CENTURY = 2000
EPOCH = date(1899, 12, 30)
SERIALS = range(42_005, 73_052)
"""The days from 2015 to 2100 as Excel counts them: a smaller or larger number in a column of dates is no date."""

_DOTS = re.compile(r"(\d{1,2}) ?\. ?(\d{1,2}) ?\. ?(\d{4}|\d{2})")
_SLASHES = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})")
_DIGITS = re.compile(r"(20\d\d)([01]\d)([0-3]\d)(\d{6})?")
_DAY_MONTH = re.compile(r"(\d{1,2})[ .-]*([^\W\d_]+)[ .,-]*(\d{4}|\d{2})")
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.? (\d{1,2}),? (\d{4})")
_SERIAL = re.compile(r"(\d{5})([.,]\d+)?")
_TIME = re.compile(r"(?:[ t]|, )([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?( ?[ap]\.?m\.?)?$")
_YEAR_WORD = re.compile(r"(?<=\d) ?(г|года|ж|жыл)\.?$")
_WEEKDAY = re.compile(r"^([^\W\d_]+)\.?,? (?=\S)")
_SIGNS = re.compile(r"^(?:₽|₸|\$|€|br)|(?:₽|₸|\$|€|br|руб(?:\.|лей|ля|ль)?|р\.?|тг\.?|тенге)$", re.IGNORECASE)
_CURRENCY_OF = {"₽": "RUB", "р": "RUB", "₸": "KZT", "т": "KZT", "$": "USD", "€": "EUR", "b": "BYN"}
_GROUPS = re.compile(r"-?\d{1,3}(?:(?P<group>[,.])\d{3})+(?:(?!(?P=group))[,.]\d+)?")
_YES = frozenset(
    ["да", "истина", "yes", "true", "y", "д", "1", "x", "х", "+", "v", "✓", "✔", "иә", "ақиқат", "так"]
)
_NO = frozenset(["нет", "ложь", "no", "false", "n", "н", "0", "-", "—", "–", "жоқ", "жалған", "не"])
_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")


def plain_spaces(text: str) -> str:
    """A text on one line with single plain spaces, without invisible characters."""
    return " ".join(text.translate(UNSEEN).split())


def read_day(text: str, language: str = "", *, serials: bool = True) -> tuple[date | None, str]:
    """The day of a cell, or the code of what is wrong with it (DAY_PROBLEMS); a time of day beside it does not count.

    04/12/2026 is the 4th of December for a Russian reader; for others it is a date only where no second reading is one.
    """
    plain = _TIME.sub("", plain_spaces(text).lstrip("'").lower()).strip()
    plain = _YEAR_WORD.sub("", _without_weekday(plain))
    if not plain:
        return None, "no_day"
    if serials and (found := _SERIAL.fullmatch(plain)) is not None and int(found[1]) in SERIALS:
        return EPOCH + timedelta(days=int(found[1])), ""
    if (found := _SLASHES.fullmatch(plain)) is not None:
        return _slashed(int(found[1]), int(found[3]), found[4], language)
    parts = _parts_of(plain)
    return _day_of(*parts) if parts else (None, "bad_day")


def _parts_of(plain: str) -> tuple[str, int, int] | None:
    """Year, month and day in the formats that have one reading."""
    if found := _DOTS.fullmatch(plain):
        return found[3], int(found[2]), int(found[1])
    if found := _ISO.fullmatch(plain):
        return found[1], int(found[3]), int(found[4])
    if found := _DIGITS.fullmatch(plain):
        return found[1], int(found[2]), int(found[3])
    if (found := _DAY_MONTH.fullmatch(plain)) and (month := _months().get(found[2])):
        return found[3], month, int(found[1])
    if (found := _MONTH_DAY.fullmatch(plain)) and (month := _months().get(found[1])):
        return found[3], month, int(found[2])
    return None


def _slashed(first: int, second: int, year: str, language: str) -> tuple[date | None, str]:
    """Day before month for a Russian reader; for others only what has one reading."""
    day_first, month_first = _day_of(year, second, first), _day_of(year, first, second)
    if language == "ru" or month_first[0] is None or first == second:
        return day_first
    return month_first if day_first[0] is None else (None, "two_days")


def _day_of(year: str, month: int, day: int) -> tuple[date | None, str]:
    try:
        return date(int(year) if len(year) == 4 else CENTURY + int(year), month, day), ""
    except ValueError:
        return None, "no_such_day"


def _without_weekday(plain: str) -> str:
    found = _WEEKDAY.match(plain)
    return plain[found.end() :] if found and found[1] in _weekdays() else plain


@lru_cache(maxsize=1)
def _months() -> Mapping[str, int]:
    """The names of months, whole and short, in every case that occurs in a date."""
    found: dict[str, int] = {}
    for locale in map(Locale, LANGUAGES):
        names = [(word, number) for use in locale.months.values() for number, word in use["wide"].items()]
        short = [
            (word, number) for use in locale.months.values() for number, word in use["abbreviated"].items()
        ]
        cut = [(word[:3], number) for word, number in names if locale.language in ("ru", "en")]
        for word, number in (*names, *short, *cut):
            found.setdefault(word.lower().rstrip("."), number)
    return found


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[str]:
    every = (Locale(language).days.values() for language in LANGUAGES)
    names = (
        word
        for uses in every
        for use in uses
        for kind in ("wide", "abbreviated")
        for word in use[kind].values()
    )
    return frozenset(word.lower().rstrip(".") for word in names)


def number_text(text: str, language: str = "") -> str:
    """«13 990,50 ₽» as 13990.50; what is no number stays without its spaces, for the reader to judge.

    1,234 is a thousand and more for an English reader and one and a quarter for the rest.
    """
    plain = "".join(text.translate(UNSEEN).split()).lstrip("'").replace("\u2212", "-")
    plain = _SIGNS.sub("", plain)
    found = _GROUPS.fullmatch(plain)
    if found and (plain.count(found["group"]) > 1 or _is_grouped(plain, found["group"], language)):
        plain = plain.replace(found["group"], "")
    return plain.replace(",", ".")


def _is_grouped(plain: str, group: str, language: str) -> bool:
    """Whether the only comma or point of its kind divides thousands."""
    return ("," in plain and "." in plain) or (group == "," and language == "en")


def read_number(text: str, language: str = "") -> Decimal | None:
    """The number of a cell; None where there is none."""
    plain = number_text(text, language)
    return Decimal(plain) if plain.isascii() and _NUMBER.fullmatch(plain) else None


def currency_of(text: str) -> str:
    """The currency whose sign is beside a sum; empty where none is."""
    found = _SIGNS.search("".join(text.split()))
    return _CURRENCY_OF.get(found[0][0].lower(), "") if found else ""


def read_yes(text: str) -> bool | None:
    """Whether a cell means yes: да, истина, 1, x and the like; None where it means neither."""
    word = plain_spaces(text).lstrip("'").lower()
    return True if word in _YES else False if word in _NO else None
