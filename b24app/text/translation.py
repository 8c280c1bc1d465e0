"""Translation (i18n) of a sentence with its values: on a page in the visitor's language, in a message in the language of its reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext, ngettext

from b24app.text.formats import NO_BREAK, day_long, number
from b24app.text.messages import N_, Sentence, Value
from b24app.text.offered_languages import PORTAL_CODES, offered_languages

RUSSIAN_READERS = frozenset({"ru", "by", "be", "kk"})
Plain = Callable[[Value], str]


def nearest_language(code: str, otherwise: str = "en") -> str:
    """Our language for a portal's code: one that is offered, else Russian for its readers, English for the rest."""
    short = code.strip().lower().replace("_", "-").partition("-")[0]
    if not short:
        return otherwise
    language = PORTAL_CODES.get(short, short)
    if language in offered_languages():
        return language
    return "ru" if language in RUSSIAN_READERS else "en"


def translate(text: Sentence | str | None, plain: Plain) -> str:
    """The sentence in the language of the moment; `plain` formats every value that is not a sentence itself."""
    if not text:
        return ""
    if isinstance(text, str):
        return gettext(text)
    values = translate_values(text, plain)
    if text.plural:
        found = ngettext(text.message, text.plural, int(str(text.values["count"])), **values)
    else:
        found = gettext(text.message, **values)
    return one_stop(found.strip())


def translate_values(text: Sentence, plain: Plain) -> Mapping[str, str]:
    """Each value as text: a sentence inside is translated first, nothing stays empty."""
    return {name: _format(value, plain) for name, value in text.values.items()}


NAMELESS = N_("without a name")
"""The text of a value; portals let people save objects with an empty name, which must be visible in a list."""


def _format(value: Value, plain: Plain) -> str:
    if value is None or isinstance(value, Sentence):
        return translate(value, plain)
    if isinstance(value, tuple):
        return ", ".join(_format(one, plain) or gettext(NAMELESS) for one in value)
    return value if isinstance(value, str) else plain(value)


def one_stop(text: str) -> str:
    """«2027 г.» at the end of a sentence ends it by itself, and so does «…»."""
    return text.replace(f"{NO_BREAK}г..", f"{NO_BREAK}г.").replace("….", "…")


@dataclass(frozen=True, slots=True)
class Translator:
    """One language and the zone by which its reader counts days: for messages, notifications and tasks."""

    language: str = "ru"
    zone: str = "Europe/Moscow"

    @property
    def locale(self) -> str:
        """The nearest language that we have."""
        return nearest_language(self.language)

    def say(self, text: Sentence | str) -> str:
        """Translate a sentence with its values; works in any application context."""
        with force_locale(self.locale):
            return translate(text, self._plain)

    def _plain(self, value: Value) -> str:
        """A day with its year: messages are read later than they are written."""
        match value:
            case datetime():
                return day_long(value.astimezone(ZoneInfo(self.zone)).date())
            case date():
                return day_long(value)
            case int() | float() | Decimal():
                return number(value)
        return str(value)
