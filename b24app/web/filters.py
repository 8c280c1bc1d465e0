"""Formats that depend on the visitor, today, his time zone and his language, and all filters of the templates."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import Flask, g
from flask_babel import get_locale, gettext, ngettext
from markupsafe import Markup

from b24app.clock import holds_still
from b24app.clock import today as day_in_zone
from b24app.input_limits import plain_date
from b24app.integrators.client_frame import may
from b24app.integrators.rights import Right
from b24app.services import services
from b24app.sources import Source
from b24app.terms.date_suggestions import OWN_TITLE
from b24app.text.formats import (
    NO_BREAK,
    country_name,
    currency_sign,
    day_field,
    day_long,
    day_short,
    duration_text,
    figure,
    locale,
    money,
    month,
    month_days,
    month_short,
    month_year,
    number,
    percent,
    size_text,
    tied,
    unbroken,
    weekday,
    weekday_letter,
)
from b24app.text.host_names import to_unicode
from b24app.text.messages import N_, NN_, NOTHING, P_, Sentence, Value, sentence
from b24app.text.offered_languages import shipped_language
from b24app.text.translation import one_stop, translate, translate_values

TAGS = {
    "num": (Markup('<span class="t-num">'), Markup("</span>")),
    "b": (Markup("<b>"), Markup("</b>")),
    "fail": (Markup('<span class="v-text v-fail">'), Markup("</span>")),
    "pass": (Markup('<span class="v-text v-pass">'), Markup("</span>")),
}
YES, NO = P_("statement", "yes"), P_("statement", "no")
NOTES = {
    "notices start": N_("notices start"),
    "header turns red, not with autopay": N_("the header turns red, not with autopay"),
    "everything works": N_("everything works"),
    "view only, integrations off": N_("view only, integrations off"),
    "level blocked at -14": N_("the portal’s code counts 14 days"),
    "days without any login on the free plan": N_("days without any sign-in on the free plan"),
    "a coupon works at once": N_("a coupon works at once"),
    "usually within 24 hours": N_("usually within 24 hours"),
    "no such rule was found: ask before paying": N_("no such rule was found: ask before paying"),
    "newest code outside the CIS": N_("newest code outside the CIS"),
    "notices start; written for the cloud": N_("notices start; written for the cloud"),
    "then fully blocked": N_("then fully blocked"),
    "then run SiteUpdate": N_("then run the update of the system"),
    "the portal's own notice": N_("the portal’s own notice"),
    "a grace of its own is not promised anywhere": N_("a grace of its own is not promised anywhere"),
    "the number stops on an empty balance": N_("the number stops on an empty balance"),
    "extensions of users; keep in step with the main licence": N_("for extensions of users"),
    "QIWI wallets are closed; WebMoney is not confirmed": N_(
        "QIWI wallets are closed; WebMoney is not confirmed"
    ),
}


def zone() -> ZoneInfo:
    """The time zone by which the visitor's portal counts days."""
    frame = g.get("frame")
    return ZoneInfo(frame.time_zone if frame else g.get("zone", "Europe/Moscow"))


def today() -> date:
    """The visitor's calendar day."""
    return day_in_zone(services().clock, zone().key)


def day(value: date | None) -> str:
    """«18 декабря», with the year when it is not the story's year."""
    if value is None:
        return ""
    if abs(value.year - today().year) > 1 or (value - today()).days > 300:
        return day_long(value)
    return unbroken(format_date(value, "d MMMM", locale()))


def day_tile(value: date) -> str:
    """«15 декабря, вт»; a tile is narrow, so the year may go to a line of its own."""
    text = day(value).replace(f"{NO_BREAK}{value.year}", f" {value.year}")
    return f"{text}, {format_date(value, 'ccc', locale())}"


def day_row(value: date) -> str:
    """«15 декабря, вторник»."""
    return f"{day(value)}, {format_date(value, 'cccc', locale())}"


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


def day_of(value: datetime) -> str:
    """«28 ноября»: the visitor's day of a moment."""
    return day(value.astimezone(zone()).date())


def holds(value: datetime | None) -> bool:
    """Whether an answer of that moment may still be shown as the present state."""
    return value is not None and holds_still(value, services().clock.now())


