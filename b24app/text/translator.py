"""Translates sentences outside of a request, for one language and time zone: messages, notifications, tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import force_locale

from b24app.text.languages import spoken
from b24app.text.sentences import Sentence, Value
from b24app.text.translation import NO_BREAK, translate

NARROW = "\u202f"


@dataclass(frozen=True, slots=True)
class Translator:
    """One language and the zone by which its reader counts days."""

    language: str = "ru"
    zone: str = "Europe/Moscow"

    @property
    def locale(self) -> str:
        """The nearest language that we have."""
        return spoken(self.language)

    def say(self, said: Sentence | str) -> str:
        """Translate a sentence with its values; works in any application context."""
        with force_locale(self.locale):
            return translate(said, self._plain)

    def _plain(self, value: Value) -> str:
        match value:
            case datetime():
                return self.day(value.astimezone(ZoneInfo(self.zone)).date())
            case date():
                return self.day(value)
            case int() | Decimal():
                return format_decimal(value, "#,##0.##", locale=self.locale).replace(NARROW, NO_BREAK)
        return str(value)

    def day(self, value: date) -> str:
        """A day in words with its year: letters are read later than they are written."""
        shape = "d MMMM y" if self.locale == "en" else "long"  # as on the pages
        return format_date(value, shape, self.locale).replace(" ", NO_BREAK).replace(NARROW, NO_BREAK)
