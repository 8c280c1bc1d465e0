"""Formats of days, months, numbers and money in the language of the moment; what depends on the visitor is in `web/filters.py`."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, get_currency_symbol
from flask_babel import get_locale, gettext

NARROW, NO_BREAK = "\u202f", "\u00a0"
UNIT = re.compile(r"(?<=\d) ")


def locale() -> Locale:
    """The language of the moment: the visitor's, or the one that a translator has set."""
    return get_locale() or Locale("ru")


def unbroken(text: str) -> str:
    """The same text on one line: every space of it is a no-break space."""
    return text.replace(NARROW, NO_BREAK).replace(" ", NO_BREAK)


def day_long(value: date | None) -> str:
    """«23 декабря 2026 г.», “23 December 2026”."""
    shape = "d MMMM y" if locale().language == "en" else "long"
    return "" if value is None else unbroken(format_date(value, shape, locale()))


def day_short(value: date) -> str:
    """«8 дек»."""
    return unbroken(format_date(value, "d MMM", locale()).rstrip("."))


def day_field(value: date | None) -> str:
    """The value of a date field, as browsers want it."""
    return value.isoformat() if value else ""


def month(value: date) -> str:
    """«декабрь»."""
    return format_date(value, "LLLL", locale())


def month_short(value: date) -> str:
    """«дек»."""
    return format_date(value, "LLL", locale())[:3]


def month_year(value: date) -> str:
    """«декабрь 2026»."""
    return unbroken(format_skeleton("yMMMM", value, locale=locale())).removesuffix(f"{NO_BREAK}г.")


def number(value: Decimal | float | None) -> str:
    """A number with groups of three and no zeros at the end."""
    if value is None:
        return "—"
    text = format_decimal(value, "#,##0.##", locale=locale())
    return text.replace(NARROW, NO_BREAK)


def figure(value: Decimal | float | str | None) -> str:
    """A number in a field that people correct: no groups and no zeros at the end; what they typed stays."""
    return (
        format(Decimal(value).normalize(), "f") if isinstance(value, Decimal | int | float) else value or ""
    )


LEADING = frozenset({"USD", "EUR", "GBP"})
"""Currencies whose sign comes before a sum in English."""


def money(value: Decimal | float | None, currency: str = "") -> str:
    """«13 990 ₽», in English $1,188 too; hundredths only when there are any; without a currency the bare number."""
    if value is None or not currency:
        return number(value)
    digits = "" if Decimal(value) == Decimal(value).to_integral_value() else ".00"
    leads = locale().language == "en" and currency in LEADING
    shape = f"¤#,##0{digits}" if leads else f"#,##0{digits}{NO_BREAK}¤"
    text = format_currency(value, currency, shape, locale=locale(), currency_digits=False)
    return text.replace(NARROW, NO_BREAK).replace("RUB", "₽")


def currency_sign(currency: str) -> str:
    """«₽», “€”; the code of a currency that has no sign, nothing for none."""
    return get_currency_symbol(currency, locale()).replace("RUB", "₽") if currency else ""


def country_name(code: str) -> str:
    """«Казахстан» for `kz`; the code of what is no country."""
    return str(locale().territories.get(code.upper(), code))


def percent(value: float) -> str:
    """«72 %» in Russian, “72%” in English."""
    text = number(value)
    return f"{text}%" if locale().language == "en" else f"{text}{NO_BREAK}%"


def month_days(days: Sequence[date]) -> str:
    """«15, 14, 11»; of many only the first and the last."""
    shown = [str(item.day) for item in days]
    return ", ".join(shown if len(shown) <= 5 else [*shown[:2], "…", shown[-1]])


def weekday(value: date) -> str:
    """«вторник»."""
    return str(locale().days["stand-alone"]["wide"][value.weekday()])


def weekday_letter(value: date) -> str:
    """«в» of «вторник»."""
    return str(locale().days["stand-alone"]["narrow"][value.weekday()]).lower()


def tied(text: str) -> str:
    """A text whose numbers stay on the line of their units."""
    return UNIT.sub(NO_BREAK, text)


def size_text(size: int) -> str:
    """«120 КБ», «2,4 МБ»."""
    if size < 1024 * 1024:
        return gettext("%(size)s KB", size=number(max(1, round(size / 1024))))
    return gettext("%(size)s MB", size=number(round(size / 1024 / 1024, 1)))


def duration_text(seconds: float) -> str:
    """«40 мс», «1,25 с»: what is shorter than a second is written in milliseconds, never as nothing."""
    if round(seconds, 3) >= 1:
        return unbroken(gettext("%(seconds)s s", seconds=number(seconds)))
    if seconds < 0.001:
        return unbroken(gettext("< 1 ms"))
    return unbroken(gettext("%(count)s ms", count=number(round(seconds * 1000))))
