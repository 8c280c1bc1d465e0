"""Settings about the operator, who runs the application for others: who he is, how he is reached, where data is stored, who helps him.

The edition `market` does not start without them; in `local` the pages show what is not set.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from babel import Locale
from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from b24app.text.host_names import NoHostName
from b24app.text.mail_addresses import read_mail

MOST = 300
NOBODY = "none"
COUNTRIES = frozenset(
    code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()
)
DEMANDED = (
    "operator_name",
    "operator_number",
    "operator_address",
    "operator_country",
    "operator_mail",
    "operator_hours",
    "operator_reaction",
    "hosting_country",
    "processors",
)
"""What the edition `market` demands at start."""


@dataclass(frozen=True, slots=True)
class Processor:
    """Who processes data on the operator's instruction: name, country, what for."""

    name: str
    country: str
    purpose: str


class OperatorSettings(BaseSettings):
    """The operator as the documents and the support page name him."""

    edition: Literal["local", "market"] = Field(
        "market",
        description="market hides every commercial text, as the marketplace rules ask, and demands the operator's settings",
    )
    operator_name: str = Field(
        "", max_length=MOST, description="Legal name of the operator: the licensor of the agreement"
    )
    operator_number: str = Field(
        "",
        max_length=MOST,
        description="INN or registration number of the operator, as it shall be read: INN 7700000000",
    )
    operator_address: str = Field("", max_length=MOST, description="Postal address of the operator")
    operator_country: str = Field("", description="Country whose law the operator is under, two letters: RU")
    operator_mail: str = Field("", description="Mail for questions on personal data and the agreement")
    operator_hours: str = Field(
        "", max_length=MOST, description="Days and hours of support: Mon-Fri 9:00-18:00, Moscow"
    )
    operator_reaction: str = Field(
        "", max_length=MOST, description="How soon support answers: within one working day"
    )
    hosting_country: str = Field(
        "", description="Country in which the servers and the database stand, two letters: RU"
    )
    processors: str = Field(
        "",
        max_length=4000,
        description="Who processes data for the operator: name, country, purpose; the next one after a semicolon. "
        "none: nobody",
    )
    lawyer_read: date | None = Field(
        None,
        description="Day on which the operator's lawyer has read the documents; before the day of a document, or none: "
        "it is shown as a draft",
    )

    @field_validator("lawyer_read", mode="before")
    @classmethod
    def _drop_empty_day(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator(*DEMANDED)
    @classmethod
    def _check_line(cls, text: str, info: ValidationInfo) -> str:
        text = text.strip()
        if not text and info.data.get("edition") == "market":
            raise ValueError("is demanded by B24APP_EDITION=market and is not set")
        if not text.isprintable():
            raise ValueError("must be one line of text")
        return text

    @field_validator("operator_country", "hosting_country")
    @classmethod
    def _check_country(cls, code: str) -> str:
        if code and code.upper() not in COUNTRIES:
            raise ValueError("must be the two letters of a country: RU, KZ, DE")
        return code.upper()

    @field_validator("operator_mail")
    @classmethod
    def _check_mail(cls, text: str) -> str:
        """International addresses too, such as справка@почта.рф, in the form in which people read them."""
        try:
            found = read_mail(text)
        except NoHostName:
            raise ValueError("mixes letters of two alphabets that look alike behind the @") from None
        if text and not found:
            raise ValueError("must be one plain e-mail address")
        return found

    @field_validator("processors")
    @classmethod
    def _check_processors(cls, text: str) -> str:
        read_processors(text)
        return text


def read_processors(text: str) -> tuple[Processor, ...]:
    """The processors as they were written; nobody for `none` and for nothing. Raises ValueError."""
    if text.strip().lower() in {"", NOBODY}:
        return ()
    return tuple(_read_processor(part) for part in text.split(";") if part.strip())


def _read_processor(text: str) -> Processor:
    name, *rest = (part.strip() for part in text.split(",", 2))
    if not name or len(rest) != 2 or not all(rest):
        raise ValueError("each processor is written as: name, country, purpose")
    return Processor(name, *rest)
