"""The documents: licence agreement and privacy policy with versions and days, whose law they name, whether a lawyer has read them. Pure.

A version is two numbers. The first one changes when the document changes materially: then everybody is asked again. The
second one is for words that change nothing of what was agreed.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

RUSSIA = "RU"
RUSSIAN_REGION, RUSSIAN_LANGUAGE = "ru", "ru"


@dataclass(frozen=True, slots=True)
class LegalDocument:
    """One document: its version and the day of that version."""

    code: str
    version: str
    day: date

    @property
    def edition(self) -> int:
        """The number that changes with what was agreed."""
        return edition_of(self.version)


LICENCE = LegalDocument("licence", "1.0", date(2026, 12, 1))
PRIVACY = LegalDocument("privacy", "1.0", date(2026, 12, 1))
SHOWN = f"{LICENCE.version} {PRIVACY.version}"
"""The versions that a page states to have shown to whoever presses on it."""


class LawShown(StrEnum):
    """Whose law a document names: that of Russia, or none of any country in particular."""

    RUSSIA = "russia"
    GENERAL = "general"


def law_for(language: str, region: str, operator_country: str) -> LawShown:
    """The law that a reader is shown: that of Russia for a portal of Russia; without a region by language and operator.

    A portal of another region is never shown the law of Russia, whoever runs the application.
    """
    if region:
        return LawShown.RUSSIA if region == RUSSIAN_REGION else LawShown.GENERAL
    at_home = language == RUSSIAN_LANGUAGE and operator_country in {"", RUSSIA}
    return LawShown.RUSSIA if at_home else LawShown.GENERAL


def edition_of(version: str) -> int:
    """The first number of a version; 0 of one that this release cannot read."""
    first = version.partition(".")[0]
    return int(first) if first.isascii() and first.isdecimal() and len(first) < 6 else 0


def was_read(document: LegalDocument, lawyer_read: date | None, today: date) -> bool:
    """Whether, by the operator's setting, his lawyer has read this version: on its day or later, and not in the future."""
    return lawyer_read is not None and document.day <= lawyer_read <= today


def covers(licence_version: str, privacy_version: str) -> bool:
    """Whether what was accepted holds for the present documents: of both the same edition, or a later one."""
    return edition_of(licence_version) >= LICENCE.edition and edition_of(privacy_version) >= PRIVACY.edition
