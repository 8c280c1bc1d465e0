"""Help that ships as data: guides to each route of the renewal, and the table of troubles recognised by their words. Pure."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from b24app.sources import read_data

DATA = Path(__file__).with_name("data")
NO_TEXT: Mapping[str, str] = {"ru": "", "en": ""}
LONGEST = 20_000
OWN_PAGES = (
    "/money/documents",
    "/shop/compare",
    "/renewal",
    "/money/plan",
    "/shop",
    "/money/terms",
    "/settings/reminders",
)


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step in both languages; `article` is the article's text where it differs.

    `offers` marks words of the article about discounts, which the marketplace forbids to show.
    `stages` are those of the first page that show it, `titles` its titles there.
    """

    title: Mapping[str, str]
    text: Mapping[str, str]
    path: str
    source: Mapping[str, str]
    checked: date
    grade: str
    article: Mapping[str, str] = field(default_factory=lambda: NO_TEXT)
    offers: bool = False
    stages: tuple[str, ...] = ()
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    near: bool = False
    """Only of Russia and its neighbours: a portal of the rest of the world does not see it."""

    def words_of_article(self, *, commercial: bool) -> Mapping[str, str]:
        """The article's text where it differs; without discounts where commerce is not shown."""
        return NO_TEXT if self.offers and not commercial else self.article

    @property
    def own(self) -> bool:
        """Whether its path is a page of this application, not of the portal."""
        return self.path in OWN_PAGES


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps of one route or one question of the renewal."""

    code: str
    title: Mapping[str, str]
    lead: Mapping[str, str]
    steps: tuple[GuideStep, ...]

    def of_the_world(self) -> "Guide":
        """The same guide without what only Russia and its neighbours have."""
        return replace(self, steps=tuple(step for step in self.steps if not step.near))


@dataclass(frozen=True, slots=True)
class GuideFile:
    """What guides.toml holds."""

    version: str
    guides: tuple[Guide, ...]


@functools.cache
def read_guides() -> Mapping[str, Guide]:
    """Read the guides that ship with this version, by code, in their order."""
    return {guide.code: guide for guide in read_data(GuideFile, "guides.toml", folder=DATA).guides}


OF_ALL_ROUTES = ("payment", "safety", "support")
STEPS_SHOWN = 3


def how_to(route: str, stage: str) -> tuple[GuideStep, ...]:
    """The three steps of a stage, by the chosen route first: invoice, transfer, card, activation, verified."""
    guides = read_guides()
    wanted = [guides[code] for code in (route, *OF_ALL_ROUTES) if code in guides]
    found = [step for guide in wanted for step in guide.steps if stage in step.stages][:STEPS_SHOWN]
    return tuple(replace(step, title=step.titles.get(stage, step.title)) for step in found)


@dataclass(frozen=True, slots=True)
class Symptom:
    """One trouble: how it is recognised, why it happens, what to do; texts in each language."""

    code: str
    patterns: tuple[re.Pattern[str], ...]
    weight: int
    title: Mapping[str, str]
    cause: Mapping[str, str]
    fix: Mapping[str, str]
    path: str
    source: Mapping[str, str]
    grade: str

    def matches(self, text: str) -> bool:
        """Whether any of its patterns is in the text."""
        return any(pattern.search(text) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class SymptomFile:
    """What symptoms.toml holds."""

    version: str
    symptoms: tuple[Symptom, ...]


@functools.cache
def read_symptoms() -> tuple[Symptom, ...]:
    """Read the table that ships with this version (each row names its source)."""
    return read_data(SymptomFile, "symptoms.toml", folder=DATA).symptoms


def recognise(text: str) -> tuple[Symptom, ...]:
    """The troubles recognised in a text, the surest first; empty when none is."""
    plain = " ".join(text[:LONGEST].lower().split())
    found = [symptom for symptom in read_symptoms() if symptom.matches(plain)]
    return tuple(sorted(found, key=lambda symptom: -symptom.weight))