def who(name: str) -> str:
    """A person by name; what the application did itself bears its name in the visitor's language."""
    return gettext("Renewal without downtime") if name == OWN_TITLE else name


def words(text: Sentence | str | None) -> str:
    """A sentence in the visitor's language."""
    return translate(text, _plain)


def marked(text: Sentence | None, name: str, tag: str) -> Markup:
    """The same sentence with one value inside markup: `num` for link colour, `b` for bold, `fail` and `pass` for their colours."""
    if not text or name not in text.values:
        return Markup.escape(words(text))
    opening, closing = TAGS[tag]
    values = {key: Markup.escape(value) for key, value in translate_values(text, _plain).items()}
    values[name] = opening + values[name] + closing
    return Markup.escape(_shape(text)) % values


def _shape(text: Sentence) -> str:
    """The translated message before its values are put in; of a counted one the form for its count."""
    if not text.plural:
        return gettext(text.message)
    places = {name: f"%({name})s" for name in text.values}
    return ngettext(text.message, text.plural, int(str(text.values["count"])), **places)


def _plain(value: Value) -> str:
    match value:
        case datetime():
            return day(value.astimezone(zone()).date())
        case date():
            return day(value)
        case bool():
            return gettext(YES if value else NO)
        case int() | float() | Decimal():
            return number(value)
    return str(value)


def note_text(note: str) -> str:
    """The remark in the reader's language; nothing for a remark that is not meant for people."""
    return gettext(NOTES[note]) if note in NOTES else ""


def source_name(source: Source) -> str:
    """What a source is called; a source that has no English name keeps its own."""
    locale = get_locale()
    return source.en if source.en and locale and shipped_language(locale.language) == "en" else source.title


@dataclass(frozen=True, slots=True)
class DoubtedDay:
    """A day that a person is asked about once more: its field, the day, the doubts about it, and the likely one."""

    field: str
    day: date
    doubts: tuple[Sentence, ...]
    repaired: date | None = None


def doubted_day(field: str) -> DoubtedDay | None:
    """The day of a field that is asked about in this answer."""
    found: DoubtedDay | None = g.get("doubted_day")
    return found if found and found.field == field else None


def typed_day(value: object) -> date | None:
    """The day of a field, be it a date or as it was typed; None for an invalid one."""
    if isinstance(value, date) or not isinstance(value, str):
        return value if isinstance(value, date) else None
    try:
        return date.fromisoformat(plain_date(value))
    except ValueError:
        return None


def distance_of(day: date) -> Sentence:
    """«через 23 дня», «3 дня назад», «сегодня»."""
    left = (day - today()).days
    if left == 0:
        return sentence(N_("today"))
    if left > 0:
        return sentence(NN_("in %(count)s day", "in %(count)s days"), count=left)
    return sentence(NN_("%(count)s day ago", "%(count)s days ago"), count=-left)


def day_read_back(value: object) -> tuple[date, Sentence] | tuple[None, Sentence]:
    """A typed day and how far it is; nothing for what is no day."""
    day = typed_day(value)
    return (day, distance_of(day)) if day else (None, NOTHING)


def may_here(*codes: str) -> bool:
    """Whether the page may show what these rights allow: one's own portal always, a client's as far as it was given."""
    frame = g.get("frame")
    return frame is None or may(frame, *(Right(code) for code in codes))


def host(name: str) -> str:
    """«портал.рф» for the name of a host in its form of the name system."""
    return to_unicode(name)


def register(app: Flask) -> None:
    """Register the filters with the templates."""
    filters = (
        day, day_long, day_short, day_tile, day_row, day_field, month, month_short, month_year, month_days,
        weekday, weekday_letter, clock, moment, day_of, holds, number, figure, money, currency_sign, country_name, shipped_language, percent, size_text, duration_text,
        who, words, marked, one_stop, tied, source_name, note_text, day_read_back, host,
    )  # fmt: skip
    app.jinja_env.filters |= {function.__name__: function for function in filters}
    app.jinja_env.globals |= {"today": today, "doubted_day": doubted_day, "may": may_here}
