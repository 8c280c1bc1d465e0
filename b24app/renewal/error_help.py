"""Recognises trouble by its words: an error that a portal answered or a description in plain Russian or English. Pure."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from b24app.terms.sources import read_data

DATA = Path(__file__).with_name("data")
LONGEST = 20_000
NO_TEXT: Mapping[str, str] = {"ru": "", "en": ""}


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

    symptoms: tuple[Symptom, ...]


@functools.cache
def read_symptoms() -> tuple[Symptom, ...]:
    """Read the table that ships with this version (needs.md §4 and the portal's error table)."""
    return read_data(SymptomFile, "symptoms.toml", folder=DATA).symptoms


def recognise(text: str) -> tuple[Symptom, ...]:
    """The troubles that a text speaks of, the surest first; nothing when it is not understood."""
    plain = " ".join(text[:LONGEST].lower().split())
    found = [symptom for symptom in read_symptoms() if symptom.matches(plain)]
    return tuple(sorted(found, key=lambda symptom: -symptom.weight))
