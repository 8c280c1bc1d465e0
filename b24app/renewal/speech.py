"""Says a sentence in a language outside of any request: letters, notifications, tasks."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import force_locale, gettext, ngettext

from b24app.license.said import Said, Value
from b24app.portals.languages import spoken

NO_BREAK, NARROW = "\u00a0", "\u202f"


@dataclass(frozen=True, slots=True)
class Speech:
    """One language and the zone by which its reader counts days."""

    language: str = "ru"
    zone: str = "Europe/Moscow"

    @property
    def locale(self) -> str:
        """The nearest language that we have."""
        return spoken(self.language)

    def say(self, said: Said | str) -> str:
        """Translate a sentence with its values; works in any application context."""
        if not said:
            return ""
        with force_locale(self.locale):
            text = self._say(said if isinstance(said, Said) else Said(said))
        return text.replace(f"{NO_BREAK}г..", f"{NO_BREAK}г.")

    def _say(self, said: Said) -> str:
        values = {name: self._value(value) for name, value in said.values.items()}
        if said.plural:
            return ngettext(said.message, said.plural, int(str(said.values["count"])), **values).strip()
        return gettext(said.message, **values).strip()

    def _value(self, value: Value) -> str:
        match value:
            case Said():
                return self._say(value) if value else ""
            case datetime():
                return self.day(value.astimezone(ZoneInfo(self.zone)).date())
            case date():
                return self.day(value)
            case int() | Decimal():
                return format_decimal(value, "#,##0.##", locale=self.locale).replace(NARROW, NO_BREAK)
            case None:
                return ""
            case tuple():
                return ", ".join(value)
        return value

    def day(self, value: date) -> str:
        """A day in words with its year: letters are read later than they are written."""
        return format_date(value, "long", self.locale).replace(" ", NO_BREAK).replace(NARROW, NO_BREAK)
