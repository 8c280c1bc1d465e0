"""Dates, money and sizes in words of the visitor's language; filters for the templates (look.md §8)."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal
from flask import Flask, g
from flask_babel import get_locale, gettext
from markupsafe import Markup

from b24app.clock import holds_still
from b24app.clock import today as day_in_zone
from b24app.services import services
from b24app.terms.date_suggestions import OWN_TITLE
from b24app.terms.source_notes import name_source, say_note
from b24app.text.sentences import Sentence, Value
from b24app.text.translation import one_stop, translate, translate_values

TAGS = {
    "num": (Markup('<span class="t-num">'), Markup("</span>")),
    "b": (Markup("<b>"), Markup("</b>")),
}
NARROW, NO_BREAK = "\u202f", "\u00a0"
UNIT = re.compile(r"(?<=\d) ")


def locale() -> Locale:
    """The language of the visitor."""
    return get_locale() or Locale("ru")


def zone() -> ZoneInfo:
    """The time zone by which the visitor's portal counts days."""
    frame = g.get("frame")
    return ZoneInfo(frame.time_zone if frame else g.get("zone", "Europe/Moscow"))


def today() -> date:
    """The visitor's calendar day."""
    return day_in_zone(services().clock, zone().key)


def _tie(text: str) -> str:
    return text.replace(NARROW, NO_BREAK).replace(" ", NO_BREAK)


def day(value: date | None) -> str:
    """«18 декабря», with the year when it is not the story's year."""
    if value is None:
        return ""
    if abs(value.year - today().year) > 1 or (value - today()).days > 300:
        return day_long(value)
    return _tie(format_date(value, "d MMMM", locale()))


def day_long(value: date | None) -> str:
    """«23 декабря 2026 г.», “23 December 2026”."""
    shape = "d MMMM y" if locale().language == "en" else "long"
    return "" if value is None else _tie(format_date(value, shape, locale()))


def day_short(value: date) -> str:
    """«8 дек»."""
    return _tie(format_date(value, "d MMM", locale()).rstrip("."))


def day_tile(value: date) -> str:
    """«15 декабря, вт»; a tile is narrow, so the year may go to a line of its own."""
    text = day(value).replace(f"{NO_BREAK}{value.year}", f" {value.year}")
    return f"{text}, {format_date(value, 'ccc', locale())}"


def day_row(value: date) -> str:
    """«15 декабря, вторник»."""
    return f"{day(value)}, {format_date(value, 'cccc', locale())}"


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
    return _tie(format_skeleton("yMMMM", value, locale=locale()).removesuffix(" г."))


def month_days(days: Sequence[date]) -> str:
    """«15, 14, 11»; of many only the first and the last."""
    shown = [str(item.day) for item in days]
    return ", ".join(shown if len(shown) <= 5 else [*shown[:2], "…", shown[-1]])


def weekday_letter(value: date) -> str:
    """«в» of «вторник»."""
    return str(locale().days["stand-alone"]["narrow"][value.weekday()]).lower()


def clock(value: datetime) -> str:
    """«09:40»."""
    return format_time(value.astimezone(zone()), "HH:mm", locale=locale())


def moment(value: datetime | None) -> str:
    """«сегодня, 09:40», «вчера, 18:02», «12 ноября, 14:30»."""
    if value is None:
        return ""
    local = value.astimezone(zone())
    match (today() - local.date()).days:
        case 0:
            return gettext("today, %(time)s", time=clock(value))
        case 1:
            return gettext("yesterday, %(time)s", time=clock(value))
    return f"{day(local.date())}, {clock(value)}"


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


def money(value: Decimal | float | None, currency: str = "RUB") -> str:
    """«13 990 ₽», hundredths only when there are any."""
    if value is None:
        return "—"
    digits = "" if Decimal(value) == Decimal(value).to_integral_value() else ".00"
    shape = f"#,##0{digits}{NO_BREAK}¤"
    text = format_currency(value, currency, shape, locale=locale(), currency_digits=False)
    return text.replace(NARROW, NO_BREAK).replace("RUB", "₽")


def holds(value: datetime | None) -> bool:
    """Whether an answer of that moment may still be told as how things are."""
    return value is not None and holds_still(value, services().clock.now())


def who(name: str) -> str:
    """A person by name; what the application did itself bears its name in the visitor's language."""
    return gettext("Renewal without downtime") if name == OWN_TITLE else name


def percent(value: float) -> str:
    """«72 %» in Russian, “72%” in English."""
    text = number(value)
    return f"{text}%" if locale().language == "en" else f"{text}{NO_BREAK}%"


def tied(text: str) -> str:
    """A text whose numbers stay on the line of their units."""
    return UNIT.sub(NO_BREAK, text)


def words(said: Sentence | str | None) -> str:
    """A sentence in the visitor's language."""
    return translate(said, _plain)


def marked(said: Sentence | None, name: str, tag: str) -> Markup:
    """The same sentence with one value inside markup: `num` for link colour, `b` for bold."""
    if not said or name not in said.values:
        return Markup.escape(words(said))
    opening, closing = TAGS[tag]
    values = {key: Markup.escape(value) for key, value in translate_values(said, _plain).items()}
    values[name] = opening + values[name] + closing
    return Markup.escape(gettext(said.message)) % values


def _plain(value: Value) -> str:
    match value:
        case datetime():
            return day(value.astimezone(zone()).date())
        case date():
            return day(value)
        case bool():
            return gettext("yes") if value else gettext("no")
        case int() | float() | Decimal():
            return number(value)
    return str(value)


def size_text(size: int) -> str:
    """«120 КБ», «2,4 МБ»."""
    if size < 1024 * 1024:
        return gettext("%(size)s KB", size=number(max(1, round(size / 1024))))
    return gettext("%(size)s MB", size=number(round(size / 1024 / 1024, 1)))


def register(app: Flask) -> None:
    """Make the filters known to the templates."""
    filters = (
        day, day_long, day_short, day_tile, day_row, day_field, month, month_short, month_year,
        month_days, weekday_letter, clock, moment, holds, number, figure, money, percent, size_text,
        who, words, marked, one_stop, tied, name_source, say_note,
    )  # fmt: skip
    app.jinja_env.filters |= {function.__name__: function for function in filters}
    app.jinja_env.globals["today"] = today
