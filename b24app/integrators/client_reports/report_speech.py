"""Writes the sentences of a report: in the client's language, without secrets and without mail addresses that somebody typed."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import force_locale

from b24app.bitrix24.masking import EMAIL, MASK, clean_secrets
from b24app.input_limits import one_line
from b24app.integrators.client_reports.report_content import SheetLine
from b24app.text.formats import month_year
from b24app.text.messages import Sentence, Value, sentence
from b24app.text.translation import Translator


@dataclass(frozen=True, slots=True)
class Speech:
    """The language and the zone of one client, and the days that its report is about, both included."""

    language: str
    zone: str
    first: date
    last: date

    def say(self, text: Sentence | str) -> str:
        """A sentence as the client reads it."""
        return EMAIL.sub(MASK, clean_secrets(one_line(Translator(self.language, self.zone).say(text))))

    def tell(
        self, right: str, message: str | tuple[str, str], *, on: date | None = None, **values: Value
    ) -> SheetLine:
        """One line that needs a right."""
        return SheetLine(self.say(sentence(message, **values)), right, on)

    def month(self) -> str:
        """The month that the report is about: «ноябрь 2026»."""
        with force_locale(Translator(self.language, self.zone).locale):
            return month_year(self.first)

    def day_of(self, moment: datetime) -> date:
        """The client's day of a moment."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment is one of the report's days."""
        return moment is not None and self.first <= self.day_of(moment) <= self.last
